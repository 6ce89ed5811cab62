"""What a verifier sees of the files that came with a report."""

import uuid

from lapor_contracts.events import Attachment, ReportVerified
from lapor_contracts.vocabulary import Role
from lapor_verification import service
from tests.support.builders import received, supplemented
from tests.support.stage import Stage
from tests.verification.test_handlers import incomplete

SERVICE = service
PHOTO = Attachment(id=uuid.uuid4(), media_type="image/jpeg", size=250_000)
LETTER = Attachment(id=uuid.uuid4(), media_type="application/pdf", size=90_000)


def test_a_verifier_sees_what_came_first_and_what_was_added(stage: Stage) -> None:
    report = incomplete(attachments=(PHOTO,))
    stage.hear(report, supplemented(report_id=report.report_id, attachments=(LETTER,)))
    stage.open_session(Role.VERIFIER)

    page = stage.client.get(f"/verifikasi/{report.report_id}").text
    case = stage.client.get(f"/api/v1/cases/{report.report_id}").json

    assert f'<img src="/api/v1/attachments/{PHOTO.id}"' in page
    assert f'href="/api/v1/attachments/{LETTER.id}"' in page
    assert f'<img src="/api/v1/attachments/{LETTER.id}"' not in page
    assert "250.0 kB" in page
    assert [one["id"] for one in case["attachments"]] == [str(PHOTO.id), str(LETTER.id)]


def test_attachments_go_on_with_the_report(stage: Stage) -> None:
    stage.hear(received(attachments=(PHOTO, LETTER)))

    (verified,) = stage.announced(ReportVerified)
    assert verified.attachments == (PHOTO, LETTER)
