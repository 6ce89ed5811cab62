"""A person undoes a verification, also one that was decided alone."""

import re
import uuid
from typing import Any

import pytest

from lapor_contracts.events import ReportRecalled, ReportVerified
from lapor_contracts.vocabulary import Role
from lapor_verification import service, store
from lapor_verification.domain.case import State
from tests.support.builders import received, supplemented
from tests.support.stage import Stage
from tests.verification.test_handlers import case_of, incomplete

SERVICE = service


@pytest.fixture
def report_id(stage: Stage) -> uuid.UUID:
    """Of a report that passed alone."""
    report = received()
    stage.hear(report)
    return report.report_id


def post(stage: Stage, report_id: uuid.UUID, path: str, role: Role = Role.VERIFIER, **content: Any) -> Any:
    headers = stage.signed_in(role, officer="officer-7")
    return stage.client.post(f"/api/v1/cases/{report_id}/{path}", json=content, headers=headers)


def test_a_recalled_report_waits_and_its_next_verification_is_another_round(stage: Stage, report_id: uuid.UUID) -> None:
    response = post(stage, report_id, "recall", reason="Tempatnya keliru.")
    again = post(stage, report_id, "verification", region_code="14.71")

    assert (response.status_code, response.json["state"], response.json["round"]) == (201, "waiting", 2)
    assert again.status_code == 201
    (recalled,) = stage.announced(ReportRecalled)
    assert (recalled.round, recalled.recalled_by, recalled.reason) == (1, "officer-7", "Tempatnya keliru.")
    assert [(event.round, event.region_code) for event in stage.announced(ReportVerified)] == [
        (1, "14.02"),
        (2, "14.71"),
    ]


def test_who_recalled_it_and_why_is_kept_beside_what_was_decided_alone(stage: Stage, report_id: uuid.UUID) -> None:
    post(stage, report_id, "recall", reason="Tempatnya keliru.")

    alone, undone = case_of(stage, report_id).decisions
    assert (alone.decided_by, undone.decided_by) == ("system", "officer-7")
    assert (undone.state, undone.note, undone.details) == (State.WAITING, "Tempatnya keliru.", {"recalled": 1})


def test_what_a_person_took_back_no_machine_passes_again(stage: Stage, report_id: uuid.UUID) -> None:
    post(stage, report_id, "recall", reason="Tempatnya keliru.")

    stage.hear(supplemented(report_id=report_id, body="Sudah tiga motor yang jatuh."))

    assert case_of(stage, report_id).state is State.WAITING
    assert len(stage.announced(ReportVerified)) == 1


FILED = {
    "kind": "complaint",
    "category": "LK12.053",
    "region_code": "14.71",
    "place": "Samsat Pekanbaru",
    "urgent": True,
    "supervised": True,
    "supervision_reason": "Dugaan pungutan liar.",
    "reported_agency_code": "PEMDA-14.71",
}


def test_the_next_verification_begins_with_what_the_one_that_was_taken_back_completed(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)
    post(stage, report.report_id, "verification", **FILED)
    post(stage, report.report_id, "recall", reason="Kategorinya keliru.")
    stage.open_session(Role.VERIFIER)

    form = stage.client.get(f"/verifikasi/{report.report_id}").text

    for value in ("LK12.053", "Samsat Pekanbaru", "Dugaan pungutan liar.", "PEMDA-14.71"):
        assert f'value="{value}"' in form
    assert 'value="14.71" selected' in form
    for box in ("urgent", "supervised"):
        assert re.search(rf'name="{box}"[^>]* checked', form)


