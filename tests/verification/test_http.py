"""The verifier's API."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lapor_contracts.events import ReportArchived, ReportReturned, ReportVerified
from lapor_contracts.vocabulary import ArchiveReason, Kind, Missing, Role
from lapor_verification import service, store
from tests.support.builders import deadline_set, supplemented
from tests.support.stage import WEDNESDAY, Stage
from tests.verification.test_handlers import incomplete

SERVICE = service

DECISIONS = {
    "verification": {"region_code": "14.02"},
    "return": {"missing": ["where"], "message": "Di mana kejadiannya?"},
    "archive": {"reason_code": "not_clear", "reason": "Isi laporan tidak dapat dipahami."},
}


@pytest.fixture
def report_id(stage: Stage) -> uuid.UUID:
    report = incomplete()
    stage.hear(report)
    return report.report_id


def post(stage: Stage, report_id: uuid.UUID, decision: str, content: Any = None, *roles: Role) -> Any:
    return stage.client.post(
        f"/api/v1/cases/{report_id}/{decision}",
        json=DECISIONS[decision] if content is None else content,
        headers=stage.signed_in(*(roles or (Role.VERIFIER,)), officer="officer-7"),
    )


def get(stage: Stage, path: str) -> Any:
    return stage.client.get(path, headers=stage.signed_in(Role.VERIFIER))


def test_a_verifier_passes_a_report_on_with_what_was_lacking(stage: Stage, report_id: uuid.UUID) -> None:
    response = post(
        stage,
        report_id,
        "verification",
        {
            "kind": "aspiration",
            "region_code": "14.02",
            "category": "lk12.053",
            "secret": True,
            "note": "Sudah ditelepon.",
        },
    )

    assert response.status_code == 201
    assert response.json["state"] == "verified"
    (event,) = stage.announced(ReportVerified)
    assert (event.kind, event.region_code, event.category) == (Kind.ASPIRATION, "14.02", "LK12.053")
    assert (event.secret, event.anonymous) == (True, False)
    assert event.verified_by == "officer-7"
    assert "ditelepon" not in str(event)


def test_a_verifier_asks_for_what_is_missing(stage: Stage, report_id: uuid.UUID) -> None:
    response = post(stage, report_id, "return", {"missing": ["where", "where"], "message": "Di loket mana?"})

    assert response.json["state"] == "returned"
    (event,) = stage.announced(ReportReturned)
    assert event.missing == (Missing.WHERE,)
    assert event.message == "Di loket mana?"
    assert event.returned_by == "officer-7"


def test_a_verifier_archives_with_a_reason(stage: Stage, report_id: uuid.UUID) -> None:
    response = post(stage, report_id, "archive")

    assert response.json["state"] == "archived"
    (event,) = stage.announced(ReportArchived)
    assert event.reason_code is ArchiveReason.NOT_CLEAR
    assert event.reason == "Isi laporan tidak dapat dipahami."


def test_who_decided_what_and_when_is_kept(stage: Stage, report_id: uuid.UUID) -> None:
    post(stage, report_id, "return")
    stage.clock.advance(days=1)
    post(stage, report_id, "archive")

    decisions = get(stage, f"/api/v1/cases/{report_id}").json["decisions"]

    assert [(each["state"], each["decided_by"]) for each in decisions] == [
        ("returned", "officer-7"),
        ("archived", "officer-7"),
    ]
    assert decisions[0]["details"] == {"missing": ["where"]}
    assert decisions[1]["note"] == "Isi laporan tidak dapat dipahami."
    assert decisions[1]["decided_at"].startswith("2026-01-08")


@pytest.mark.parametrize("second", DECISIONS)
@pytest.mark.parametrize("first", ["verification", "archive"])
def test_what_is_decided_is_not_decided_again(stage: Stage, report_id: uuid.UUID, first: str, second: str) -> None:
    post(stage, report_id, first)

    response = post(stage, report_id, second)

    assert response.status_code == 409
    assert response.content_type == "application/problem+json"
    assert {"verification": "verified", "archive": "archived"}[first] in response.json["detail"]
    assert {"verification": "verified", "return": "returned", "archive": "archived"}[second] in response.json["detail"]
    assert len(stage.announced()) == 1


def test_a_verifier_who_saw_an_older_version_is_told_so(stage: Stage, report_id: uuid.UUID) -> None:
    seen = get(stage, f"/api/v1/cases/{report_id}").json["version"]
    stage.hear(supplemented(report_id=report_id, body="Saya ingin menambahkan sesuatu."))

    response = post(stage, report_id, "archive", {**DECISIONS["archive"], "version": seen})

    assert response.status_code == 409
    assert response.json["type"].endswith("changed")
    assert stage.announced() == []


@pytest.mark.parametrize(
    ("decision", "content", "field"),
    [
        ("return", {"missing": [], "message": "Di mana?"}, "missing"),
        ("return", {"missing": ["why"], "message": "Mengapa?"}, "missing.0"),
        ("return", {"missing": ["where"]}, "message"),
        ("return", {"missing": ["where"], "message": "  \n "}, "message"),
        ("archive", {"reason_code": "not_clear", "reason": ""}, "reason"),
        ("archive", {"reason_code": "because", "reason": "Tidak jelas."}, "reason_code"),
        ("archive", {"reason": "Tidak jelas."}, "reason_code"),
        ("archive", {"reason_code": "not_clear", "reason": "Tidak\x00jelas"}, "reason"),
        ("verification", {"region_code": "Riau"}, "region_code"),
        ("verification", {"agency": "PLN"}, "agency"),
        ("verification", {"note": "a" * 1001}, "note"),
        ("verification", {"version": -1}, "version"),
        ("verification", {"secret": "perhaps"}, "secret"),
    ],
)
def test_a_wrong_field_is_named(
    stage: Stage, report_id: uuid.UUID, decision: str, content: dict[str, Any], field: str
) -> None:
    response = post(stage, report_id, decision, content)

    assert response.status_code == 422
    assert field in response.json["errors"]
    assert stage.announced() == []


@pytest.mark.parametrize("decision", DECISIONS)
def test_an_unknown_case_is_not_found(stage: Stage, decision: str) -> None:
    assert post(stage, uuid.uuid4(), decision).status_code == 404
    assert get(stage, f"/api/v1/cases/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_only_verifiers_and_coordinators_decide(stage: Stage, report_id: uuid.UUID, role: Role) -> None:
    response = post(stage, report_id, "verification", None, role)

    assert response.status_code == (201 if role in (Role.VERIFIER, Role.COORDINATOR) else 403)


def test_nobody_decides_without_having_signed_in(stage: Stage, report_id: uuid.UUID) -> None:
    response = stage.client.post(f"/api/v1/cases/{report_id}/verification", json={})

    assert response.status_code == 401


def test_the_most_urgent_case_comes_first_and_pages_lose_none(stage: Stage) -> None:
    reports = [incomplete() for _ in range(7)]
    days = [3, 1, 2, 6, 5, 4]
    stage.hear(*reports)
    for report, day in zip(reports, days, strict=False):
        stage.hear(deadline_set(report_id=report.report_id, due_at=WEDNESDAY + timedelta(days=day)))

    listed, cursor = [], ""
    while cursor is not None:
        answer = get(stage, f"/api/v1/cases?limit=3{cursor and f'&cursor={cursor}'}").json
        listed += answer["items"]
        cursor = answer["next"]

    by_urgency = [str(report.report_id) for _, report in sorted(zip([*days, 0], reports, strict=True))]
    assert [case["report_id"] for case in listed] == by_urgency
    assert listed[0]["due_at"] is None
    assert "body" not in listed[0]


def test_reports_that_are_due_together_are_paged_too(stage: Stage) -> None:
    stage.hear(*(incomplete() for _ in range(5)))

    first = get(stage, "/api/v1/cases?limit=3").json
    second = get(stage, f"/api/v1/cases?limit=3&cursor={first['next']}").json

    assert len({case["report_id"] for case in first["items"] + second["items"]}) == 5


@pytest.mark.parametrize(("decision", "state"), [("verification", "verified"), ("return", "returned")])
def test_cases_are_listed_by_their_state(stage: Stage, report_id: uuid.UUID, decision: str, state: str) -> None:
    post(stage, report_id, decision)

    assert get(stage, "/api/v1/cases").json["items"] == []
    (case,) = get(stage, f"/api/v1/cases?state={state}").json["items"]
    assert case["report_id"] == str(report_id)


@pytest.mark.parametrize("query", ["state=gone", "limit=0", "limit=101", "cursor=x"])
def test_a_wrong_question_is_a_problem_and_no_error(stage: Stage, query: str) -> None:
    assert get(stage, f"/api/v1/cases?{query}").status_code == 422


def test_a_list_takes_the_same_queries_however_long_it_is(stage: Stage) -> None:
    stage.hear(*(incomplete() for _ in range(20)))
    asked: list[str] = []
    sa.event.listen(
        stage.transactions.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: asked.append(statement),
    )

    get(stage, "/api/v1/cases?limit=20")

    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 2


def test_the_text_of_a_case_is_shown_with_what_was_added(stage: Stage, report_id: uuid.UUID) -> None:
    stage.hear(supplemented(report_id=report_id, body="Itu saja yang saya tahu."))

    case = get(stage, f"/api/v1/cases/{report_id}").json

    assert case["body"].endswith("Itu saja yang saya tahu.")
    assert case["missing"] == ["where"]
    assert case["outcome"] == "waits"
    assert len(stage.rows(store.cases)) == 1


def test_of_verifiers_who_decide_at_the_same_moment_one_is_first(stage: Stage, report_id: uuid.UUID) -> None:
    decisions = ["verification", "archive", "verification", "return"]
    assert stage.client  # made before the threads ask for it

    with ThreadPoolExecutor(len(decisions)) as threads:
        responses = list(threads.map(lambda decision: post_version_1(stage, report_id, decision), decisions))

    assert sorted(response.status_code for response in responses) == [201, 409, 409, 409]
    assert len(stage.announced()) == len(stage.rows(store.decisions)) == 1


def post_version_1(stage: Stage, report_id: uuid.UUID, decision: str) -> Any:
    return stage.client.application.test_client().post(
        f"/api/v1/cases/{report_id}/{decision}",
        json={**DECISIONS[decision], "version": 1},
        headers=stage.signed_in(Role.VERIFIER),
    )
