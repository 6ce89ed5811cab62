"""Administrators close what was answered: who may, what must have been said, and why."""

from typing import Any

import pytest

from lapor_contracts.events import AgencyReplied, ClosureDecided, ReportRouted
from lapor_contracts.vocabulary import AnswerKind, Role
from lapor_routing import service
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator, routed_to
from tests.support.stage import Stage

SERVICE = service
REASON = "Sudah diperiksa ke lokasi."
ANSWER = {"kind": "substantive", "answer_type": "done", "text": "Sudah ditambal."}


@pytest.fixture
def given_to(stage: Stage) -> ReportRouted:
    """A report at the office of roads."""
    return routed_to(stage, ROADS.code)


@pytest.fixture
def administrator(stage: Stage) -> Officer:
    return Officer(stage, ROADS.code, "administrator", (Role.OFFICER, Role.ADMINISTRATOR))


def answer(stage: Stage, given_to: ReportRouted, **changes: Any) -> None:
    Officer(stage, ROADS.code).post(f"dispositions/{given_to.disposition_id}/answers", **ANSWER | changes)


def close(by: Officer, given_to: ReportRouted) -> Any:
    return by.post(f"dispositions/{given_to.disposition_id}/closings", reason=REASON)


def close_as_coordinator(stage: Stage, given_to: ReportRouted) -> Any:
    return coordinator(stage).post("coordination/closings", tracking_id=given_to.tracking_id, reason=REASON)


def test_the_bodys_administrator_closes_what_was_answered(
    stage: Stage, given_to: ReportRouted, administrator: Officer
) -> None:
    answer(stage, given_to)

    response = close(administrator, given_to)

    (decided,) = stage.announced(ClosureDecided)
    assert response.status_code == 204
    assert (decided.report_id, decided.decided_by, decided.reason) == (given_to.report_id, "administrator", REASON)


def test_decided_twice_it_is_one_decision(stage: Stage, given_to: ReportRouted, administrator: Officer) -> None:
    answer(stage, given_to)

    close(administrator, given_to)
    close(administrator, given_to)

    assert len({decided.closure_id for decided in stage.announced(ClosureDecided)}) == 1


def test_so_may_the_coordinator_by_the_number_of_the_report(stage: Stage, given_to: ReportRouted) -> None:
    answer(stage, given_to)

    response = close_as_coordinator(stage, given_to)

    assert response.status_code == 204
    assert stage.announced(ClosureDecided)[0].decided_by == "coordinator-1"


@pytest.mark.parametrize("kind", ["initial", "question"])
def test_what_has_no_substantive_answer_is_closed_by_nobody(
    stage: Stage, given_to: ReportRouted, administrator: Officer, kind: str
) -> None:
    Officer(stage, ROADS.code).post(f"dispositions/{given_to.disposition_id}/answers", kind=kind, text="Kami tinjau.")

    statuses = [close(administrator, given_to).status_code, close_as_coordinator(stage, given_to).status_code]

    assert statuses == [409, 409]
    assert not stage.announced(ClosureDecided)


def test_words_alone_are_enough_for_the_coordinator_and_not_for_the_body(
    stage: Stage, given_to: ReportRouted, administrator: Officer
) -> None:
    reply = AgencyReplied(
        report_id=given_to.report_id,
        disposition_id=given_to.disposition_id,
        reply_id=given_to.disposition_id,
        agency_code=ROADS.code,
        answer_kind=AnswerKind.SUBSTANTIVE,
        text="Sudah.",
    )
    stage.hear(reply, sender=ROADS.code)

    own, coordinators = close(administrator, given_to), close_as_coordinator(stage, given_to)

    assert (own.status_code, coordinators.status_code) == (409, 204)


def test_it_is_not_at_its_end_while_a_further_body_has_not_answered(
    stage: Stage, given_to: ReportRouted, administrator: Officer
) -> None:
    own = f"dispositions/{given_to.disposition_id}"
    Officer(stage, ROADS.code).post(f"{own}/co-owners", agency_code=TRAFFIC.code, reason="Rambunya.")
    answer(stage, given_to)

    assert close(administrator, given_to).status_code == 409


@pytest.mark.parametrize("code", [POWER.code, TRAFFIC.code])
def test_another_bodys_administrator_finds_no_such_report(stage: Stage, given_to: ReportRouted, code: str) -> None:
    answer(stage, given_to)
    stranger = Officer(stage, code, "administrator", (Role.OFFICER, Role.ADMINISTRATOR))

    assert close(stranger, given_to).status_code == 404


def test_an_officer_closes_nothing(stage: Stage, given_to: ReportRouted) -> None:
    answer(stage, given_to)

    assert close(Officer(stage, ROADS.code), given_to).status_code == 403


def test_on_the_pages_an_administrator_says_why_and_a_coordinator_names_the_report(
    stage: Stage, given_to: ReportRouted
) -> None:
    answer(stage, given_to)
    page = f"/instansi/{given_to.disposition_id}"
    csrf = stage.open_session(Role.OFFICER, Role.ADMINISTRATOR, agency_code=INHU.code)

    shown = stage.client.get(page).text
    empty = stage.client.post(f"{page}/penutupan", data={"csrf_token": csrf, "reason": " "})
    closed = stage.client.post(f"{page}/penutupan", data={"csrf_token": csrf, "reason": REASON})
    csrf = stage.open_session(Role.COORDINATOR)
    unknown = stage.client.post(
        "/koordinator/penutupan", data={"csrf_token": csrf, "tracking_id": "0000 0000 0000", "reason": REASON}
    )
    given = {"csrf_token": csrf, "tracking_id": given_to.tracking_id.lower(), "reason": REASON}
    named = stage.client.post("/koordinator/penutupan", data=given)

    assert f"{page}/penutupan" in shown
    assert (empty.status_code, closed.status_code, unknown.status_code, named.status_code) == (422, 303, 422, 303)
    assert REASON in unknown.text
    assert len(stage.announced(ClosureDecided)) == 2