def test_what_protects_a_report_outlives_a_recall_until_somebody_takes_it_away(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)
    post(stage, report.report_id, "verification", secret=True, anonymous=True, **FILED)
    post(stage, report.report_id, "recall", reason="Kategorinya keliru.")

    post(stage, report.report_id, "verification")
    post(stage, report.report_id, "recall", reason="Instansinya bukan yang diadukan.")
    form = {"csrf_token": stage.open_session(Role.VERIFIER), "kind": "complaint"}
    stage.client.post(f"/verifikasi/{report.report_id}/verifikasi", data=form)

    first, second, third = stage.announced(ReportVerified)
    assert [(event.secret, event.anonymous) for event in (first, second, third)] == [(True, True)] * 3
    assert [event.reported_agency_code for event in (first, second, third)] == ["PEMDA-14.71", "PEMDA-14.71", None]
    assert [event.supervised for event in (first, second, third)] == [True, True, False]


def test_what_a_verifier_made_secret_is_compared_with_nothing_though_it_was_taken_back(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)
    post(stage, report.report_id, "verification", secret=True, region_code="14.71")
    post(stage, report.report_id, "recall", reason="Tempatnya keliru.")

    stage.hear(supplemented(report_id=report.report_id, body="Di loket dua."))

    assert stage.rows(store.signatures) == []
    assert case_of(stage, report.report_id).report.secret


def test_a_place_that_its_reporter_adds_counts_more_than_the_one_that_was_filed(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)
    post(stage, report.report_id, "verification", **FILED)
    post(stage, report.report_id, "recall", reason="Tempatnya keliru.")
    post(stage, report.report_id, "return", missing=["where"], message="Samsat yang mana?")

    stage.hear(supplemented(report_id=report.report_id, region_code="14.02", place="Samsat Rengat"))

    case = case_of(stage, report.report_id)
    assert (case.report.place, case.filed.place, case.filed.region_code) == ("Samsat Rengat", None, None)
    assert (case.filed.category, case.care.urgent) == ("LK12.053", True)


def test_a_report_can_be_recalled_more_than_once(stage: Stage, report_id: uuid.UUID) -> None:
    for number in (1, 2):
        assert post(stage, report_id, "recall", reason=f"Alasan {number}.").status_code == 201
        assert post(stage, report_id, "verification").status_code == 201

    assert [event.round for event in stage.announced(ReportRecalled)] == [1, 2]
    assert [event.round for event in stage.announced(ReportVerified)] == [1, 2, 3]


def test_only_what_is_verified_is_recalled(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)

    response = post(stage, report.report_id, "recall", reason="Keliru.")

    assert response.status_code == 409
    assert response.json["type"].endswith("wrong_state")
    assert stage.announced() == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({}, 422),
        ({"reason": "  "}, 422),
        ({"reason": "Keliru.", "version": 7}, 409),
        ({"reason": "a", "why": "b"}, 422),
    ],
)
def test_a_recall_that_cannot_be_changes_nothing(
    stage: Stage, report_id: uuid.UUID, content: dict[str, Any], status: int
) -> None:
    assert post(stage, report_id, "recall", **content).status_code == status
    assert stage.announced(ReportRecalled) == []


@pytest.mark.parametrize("role", Role)
def test_only_verifiers_and_coordinators_recall(stage: Stage, report_id: uuid.UUID, role: Role) -> None:
    response = post(stage, report_id, "recall", role, reason="Keliru.")

    assert response.status_code == (201 if role in (Role.VERIFIER, Role.COORDINATOR) else 403)


def test_the_page_asks_for_a_reason_and_a_confirmation(stage: Stage, report_id: uuid.UUID) -> None:
    form = {"csrf_token": stage.open_session(Role.VERIFIER), "version": "1"}

    unsure = stage.client.post(f"/verifikasi/{report_id}/tarik", data={**form, "reason": "Keliru."})
    sure = stage.client.post(f"/verifikasi/{report_id}/tarik", data={**form, "reason": "Keliru.", "confirmed": "true"})

    assert (unsure.status_code, sure.status_code) == (422, 303)
    assert 'href="#confirmed"' in unsure.text
    page = stage.client.get(f"/verifikasi/{report_id}").text
    assert "verifikasi ditarik" in page
    assert "otomatis menurut kebijakan versi" in page
