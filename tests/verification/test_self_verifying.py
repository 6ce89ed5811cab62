"""Reports for which a body was chosen that verifies itself are its own verifiers'."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from lapor_contracts.vocabulary import Role
from lapor_verification import service
from tests.support.builders import agency_changed, received
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

BODY = "KEMENKUMHAM"
#: So a report waits for a verifier.
NOT_YET = date(2026, 2, 1)


def itself(verifies: bool = True, hours: int = 0, **changes: Any) -> Any:
    at = WEDNESDAY + timedelta(hours=hours)
    return agency_changed(agency_code=BODY, changed_at=at, verifies_itself=verifies, **changes)


@pytest.fixture
def reports(stage: Stage) -> tuple[uuid.UUID, uuid.UUID]:
    """One for which the body was chosen, and one of another body's; both wait."""
    theirs, other = (received(agency_code=body, occurred_on=NOT_YET) for body in (BODY, "PLN"))
    stage.hear(theirs, other)
    return theirs.report_id, other.report_id


def ask(stage: Stage, method: str, path: str, body: str | None, *roles: Role, **content: Any) -> Any:
    headers = stage.signed_in(*(roles or (Role.VERIFIER,)), agency_code=body)
    return stage.client.open(f"/api/v1/cases{path}", method=method, headers=headers, **content)


def seen(stage: Stage, body: str | None, query: str = "", *roles: Role) -> set[uuid.UUID]:
    return {uuid.UUID(case["report_id"]) for case in ask(stage, "GET", query, body, *roles).json["items"]}


def test_the_bodys_verifiers_see_its_reports_and_central_ones_see_the_others(
    stage: Stage, reports: tuple[uuid.UUID, uuid.UUID]
) -> None:
    theirs, other = reports

    stage.hear(itself())

    assert seen(stage, BODY) == {theirs}
    assert seen(stage, None) == {other}
    assert seen(stage, None, "?everywhere=true") == {theirs, other}
    assert seen(stage, "PLN") == set()


def test_a_body_that_no_longer_verifies_itself_leaves_its_reports_to_the_centre(
    stage: Stage, reports: tuple[uuid.UUID, uuid.UUID]
) -> None:
    stage.hear(itself(hours=1, verifies=False), itself())
    stage.hear(itself())

    assert seen(stage, None) == set(reports)
    assert seen(stage, BODY) == set()


def test_a_body_that_was_closed_verifies_nothing(stage: Stage, reports: tuple[uuid.UUID, uuid.UUID]) -> None:
    stage.hear(itself())
    stage.hear(itself(hours=1, active=False))

    assert seen(stage, None) == set(reports)


def test_another_bodys_verifier_neither_opens_nor_decides_nor_takes(
    stage: Stage, reports: tuple[uuid.UUID, uuid.UUID]
) -> None:
    stage.hear(itself())
    _, other = reports
    reason = {"reason_code": "spam", "reason": "Iklan."}
    chosen = {"cases": [{"report_id": str(other)}], "archive": reason}

    answers = [
        ask(stage, "GET", f"/{other}", BODY),
        ask(stage, "POST", f"/{other}/archive", BODY, json=reason),
        ask(stage, "PUT", f"/{other}/holder", BODY, json={}),
        ask(stage, "POST", f"/{other}/recall", BODY, json={"reason": "Keliru."}),
    ]
    csrf = stage.open_session(Role.VERIFIER, agency_code=BODY)

    assert {answer.status_code for answer in answers} == {404}
    assert stage.client.get(f"/verifikasi/{other}").status_code == 404
    assert stage.client.get(f"/verifikasi/{other}/tanda").status_code == 404
    assert ask(stage, "POST", "/bulk", BODY, json=chosen).json["done"] == 0
    form = {"csrf_token": csrf, "case": f"{other}.1", "action": "arsipkan"}
    assert str(other) not in stage.client.post("/verifikasi/banyak", data=form).text
    assert stage.announced() == []


def test_the_bodys_verifier_decides_and_so_may_a_coordinator(
    stage: Stage, reports: tuple[uuid.UUID, uuid.UUID]
) -> None:
    stage.hear(itself())
    theirs, other = reports

    own = ask(stage, "POST", f"/{theirs}/verification", BODY, json={"region_code": "14.02"})
    coordinator = ask(stage, "POST", f"/{other}/verification", BODY, Role.COORDINATOR, json={"region_code": "14.02"})

    assert (own.status_code, coordinator.status_code) == (201, 201)


def test_the_next_case_of_a_bodys_verifier_is_the_bodys(stage: Stage, reports: tuple[uuid.UUID, uuid.UUID]) -> None:
    stage.hear(itself())

    first = ask(stage, "POST", "/next", BODY, json={})
    second = ask(stage, "POST", "/next", BODY, json={})

    assert uuid.UUID(first.json["report_id"]) == reports[0]
    assert second.status_code == 204


def test_among_the_copies_of_a_report_a_bodys_verifier_sees_those_of_the_body_alone(stage: Stage) -> None:
    stage.hear(itself())
    text = {
        "title": "Lampu mati",
        "body": "Lampu jalan mati di Jalan Mawar RT 3, gelap.",
        "place": None,
        "occurred_on": NOT_YET,
    }
    own, same, others = (received(**text, agency_code=code) for code in (BODY, BODY, None))
    stage.hear(own, same, others)
    stage.open_session(Role.VERIFIER, agency_code=BODY)

    page = stage.client.get(f"/verifikasi/{own.report_id}/salinan").text

    assert str(same.report_id) in page
    assert str(others.report_id) not in page
