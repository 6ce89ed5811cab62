"""Completing a report that was returned: by API and on the page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lapor_contracts.events import ReportReceived, ReportSupplemented
from lapor_intake import service, store
from tests.support.builders import archived, returned, tracking_id, withdrawn
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service


class Returned:
    """A report that was taken in, and sent back for completion as often as a test says."""

    def __init__(self, stage: Stage) -> None:
        slip = stage.client.post("/api/v1/reports", json={"body": "Jalan rusak"}).get_json()
        self.stage = stage
        self.tracking_id: str = slip["tracking_id"]
        self.receipt: str = slip["receipt"]
        self.report_id: UUID = stage.announced(ReportReceived)[0].report_id

    def send_back(self, **changes: Any) -> "Returned":
        """It lacks something."""
        self.stage.hear(returned(report_id=self.report_id, tracking_id=self.tracking_id, **changes))
        return self

    def complete(self, **given: Any) -> Any:
        """What the API answers to a supplement."""
        body = {"receipt": self.receipt, "body": "Di depan pasar Rengat", **given}
        return self.stage.client.post(f"/api/v1/supplements/{self.tracking_id}", json=body)

    def fill_in(self, **given: str) -> Any:
        """What the page answers to a supplement."""
        form = {"receipt": self.receipt, "body": "Di depan pasar Rengat", **given}
        return self.stage.client.post(f"/lengkapi/{self.tracking_id}", data=form)


@pytest.fixture
def report(stage: Stage) -> Returned:
    """A report that was just taken in."""
    return Returned(stage)


def test_a_report_that_was_taken_back_waits_for_nothing_more(stage: Stage, report: Returned) -> None:
    report.send_back()
    stage.hear(withdrawn(report_id=report.report_id, tracking_id=report.tracking_id))

    late = report.complete()

    assert late.status_code == 409
    assert stage.announced(ReportSupplemented) == []


def test_a_supplement_that_comes_again_after_the_end_is_the_same_one(stage: Stage, report: Returned) -> None:
    report.send_back().complete()
    stage.hear(archived(report_id=report.report_id, tracking_id=report.tracking_id))

    again = report.complete()

    assert again.status_code == 201
    assert len(stage.announced(ReportSupplemented)) == 1


def test_a_returned_report_can_be_completed_once(stage: Stage, report: Returned) -> None:
    report.send_back()

    response = report.complete(region_code="14.02", occurred_on="2026-01-05", place="Pasar")

    assert response.status_code == 201
    assert response.get_json()["tracking_id"] == report.tracking_id
    (event,) = stage.announced(ReportSupplemented)
    assert (event.body, event.region_code, event.place) == ("Di depan pasar Rengat", "14.02", "Pasar")
    assert report.complete(body="Yang lain").status_code == 409


def test_who_says_their_name_in_a_supplement_is_named_neither_by_its_place_nor_by_what_comes_later(
    stage: Stage, report: Returned
) -> None:
    report.send_back()
    report.complete(body="Nama saya Kenari Rahasiawati.", place="Depan rumah Kenari Rahasiawati")
    report.send_back(returned_at=WEDNESDAY + timedelta(days=1))
    report.complete(body="Rumah Kenari Rahasiawati bercat hijau.")

    first, second = stage.announced(ReportSupplemented)
    assert (first.body, first.place) == ("Nama saya [nama pelapor].", "Depan rumah [nama pelapor]")
    assert second.body == "Rumah [nama pelapor] bercat hijau."


def test_the_same_supplement_sent_again_is_answered_alike_and_said_once(stage: Stage, report: Returned) -> None:
    report.send_back()
    first = report.complete()

    again = report.complete()

    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert len(stage.announced(ReportSupplemented)) == len(stage.rows(store.supplements)) == 1


def test_a_report_that_was_not_returned_waits_for_nothing(stage: Stage, report: Returned) -> None:
    response = report.complete()

    assert response.status_code == 409
    assert stage.announced(ReportSupplemented) == []


def test_a_report_returned_again_can_be_completed_again(stage: Stage, report: Returned) -> None:
    report.send_back()
    report.complete()

    report.send_back(returned_at=WEDNESDAY + timedelta(days=1))

    assert report.complete(body="Dekat jembatan").status_code == 201
    assert len(stage.announced(ReportSupplemented)) == 2


def test_an_earlier_return_that_comes_late_changes_nothing(stage: Stage, report: Returned) -> None:
    report.send_back()
    report.complete()

    report.send_back(returned_at=WEDNESDAY - timedelta(days=1))

    assert report.complete(body="Dekat jembatan").status_code == 409


def test_a_wrong_receipt_and_an_unknown_report_look_alike(stage: Stage, report: Returned) -> None:
    report.send_back()
    answers = [
        report.complete(receipt="1234-5678-9012-3456"),
        stage.client.post(f"/api/v1/supplements/{tracking_id('no report')}", json={"receipt": "1", "body": "x"}),
        stage.client.post("/api/v1/supplements/tulis-apa-saja", json={"receipt": report.receipt, "body": "x"}),
    ]

    documents = [answer.get_json() for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({(d["title"], d["detail"], d["type"]) for d in documents}) == 1
    assert stage.announced(ReportSupplemented) == []


def test_what_people_type_is_read_kindly(stage: Stage, report: Returned) -> None:
    report.send_back()
    report.tracking_id = report.tracking_id.lower().replace("-", " ")
    report.receipt = report.receipt.replace("-", "")

    assert report.complete().status_code == 201


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("body", {"body": " "}),
        ("region_code", {"region_code": "99.99"}),
        ("occurred_on", {"occurred_on": "2026-02-01"}),
        ("receipt", {"receipt": None}),
        ("title", {"title": "Judul baru"}),
    ],
)
def test_a_wrong_field_of_a_supplement_is_named(report: Returned, field: str, given: dict[str, Any]) -> None:
    report.send_back()

    response = report.complete(**given)

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == [field]


def test_the_page_completes_a_report_too(stage: Stage, report: Returned) -> None:
    report.send_back()

    response = report.fill_in(region_code="14.02", place="")

    assert response.status_code == 201
    assert report.tracking_id in response.text
    (event,) = stage.announced(ReportSupplemented)
    assert (event.region_code, event.place) == ("14.02", None)


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(report: Returned) -> None:
    report.send_back()

    response = report.fill_in(body="Di depan pasar", region_code="99.99")

    assert response.status_code == 422
    assert "Di depan pasar" in response.text
    assert "Kode wilayah tidak dikenal" in response.text


def test_the_page_tells_strangers_nothing(stage: Stage, report: Returned) -> None:
    report.send_back()
    blank = stage.client.get(f"/lengkapi/{report.tracking_id}").text
    other = stage.client.get("/lengkapi/AAAA-AAAA-AAAA").text

    wrong = report.fill_in(receipt="1")

    assert blank.replace(report.tracking_id, "") == other.replace("AAAA-AAAA-AAAA", "")
    assert wrong.status_code == 404
    assert "tidak cocok" in wrong.text


def test_the_page_says_that_a_report_does_not_wait(report: Returned) -> None:
    response = report.fill_in()

    assert response.status_code == 409
    assert "tidak sedang menunggu kelengkapan" in response.text
