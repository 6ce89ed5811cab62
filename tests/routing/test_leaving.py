"""Reports that are withdrawn, and those that the Ombudsman takes over with their file."""

from typing import Any
from uuid import uuid4

import pytest

from lapor_contracts.events import Event, ReportRouted
from lapor_contracts.vocabulary import Clock, Level, Role
from lapor_routing import service, store
from lapor_routing.directory import load_directory
from lapor_routing.domain.agencies import Agency, AgencyKind
from lapor_routing.domain.disposition import State
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, POWER, ROADS
from tests.routing.desks import Officer, routed_to
from tests.routing.test_routing import NOBODYS
from tests.support.builders import (
    deadline_escalated,
    referral_filed,
    referred,
    replied,
    sealed,
    verified,
    withdrawn,
)
from tests.support.stage import Stage

SERVICE = service

OMBUDSMAN = Agency("ORI", "Ombudsman Republik Indonesia", AgencyKind.STATE_INSTITUTION)
LEAVING = pytest.mark.parametrize(
    ("leaves", "state"),
    [pytest.param(withdrawn, State.WITHDRAWN, id="withdrawn"), pytest.param(referred, State.REFERRED, id="referred")],
)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With the Ombudsman in the directory."""
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in (*BODIES, OMBUDSMAN)])
    stage.clock.advance(minutes=2)
    return stage


def referral(report_id: Any, **changes: Any) -> Event:
    """The reporter agreed."""
    return referred(report_id=report_id, agency_code=OMBUDSMAN.code, **changes)


def inbox(stage: Stage, agency_code: str) -> list[dict[str, Any]]:
    """What a body's officers have on their table."""
    return Officer(stage, agency_code).get("dispositions").json["items"]


def file_of(stage: Stage) -> dict[str, Any]:
    """The one file that the Ombudsman has, as its officers' programs read it."""
    (entry,) = inbox(stage, OMBUDSMAN.code)
    return Officer(stage, OMBUDSMAN.code).get(f"dispositions/{entry['id']}").json


@LEAVING
def test_nobody_has_to_act_on_it_any_more_and_nobody_can(stage: Stage, leaves: Any, state: State) -> None:
    routed = routed_to(stage, POWER.code)

    stage.hear(leaves(report_id=routed.report_id))

    assert inbox(stage, POWER.code) == []
    refused = Officer(stage, POWER.code).post(
        f"dispositions/{routed.disposition_id}/answers", kind="initial", text="Segera kami tinjau."
    )
    assert refused.status_code == 409
    assert state in refused.json["detail"]


@LEAVING
def test_it_leaves_the_coordinators_queue(stage: Stage, leaves: Any, state: State) -> None:
    report = verified(**NOBODYS)
    stage.hear(report)

    stage.hear(leaves(report_id=report.report_id))

    assert stage.client.get("/api/v1/coordination", headers=stage.signed_in(Role.COORDINATOR)).json["items"] == []


@LEAVING
def test_that_may_be_heard_before_the_report_is_routed(stage: Stage, leaves: Any, state: State) -> None:
    report = verified(agency_code=POWER.code)

    stage.hear(leaves(report_id=report.report_id), report)

    assert inbox(stage, POWER.code) == []
    assert state in {row["state"] for row in stage.rows(store.dispositions)}


def test_the_ombudsman_reads_the_file_and_no_body_has_it_any_more(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code, title="Tiang listrik miring")
    Officer(stage, POWER.code).post(
        f"dispositions/{routed.disposition_id}/answers", kind="initial", text="Segera kami tinjau."
    )
    stage.hear(
        replied(report_id=routed.report_id, text="Tiangnya masih miring."),
        deadline_escalated(
            report_id=routed.report_id, agency_code=POWER.code, clock=Clock.RESOLVE, level=Level.MINISTRY
        ),
    )

    stage.hear(referral(routed.report_id))

    file = file_of(stage)
    assert file["report"]["title"] == "Tiang listrik miring"
    assert file["disposition"]["state"] == State.TAKEN_OVER
    assert [turn["agency_code"] for turn in file["history"]] == [POWER.code, OMBUDSMAN.code]
    assert [answer["text"] for answer in file["answers"]] == ["Segera kami tinjau."]
    assert [message["text"] for message in file["messages"]] == ["Tiangnya masih miring."]
    assert [(one["clock"], one["level"]) for one in file["overdue"]] == [("resolve", "ministry")]


def test_the_ombudsman_prints_the_file_and_has_nothing_to_press(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code, title="Tiang listrik miring")
    stage.hear(referral(routed.report_id))
    (entry,) = inbox(stage, OMBUDSMAN.code)
    stage.open_session(Role.OFFICER, agency_code=OMBUDSMAN.code)

    page = stage.client.get(f"/instansi/{entry['id']}").text

    assert "Tiang listrik miring" in page
    assert "Dialihkan ke Ombudsman dengan persetujuan pelapor" in page
    assert f'action="/instansi/{entry["id"]}/catatan"' in page
    assert 'name="kind"' not in page


def test_heard_twice_the_ombudsman_has_it_once(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code)
    event = referral(routed.report_id, referral_id=uuid4())

    stage.hear(event)
    stage.hear(event)

    assert len(inbox(stage, OMBUDSMAN.code)) == 1


def test_what_nobody_had_verified_is_read_as_it_came(stage: Stage) -> None:
    filed = referral_filed(title="Sudah dua bulan menunggu")

    stage.hear(filed)
    stage.hear(referral(filed.report_id))

    assert file_of(stage)["report"]["title"] == "Sudah dua bulan menunggu"
    assert stage.announced(ReportRouted) == []


def test_of_a_whistleblowers_report_the_ombudsman_sees_only_that_it_is_there(stage: Stage) -> None:
    report = verified(
        title="Laporan tersegel", body="Tersegel.", place="Gudang beras", sealed=sealed(agency_code=POWER.code)
    )
    stage.hear(report)
    stage.hear(
        replied(report_id=report.report_id, text="lapor-sealed-1:BBBB"),
    )

    stage.hear(referral(report.report_id))

    file = file_of(stage)
    assert (file["report"]["place"], file["messages"], file["answers"]) == (None, [], [])
    assert file["report"]["tracking_id"] == report.tracking_id


def test_a_whistleblowers_report_about_the_ombudsman_is_not_shown_to_it(stage: Stage) -> None:
    report = verified(agency_code=POWER.code, reported_agency_code=OMBUDSMAN.code)
    stage.hear(report)

    stage.hear(referral(report.report_id))

    assert inbox(stage, OMBUDSMAN.code) == []


def test_another_body_does_not_read_the_file(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code)
    stage.hear(referral(routed.report_id))
    (entry,) = inbox(stage, OMBUDSMAN.code)

    assert Officer(stage, ROADS.code).get(f"dispositions/{entry['id']}").status_code == 404
