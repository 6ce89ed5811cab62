"""Learning from refusals: proposed from history, approved by a coordinator, in force, and taken back."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from lapor_contracts.events import ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_launcher.cli import main
from lapor_launcher.routing import read_decided
from lapor_routing import service
from lapor_routing.current import CurrentDirectory
from lapor_routing.domain.corrections import LEAST
from lapor_routing.handlers import proposing
from lapor_routing.reference.rules import shipped_rules
from lapor_routing.store.tables import proposals
from tests.routing.conftest import POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator
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


def assign(stage: Stage, report_id: UUID, code: str) -> None:
    """The coordinator decides."""
    told = coordinator(stage).post(f"coordination/{report_id}/assignments", agency_code=code, reason="Urusannya.")
    assert told.status_code == 201, told.json


def answered(stage: Stage) -> str:
    """A report that the first body takes on; its tracking ID."""
    routed = route(stage)
    said = Officer(stage, routed.agency_code).post(
        f"dispositions/{routed.disposition_id}/answers", kind="initial", text="Kami periksa."
    )
    assert said.status_code == 201, said.json
    return routed.tracking_id


def _held(stage: Stage) -> UUID:
    return stage.announced(ReportRouted)[-1].disposition_id


def propose(stage: Stage, *, least: int = LEAST, since: datetime | None = None) -> list[tuple[str, str, int, int]]:
    """Where, which body, and how many it would have put right and broken."""
    snapshot = CurrentDirectory(stage.transactions)()
    found = proposing.propose(stage.transactions, snapshot, shipped_rules(), least=least, since=since)
    return [(one.correction.region_code, one.correction.agency_code, one.fixed, one.broken) for one in found]


def press(stage: Stage, address: str, **fields: Any) -> Any:
    """A coordinator sends a form."""
    csrf = stage.open_session(Role.COORDINATOR, officer="coordinator-1")
    return stage.client.post(f"/koordinasi/{address}", data={"csrf_token": csrf, **fields})


def test_what_refusals_teach_is_proposed_approved_in_force_and_taken_back(stage: Stage) -> None:
    examples = [refused(stage, ROADS.code) for _ in range(5)]
    secret = refused(stage, ROADS.code, secret=True)
    before = route(stage)

    said = propose(stage)
    propose(stage)
    (proposal,) = stage.rows(proposals)
    stage.open_session(Role.COORDINATOR)
    listed = stage.client.get("/koordinasi/usulan").text
    shown = stage.client.get(f"/koordinasi/usulan/{proposal['id']}").text
    approval = press(stage, f"usulan/{proposal['id']}", state="approved", reason="Perbup 7/2025", confirmed="true")
    stage.clock.advance(minutes=2)
    corrected = route(stage)
    going_back = press(stage, "versi-aturan/0", seen="1", reason="Perbup dicabut", confirmed="true")
    stage.clock.advance(minutes=2)
    after = route(stage)

    assert before.agency_code == TRAFFIC.code
    assert said == [("14.02", ROADS.code, 6, 0)]
    assert ROADS.name in listed
    assert all(tracking_id in shown for tracking_id in examples)
    assert secret not in shown
    assert (approval.status_code, going_back.status_code) == (303, 303)
    assert corrected.agency_code == ROADS.code
    (taught,) = (piece.detail for piece in corrected.evidence if piece.kind == "correction")
    assert "“lampu pju”" in taught
    assert taught.endswith(f"dikoreksi untuk {ROADS.name}")
    assert corrected.rules_version == f"{before.rules_version}+1"
    assert after.agency_code == TRAFFIC.code
    assert after.rules_version == f"{before.rules_version}+2"
    versions = stage.client.get("/koordinasi/usulan").text
    assert str(proposal["id"]) not in versions
    assert str(proposal["id"]) in stage.client.get("/koordinasi/usulan?keadaan=withdrawn").text
    assert "Perbup 7/2025" in versions
    assert "Perbup dicabut" in versions


def test_what_would_break_more_than_it_is_worth_is_not_proposed(stage: Stage) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    for _ in range(2):
        answered(stage)

    assert propose(stage) == []
    assert stage.rows(proposals) == []


@pytest.mark.parametrize(
    ("ends", "asked"),
    [
        ([ROADS.code] * 4, {}),
        ([ROADS.code] * 5, {"least": 6}),
        ([ROADS.code] * 5 + [POWER.code] * 2, {}),
        ([ROADS.code] * 5, {"since": datetime(2026, 2, 1, tzinfo=UTC)}),
    ],
    ids=["too few", "fewer than asked for", "they do not agree", "before the day"],
)
def test_too_little_teaches_nothing(stage: Stage, ends: list[str], asked: dict[str, Any]) -> None:
    for code in ends:
        refused(stage, code)

    assert propose(stage, **asked) == []


def test_the_body_that_the_coordinator_chose_counts_not_those_on_the_way(stage: Stage) -> None:
    for _ in range(5):
        refused(stage, POWER.code, TRAFFIC.code)  # the third body in turn is the coordinator's to name
        assign(stage, stage.announced(ReportRouted)[-1].report_id, ROADS.code)

    assert propose(stage) == [("14.02", ROADS.code, 5, 0)]


def test_an_office_is_proposed_for_nothing_beyond_its_own_region(stage: Stage) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    nowhere = verified(**LIGHT | {"region_code": None})
    stage.hear(nowhere)
    assign(stage, nowhere.report_id, ROADS.code)

    assert propose(stage) == [("14.02", ROADS.code, 5, 0)]


def test_what_was_rejected_stays_so_and_changes_nothing(stage: Stage) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    propose(stage)
    (proposal,) = stage.rows(proposals)
    address = f"usulan/{proposal['id']}"

    hasty = press(stage, address, state="approved", reason="Ya")
    silent = press(stage, address, state="rejected", confirmed="true", reason=" ")
    rejected = press(stage, address, state="rejected", confirmed="true", reason="Hanya sementara")
    again = press(stage, address, state="rejected", confirmed="true", reason="Hanya sementara")
    refused(stage, ROADS.code)
    propose(stage)
    stage.clock.advance(minutes=2)

    assert [one.status_code for one in (hasty, silent, rejected, again)] == [422, 422, 303, 409]
    (proposal,) = stage.rows(proposals)
    assert (proposal["state"], proposal["decided_by"], proposal["fixed"]) == ("rejected", "coordinator-1", 6)
    assert route(stage).agency_code == TRAFFIC.code


def test_two_coordinators_do_not_go_back_over_each_other(stage: Stage) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    propose(stage)
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


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_refusals_and_what_was_answered_are_taken_out_as_examples_to_learn_from(stage: Stage, tmp_path: Path) -> None:
    corrected = refused(stage, ROADS.code, secret=True)
    right_at_once = answered(stage)
    route(stage)
    refused(stage, ROADS.code, reported_agency_code=POWER.code)
    run = CliRunner(env={"LAPOR_ROUTING_DATABASE_URL": str(stage.transactions.engine.url)})
    all_of_them, only_corrected = tmp_path / "all.csv", tmp_path / "corrected.csv"

    told = run.invoke(main, ["routing", "export", str(all_of_them)])
    run.invoke(main, ["routing", "export", str(only_corrected), "--corrected", "--since", "2026-01-01"])

    assert told.output == f"{all_of_them}: 2 reports\n"
    assert all_of_them.stat().st_mode & 0o077 == 0
    learned, troubles = read_decided(all_of_them)
    assert troubles == []
    assert [(one.id, one.agency_code) for one in learned] == [(corrected, ROADS.code), (right_at_once, TRAFFIC.code)]
    assert (learned[0].report.title, learned[0].report.region_code) == (LIGHT["title"], "14.02")
    assert [one.id for one in read_decided(only_corrected)[0]] == [corrected]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_operator_reads_what_each_proposal_would_have_done(stage: Stage, tmp_path: Path) -> None:
    for _ in range(5):
        refused(stage, ROADS.code)
    run = CliRunner(env={"LAPOR_ROUTING_DATABASE_URL": str(stage.transactions.engine.url)})

    told = run.invoke(main, ["--folder", str(tmp_path), "routing", "propose", "--since", "2026-01-01"])
    of_later = run.invoke(main, ["--folder", str(tmp_path), "routing", "propose", "--since", "2026-02-01"])

    assert told.exit_code == of_later.exit_code == 0, told.output
    assert f"T02.01 in 14.02 → {ROADS.code}: would have fixed 5, broken 0" in told.stdout
    assert "0 proposals" in of_later.stdout
    assert len(stage.rows(proposals)) == 1
