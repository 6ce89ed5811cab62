"""Photos and documents that follow a report, on the page and in the API."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from lapor_contracts.events import ReportReceived, ReportSupplemented
from lapor_intake import adding, service
from tests.intake.attached import photograph, picture
from tests.support.stage import Stage

SERVICE = service


class Report:
    """A report that was taken in, and what its reporter adds."""

    def __init__(self, stage: Stage) -> None:
        slip = stage.client.post("/api/v1/reports", json={"body": "Lampu jalan padam di Rengat"}).get_json()
        self.stage = stage
        self.tracking_id: str = slip["tracking_id"]
        self.receipt: str = slip["receipt"]

    def upload(self, content: bytes) -> str:
        """A file that waits to be named."""
        sent = self.stage.client.post("/api/v1/uploads", data={"file": (BytesIO(content), "a.jpg")})
        return str(sent.get_json()["id"])

    def add(self, *ids: str, receipt: str | None = None) -> Any:
        """Name files in the API."""
        body = {"receipt": receipt or self.receipt, "attachments": list(ids)}
        return self.stage.client.post(f"/api/v1/supplements/{self.tracking_id}/attachments", json=body)

    def send(self, *contents: bytes, receipt: str | None = None) -> Any:
        """Send files with the form."""
        files = [(BytesIO(content), f"{number}.jpg") for number, content in enumerate(contents)]
        form = {"receipt": receipt or self.receipt, "attachment": files}
        return self.stage.client.post(f"/lampiran/{self.tracking_id}", data=form)

    @property
    def added(self) -> list[ReportSupplemented]:
        """What was said of it."""
        return self.stage.announced(ReportSupplemented)


@pytest.fixture
def report(stage: Stage) -> Report:
    """A report that nobody asked about."""
    return Report(stage)


def test_a_photo_from_the_page_follows_the_report_whoever_has_it(stage: Stage, report: Report) -> None:
    answer = report.send(photograph(), picture())

    assert answer.status_code == 201
    assert f'action="/lacak/{report.tracking_id}"' in answer.text
    (said,) = report.added
    assert (said.tracking_id, said.body, len(said.attachments)) == (report.tracking_id, None, 2)
    assert said.report_id == stage.announced(ReportReceived)[0].report_id


def test_its_reporter_and_nobody_else_sees_it_with_the_receipt(stage: Stage, report: Report) -> None:
    report.send(picture())
    (file,) = report.added[0].attachments

    shown = stage.client.post(f"/api/v1/attachments/{file.id}", data={"receipt": report.receipt})
    hidden = stage.client.post(f"/api/v1/attachments/{file.id}", data={"receipt": "0000 0000 0000 0000"})

    assert (shown.status_code, hidden.status_code) == (200, 404)


def test_programs_name_what_they_uploaded(report: Report) -> None:
    first = report.upload(picture())

    assert report.add(first).status_code == 201
    assert [str(file.id) for file in report.added[0].attachments] == [first]


def test_the_same_sent_again_is_added_once(report: Report) -> None:
    first = report.upload(picture())
    with ThreadPoolExecutor(3) as tabs:
        by_api = list(tabs.map(lambda _: report.add(first).status_code, range(3)))
    by_page = [report.send(photograph()).status_code for _ in range(2)]

    assert {*by_api, *by_page} == {201}
    assert len(report.added) == 2


def test_nothing_is_not_added(report: Report) -> None:
    assert report.add().status_code == 422
    assert report.send().status_code == 422
    assert report.added == []


def test_what_is_no_photo_is_refused_and_nothing_of_it_stays(report: Report) -> None:
    answer = report.send(b"MZ not a picture")

    assert answer.status_code == 422
    assert "Berkas 1" in answer.text
    assert report.added == []


def test_no_report_becomes_a_store(stage: Stage, report: Report) -> None:
    for first in range(0, adding.MOST, 5):
        report.send(*(picture(size=(8 + 2 * number, 8)) for number in range(first, first + 5)))

    assert report.send(picture(size=(100, 8))).status_code == 422
    assert sum(len(said.attachments) for said in report.added) == adding.MOST


def test_a_wrong_receipt_adds_nothing(report: Report) -> None:
    wrong = "0000 0000 0000 0000"

    assert report.send(picture(), receipt=wrong).status_code == 404
    assert report.add(report.upload(picture()), receipt=wrong).status_code == 404
    assert report.added == []


def test_the_page_looks_the_same_for_every_number(stage: Stage, report: Report) -> None:
    known, unknown = (stage.client.get(f"/lampiran/{one}") for one in (report.tracking_id, "7K3M-9QXF-2TPA"))

    assert known.text.replace(report.tracking_id, "X") == unknown.text.replace("7K3M-9QXF-2TPA", "X")


def test_files_of_another_report_cannot_be_added(stage: Stage, report: Report) -> None:
    other = Report(stage)
    file = other.upload(picture())
    other.add(file)

    assert report.add(file).status_code == 422
    assert len(report.added) == 1
