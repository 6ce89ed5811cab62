"""Files that people attach to the forms on our pages, without any script."""

import re
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from lapor_contracts.events import ReportReceived, ReportSupplemented
from lapor_intake import service
from lapor_intake.attachments import store
from tests.intake.attached import document, photograph, picture
from tests.support.builders import returned
from tests.support.stage import Stage

SERVICE = service


def send(stage: Stage, *files: bytes, to: str = "/lapor", **fields: Any) -> TestResponse:
    """The form as a browser sends it, with the file field empty where nothing is attached."""
    parts = [(BytesIO(data), f"IMG-{number}.jpg") for number, data in enumerate(files)] or [(BytesIO(), "")]
    filled = {"key": "form-1", "kind": "complaint", "body": "Jalan berlubang di depan pasar."} if to == "/lapor" else {}
    return stage.client.post(to, data={**filled, **fields, "attachment": parts})


def kept(response: TestResponse) -> list[str]:
    """The files that the form need not be given again."""
    return re.findall(r'name="attachments" value="([^"]+)"', response.text)


def test_the_form_takes_several_files_of_what_can_be_shown(stage: Stage) -> None:
    page = stage.client.get("/lapor").text

    assert 'enctype="multipart/form-data"' in page
    field = re.search(r'<input id="attachment"[^>]+>', page, re.DOTALL)
    assert field
    assert all(part in field.group() for part in ("multiple", 'type="file"', "image/webp", "application/pdf"))


def test_a_report_comes_with_the_files_of_its_form(stage: Stage) -> None:
    response = send(stage, photograph(), document())

    assert response.status_code == 201, response.text
    (received,) = stage.announced(ReportReceived)
    assert [one.media_type for one in received.attachments] == ["image/jpeg", "application/pdf"]


def test_a_form_without_files_is_a_report_as_well(stage: Stage) -> None:
    assert send(stage).status_code == 201
    assert stage.announced(ReportReceived)[0].attachments == ()


def test_reloading_the_answer_sends_the_same_report_with_the_same_files(stage: Stage) -> None:
    first, again = (send(stage, photograph()) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert len(stage.announced(ReportReceived)) == 1
    assert len(stage.rows(store.attachments)) == 1


def test_what_was_attached_is_not_lost_where_something_else_is_wrong(stage: Stage) -> None:
    refused = send(stage, photograph(), document(), body="")

    assert refused.status_code == 422
    assert "Dokumen" in refused.text
    ids = kept(refused)
    assert len(ids) == 2
    assert send(stage, picture("PNG"), attachments=ids).status_code == 201
    (received,) = stage.announced(ReportReceived)
    assert [one.media_type for one in received.attachments] == ["image/jpeg", "application/pdf", "image/png"]


def test_a_file_that_cannot_be_taken_is_named_by_its_place_and_the_others_are_kept(stage: Stage) -> None:
    response = send(stage, photograph(), b"MZ a program")

    assert response.status_code == 422
    assert "Berkas 2" in response.text
    assert "Kirim PDF, JPEG" in response.text
    assert 'href="#attachment"' in response.text
    assert "IMG-1" not in response.text
    assert len(kept(response)) == 1
    assert stage.announced(ReportReceived) == []


def test_more_than_five_files_are_refused_before_any_is_looked_at(stage: Stage) -> None:
    response = send(stage, *[picture()] * 6)

    assert response.status_code == 422
    assert "Paling banyak 5 lampiran" in response.text
    assert stage.rows(store.attachments) == []


def test_files_that_have_expired_are_asked_for_again(stage: Stage) -> None:
    ids = kept(send(stage, photograph(), body=""))
    stage.clock.advance(hours=25)

    response = send(stage, attachments=ids)

    assert response.status_code == 422
    assert "unggah lagi" in response.text
    assert kept(response) == []


def test_an_id_that_is_none_is_said_at_the_field(stage: Stage) -> None:
    response = send(stage, attachments=["../../etc/passwd"])

    assert response.status_code == 422
    assert "passwd" not in response.text


def test_a_returned_report_is_completed_with_a_file(stage: Stage) -> None:
    made = stage.client.post("/api/v1/reports", json={"body": "Jalan berlubang."}).json
    (received,) = stage.announced(ReportReceived)
    stage.hear(returned(report_id=received.report_id, tracking_id=received.tracking_id))
    address = f"/lengkapi/{made['tracking_id']}"

    mistyped = send(stage, photograph(), to=address, receipt="0000-0000-0000-0000")
    completed = send(stage, to=address, receipt=made["receipt"], attachments=kept(mistyped))

    assert (mistyped.status_code, completed.status_code) == (404, 201)
    (supplemented,) = stage.announced(ReportSupplemented)
    assert [one.media_type for one in supplemented.attachments] == ["image/jpeg"]
