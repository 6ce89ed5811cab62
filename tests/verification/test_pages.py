"""The verifier's pages."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from lapor_contracts.events import ReportArchived, ReportReturned, ReportVerified
from lapor_contracts.vocabulary import Missing, Role
from lapor_verification import service
from tests.support.builders import deadline_missed, deadline_set, supplemented
from tests.support.stage import WEDNESDAY, Stage
from tests.verification.test_handlers import incomplete

SERVICE = service


@pytest.fixture
def report_id(stage: Stage) -> uuid.UUID:
    report = incomplete()
    stage.hear(report)
    return report.report_id


@pytest.fixture
def csrf(stage: Stage) -> str:
    return stage.open_session(Role.VERIFIER, officer="officer-7")


def send(stage: Stage, report_id: uuid.UUID, action: str, csrf: str, **fields: str) -> Any:
    return stage.client.post(f"/verifikasi/{report_id}/{action}", data={"csrf_token": csrf, "version": "1", **fields})


@pytest.mark.usefixtures("csrf")
def test_the_queue_shows_why_a_report_waits_and_until_when(stage: Stage, report_id: uuid.UUID) -> None:
    due_at = WEDNESDAY + timedelta(days=5)
    stage.hear(deadline_set(report_id=report_id, due_at=due_at), deadline_missed(report_id=report_id, due_at=due_at))

    page = stage.client.get("/verifikasi").text

    assert "Pungutan liar" in page
    assert f"/verifikasi/{report_id}" in page
    assert "Tempat kejadian atau instansi belum disebut." in page
    assert "Senin, 12 Januari 2026" in page
    assert "Terlambat" in page


@pytest.mark.usefixtures("csrf")
def test_the_code_of_a_body_complained_of_is_looked_for_without_losing_the_form(
    stage: Stage, report_id: uuid.UUID
) -> None:
    page = stage.client.get(f"/verifikasi/{report_id}").text

    assert '<a href="/direktori" target="_blank" rel="noopener">' in page


@pytest.mark.usefixtures("csrf")
def test_a_long_queue_has_a_next_page(stage: Stage) -> None:
    stage.hear(*(incomplete() for _ in range(3)))

    page = stage.client.get("/verifikasi?limit=2").text

    assert "cursor=" in page
    assert page.count("Pungutan liar") == 2


@pytest.mark.usefixtures("csrf")
def test_an_empty_queue_says_so(stage: Stage) -> None:
    assert "Tidak ada laporan di sini." in stage.client.get("/verifikasi").text


@pytest.mark.usefixtures("csrf")
def test_a_case_shows_the_text_as_text_and_ticks_what_is_missing(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report, supplemented(report_id=report.report_id, body="<script>alert(1)</script>"))

    page = stage.client.get(f"/verifikasi/{report.report_id}").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert 'name="where" value="true" checked' in page
    assert 'name="when" value="true" checked' not in page


def test_a_verifier_passes_a_report_on(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    response = send(stage, report_id, "verifikasi", csrf, kind="complaint", region_code="14.02", secret="true")

    assert response.status_code == 303
    (event,) = stage.announced(ReportVerified)
    assert (event.region_code, event.secret, event.verified_by) == ("14.02", True, "officer-7")
    assert "Terverifikasi" in stage.client.get(response.location).text


def test_a_verifier_returns_a_report_for_completion(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    send(stage, report_id, "kembalikan", csrf, where="true", when="true", message="Di mana dan kapan?")

    (event,) = stage.announced(ReportReturned)
    assert event.missing == (Missing.WHERE, Missing.WHEN)
    page = stage.client.get(f"/verifikasi/{report_id}").text
    assert "Menunggu kelengkapan" in page
    assert "Di mana dan kapan?" in page


def test_a_verifier_archives_a_report(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    send(stage, report_id, "arsipkan", csrf, reason_code="not_clear", reason="Tidak jelas.", confirmed="true")

    assert len(stage.announced(ReportArchived)) == 1
    assert "<form" not in stage.client.get(f"/verifikasi/{report_id}").text.split("<main")[1]


@pytest.mark.parametrize(
    ("action", "fields", "wrong"),
    [
        ("kembalikan", {"message": "Di mana?"}, "what"),
        ("kembalikan", {"where": "true"}, "message"),
        ("arsipkan", {"reason_code": "not_clear", "reason": "Tidak jelas."}, "confirmed"),
        ("arsipkan", {"reason_code": "not_clear", "confirmed": "true"}, "reason"),
        ("verifikasi", {"region_code": "Riau"}, "region_code"),
    ],
)
def test_a_form_that_is_not_right_comes_back_with_what_was_typed(
    stage: Stage, report_id: uuid.UUID, csrf: str, action: str, fields: dict[str, str], wrong: str
) -> None:
    response = send(stage, report_id, action, csrf, **fields)

    assert response.status_code == 422
    assert f'href="#{wrong}"' in response.text
    assert fields.get("message", "") in response.text
    assert stage.announced() == []


def test_a_verifier_who_comes_too_late_is_told_so(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    send(stage, report_id, "verifikasi", csrf)

    response = send(stage, report_id, "arsipkan", csrf, reason_code="spam", reason="Iklan.", confirmed="true")

    assert response.status_code == 409
    assert "terverifikasi" in response.text


def test_a_form_of_another_site_does_nothing(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    response = send(stage, report_id, "verifikasi", "guessed")

    assert response.status_code == 403
    assert stage.announced() == []


def test_strangers_are_asked_to_sign_in(stage: Stage) -> None:
    response = stage.client.get("/verifikasi")

    assert response.status_code == 303
    assert response.location == "/masuk?next=%2Fverifikasi"


def test_an_officer_has_no_business_in_the_queue(stage: Stage) -> None:
    stage.open_session(Role.OFFICER, agency_code="PLN")

    assert stage.client.get("/verifikasi").status_code == 403


def test_a_coordinator_who_decides_too_is_led_to_the_queue(stage: Stage) -> None:
    stage.open_session(Role.COORDINATOR)

    page = stage.client.get("/verifikasi").text

    assert 'href="/verifikasi"' in page[: page.index("</header>")]
