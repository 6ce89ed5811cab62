"""Learning from refusals: proposed from history, approved by a coordinator, in force, and taken back."""

from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from lapor_contracts.events import ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_launcher.cli import main
from lapor_routing import service
from lapor_routing.store.tables import proposals
from tests.routing.conftest import POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer
from tests.support.builders import verified
from tests.support.stage import Stage

SERVICE = service

#: The rules know that transport offices look after street lights; in Indragiri Hulu public works does, say refusals.
LIGHT = {"title": "Lampu PJU padam", "body": "Lampu PJU di depan kantor camat padam sejak Senin.", "place": None}


def route(stage: Stage, **changes: Any) -> ReportRouted:
    """A street light is out: where the report goes."""
    stage.hear(verified(**{**LIGHT, **changes}))
    return stage.announced(ReportRouted)[-1]


def refused(stage: Stage, *codes: str, **changes: Any) -> str:
    """A report that each body refuses, naming the next one, where it stays; its tracking ID."""
    routed = route(stage, **changes)
    for code, following in pairwise([routed.agency_code, *codes]):
        officer = Officer(stage, code)
        told = officer.post(
            f"dispositions/{_held(stage)}/refusals", agency_code=following, reason="Bukan kewenangan kami."
        )
        assert told.status_code == 201, told.json
    return routed.tracking_id


def answered(stage: Stage) -> None:
    """A report that the first body takes on."""
    routed = route(stage)
    said = Officer(stage, routed.agency_code).post(
        f"dispositions/{routed.disposition_id}/answers", kind="initial", text="Kami periksa."
    )
    assert said.status_code == 201, said.json


def _held(stage: Stage) -> UUID:
    return stage.announced(ReportRouted)[-1].disposition_id


def propose(stage: Stage, folder: Path, *options: str) -> str:
    """What the operator reads."""
    url = stage.transactions.engine.url.render_as_string(hide_password=False)
    told = CliRunner(env={"LAPOR_ROUTING_DATABASE_URL": url}).invoke(
        main, ["--folder", str(folder), "routing", "propose", *options]
    )
    assert told.exit_code == 0, told.output
    return told.stdout


def press(stage: Stage, address: str, **fields: Any) -> Any:
    """A coordinator sends a form."""
    csrf = stage.open_session(Role.COORDINATOR, officer="coordinator-1")
    return stage.client.post(f"/koordinasi/{address}", data={"csrf_token": csrf, **fields})


def test_what_refusals_teach_is_proposed_approved_in_force_and_taken_back(stage: Stage, tmp_path: Path) -> None:
    examples = [refused(stage, ROADS.code) for _ in range(5)]
    secret = refused(stage, ROADS.code, secret=True)
    before = route(stage)

    said = propose(stage, tmp_path)
    propose(stage, tmp_path)
    (proposal,) = stage.rows(proposals)
    stage.open_session(Role.COORDINATOR)
    listed = stage.client.get("/koordinasi/usulan").text
    shown = stage.client.get(f"/koordinasi/usulan/{proposal['id']}").text
    approval = press(
        stage, f"usulan/{proposal['id']}", state="approved", reason="Perbup 7/2025", confirmed="true"
    )
    stage.clock.advance(minutes=2)
    corrected = route(stage)
    going_back = press(stage, "versi-aturan/0", seen="1", reason="Perbup dicabut", confirmed="true")
    stage.clock.advance(minutes=2)
    after = route(stage)

    assert before.agency_code == TRAFFIC.code
    assert f"T02.01 in 14.02 → {ROADS.code}: would have fixed 6, broken 0" in said
    assert ROADS.name in listed
    assert all(tracking_id in shown for tracking_id in examples)
    assert secret not in shown
    assert (approval.status_code, going_back.status_code) == (303, 303)
    assert corrected.agency_code == ROADS.code
    assert [piece.detail for piece in corrected.evidence if piece.kind == "correction"] == [
        f"Lampu penerangan jalan umum (PJU) mati: dikoreksi untuk {ROADS.name}"
    ]
    assert corrected.rules_version == f"{before.rules_version}+1"
    assert after.agency_code == TRAFFIC.code
    assert after.rules_version == f"{before.rules_version}+2"
    versions = stage.client.get("/koordinasi/usulan").text
    assert "Perbup 7/2025" in versions
    assert "Perbup dicabut" in versions


def test_what_would_break_more_than_it_is_worth_is_not_proposed(stage: Stage, tmp_path: Path) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    for _ in range(2):
        answered(stage)

    said = propose(stage, tmp_path)

    assert "0 proposals" in said
    assert stage.rows(proposals) == []


@pytest.mark.parametrize(
    ("ends", "options"),
    [
        ([ROADS.code] * 4, ()),
        ([ROADS.code] * 5, ("--least", "6")),
        ([ROADS.code] * 5 + [POWER.code] * 2, ()),
        ([ROADS.code] * 5, ("--since", "2026-02-01")),
    ],
    ids=["too few", "fewer than asked for", "they do not agree", "before the day"],
)
def test_too_little_teaches_nothing(
    stage: Stage, tmp_path: Path, ends: list[str], options: tuple[str, ...]
) -> None:
    for code in ends:
        refused(stage, code)

    assert "0 proposals" in propose(stage, tmp_path, *options)


def test_the_body_that_held_it_in_the_end_counts_not_those_on_the_way(stage: Stage, tmp_path: Path) -> None:
    for _ in range(5):
        refused(stage, POWER.code, ROADS.code)

    assert f"→ {ROADS.code}: would have fixed 5, broken 0" in propose(stage, tmp_path)


def test_what_was_rejected_stays_so_and_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    propose(stage, tmp_path)
    (proposal,) = stage.rows(proposals)
    address = f"usulan/{proposal['id']}"

    hasty = press(stage, address, state="approved", reason="Ya")
    silent = press(stage, address, state="rejected", confirmed="true", reason=" ")
    rejected = press(stage, address, state="rejected", confirmed="true", reason="Hanya sementara")
    again = press(stage, address, state="rejected", confirmed="true", reason="Hanya sementara")
    refused(stage, ROADS.code)
    propose(stage, tmp_path)
    stage.clock.advance(minutes=2)

    assert [one.status_code for one in (hasty, silent, rejected, again)] == [422, 422, 303, 409]
    (proposal,) = stage.rows(proposals)
    assert (proposal["state"], proposal["decided_by"], proposal["fixed"]) == ("rejected", "coordinator-1", 6)
    assert route(stage).agency_code == TRAFFIC.code


def test_two_coordinators_do_not_go_back_over_each_other(stage: Stage, tmp_path: Path) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    propose(stage, tmp_path)
    (proposal,) = stage.rows(proposals)
    press(stage, f"usulan/{proposal['id']}", state="approved", reason="Perbup", confirmed="true")

    stale = press(stage, "versi-aturan/0", seen="0", reason="Keliru", confirmed="true")
    hasty = press(stage, "versi-aturan/0", seen="1", reason="Keliru")
    unknown = press(stage, "versi-aturan/9", seen="1", reason="Keliru", confirmed="true")

    assert [one.status_code for one in (stale, hasty, unknown)] == [409, 422, 404]


def test_only_coordinators_decide(stage: Stage) -> None:
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)

    assert stage.client.get("/koordinasi/usulan").status_code == 403
    assert stage.client.get("/koordinasi/versi-aturan/0").status_code == 403
