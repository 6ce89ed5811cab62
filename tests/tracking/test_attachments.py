"""What the reporter sees again of the files that were sent, and nobody else."""

import uuid

from lapor_contracts.events import Attachment
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service
PHOTO = Attachment(id=uuid.uuid4(), media_type="image/jpeg", size=250_000)
FILM = Attachment(id=uuid.uuid4(), media_type="video/mp4", size=4_000_000)


def sent(case: Case, stage: Stage) -> None:
    """A report with a photograph, to which a film was added without a word."""
    added = builders.supplemented(
        report_id=case.report_id, tracking_id=case.tracking_id, supplemented_at=later(2), attachments=(FILM,)
    )
    stage.hear(case.received(attachments=(PHOTO,)), added)


def test_the_reporter_finds_the_own_files_in_the_thread(case: Case, stage: Stage) -> None:
    sent(case, stage)

    thread = case.get(X_Receipt=case.receipt).json["thread"]
    page = case.send(action="open").text

    assert [[file["id"] for file in message["attachments"]] for message in thread] == [[str(PHOTO.id)], [str(FILM.id)]]
    assert thread[1]["text"] == ""
    assert f'action="/api/v1/attachments/{PHOTO.id}"' in page
    assert f'name="receipt" value="{case.receipt}"' in page
    assert "None" not in page


def test_the_public_does_not_learn_that_there_are_any(case: Case, stage: Stage) -> None:
    sent(case, stage)

    shown = case.get().text + stage.client.get(f"/lacak/{case.tracking_id}").text

    assert str(PHOTO.id) not in shown
    assert str(FILM.id) not in shown
