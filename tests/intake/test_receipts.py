"""What providers say later of our messages: receipts of gateways, statuses of WhatsApp, letters that came back."""

from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from twilio.request_validator import RequestValidator

from lapor_contracts.events import DeliveryReported, MessageAnswered, ReportReceived
from lapor_intake import service
from lapor_intake.channels import email
from tests.intake.chats import SETTINGS, from_meta, whatsapp
from tests.support.stage import Stage

SERVICE = service
NOTICE = UUID(int=1708)
TOKEN, AUTH_TOKEN, ADDRESS = "between the gateway and us", "made up for tests", "https://lapor.example"
KANNEL, GATEWAY = f"/channels/sms/kannel/receipt?token={TOKEN}", f"/channels/sms/gateway/receipt?token={TOKEN}"


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with every gateway, an app at Meta and a mailbox."""
    return Stage(
        service,
        engine,
        **intake_settings,
        **SETTINGS,
        kannel_token=TOKEN,
        sms_gateway_token=TOKEN,
        twilio_auth_token=AUTH_TOKEN,
        mail_addresses=frozenset({"lapor@lapor.example"}),
        public_url=ADDRESS,
    )


def heard(stage: Stage) -> list[tuple[UUID, bool, bool, str]]:
    """What notification is told."""
    said = stage.announced(DeliveryReported)
    return [(event.notice_id, event.delivered, event.permanent, event.reason) for event in said]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("status=1&answer=", (True, False, "kannel-1"), id="reached the telephone"),
        pytest.param("status=2&answer=id:1+stat:UNDELIV", (False, False, "kannel-2"), id="switched off for days"),
        pytest.param("status=16&answer=NACK/0x0000000b/Invalid", (False, True, "kannel-16"), id="no such number"),
        pytest.param("status=16&answer=NACK/88/Throttling", (False, False, "kannel-16"), id="too much at a time"),
    ],
)
def test_kannel_says_what_became_of_an_sms(stage: Stage, query: str, expected: tuple[bool, bool, str]) -> None:
    answer = stage.client.get(f"{KANNEL}&notice={NOTICE}&{query}")

    assert (answer.status_code, answer.text) == (200, "")
    assert heard(stage) == [(NOTICE, *expected)]


def test_the_same_receipt_twice_is_told_once(stage: Stage) -> None:
    for _ in range(2):
        stage.client.get(f"{KANNEL}&notice={NOTICE}&status=1")

    assert len(heard(stage)) == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("DELIVRD", [(NOTICE, True, False, "DELIVRD")]),
        ("UNDELIV", [(NOTICE, False, False, "UNDELIV")]),
        ("ESME_RINVDSTADR", [(NOTICE, False, True, "ESME_RINVDSTADR")]),
        ("ESME_ROK", []),
    ],
)
def test_jasmin_says_what_became_of_an_sms(stage: Stage, status: str, expected: list[Any]) -> None:
    answer = stage.client.post(f"{GATEWAY}&notice={NOTICE}", data={"id": "1", "level": "2", "message_status": status})

    assert (answer.status_code, answer.text) == (200, "ACK/Jasmin")
    assert heard(stage) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"MessageStatus": "sent"}, []),
        ({"MessageStatus": "delivered"}, [(NOTICE, True, False, "twilio-")]),
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, [(NOTICE, False, False, "twilio-30003")]),
        ({"MessageStatus": "failed", "ErrorCode": "30005"}, [(NOTICE, False, True, "twilio-30005")]),
    ],
)
def test_twilio_says_what_became_of_an_sms(stage: Stage, form: dict[str, str], expected: list[Any]) -> None:
    path = f"/channels/sms/twilio/receipt?notice={NOTICE}"
    signature = RequestValidator(AUTH_TOKEN).compute_signature(f"{ADDRESS}{path}", form)

    answer = stage.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    assert answer.status_code == 204
    assert heard(stage) == expected


@pytest.mark.parametrize("path", ["kannel/receipt", "gateway/receipt", "twilio/receipt"])
def test_only_the_gateway_itself_may_say_so(stage: Stage, path: str) -> None:
    ask = stage.client.get if path.startswith("kannel") else stage.client.post
    answer = ask(f"/channels/sms/{path}?token=guess&notice={NOTICE}&status=1&MessageStatus=delivered")

    assert answer.status_code == 403
    assert heard(stage) == []


@pytest.mark.parametrize("query", ["", "notice=none&status=1", f"notice={NOTICE}&status=8", f"notice={NOTICE}"])
def test_what_says_nothing_of_a_message_is_passed_over(stage: Stage, query: str) -> None:
    assert stage.client.get(f"{KANNEL}&{query}").status_code == 200

    assert heard(stage) == []


def status(**changes: Any) -> dict[str, Any]:
    """A delivery of WhatsApp's with a status in the place of messages."""
    delivery = whatsapp()
    value = delivery["entry"][0]["changes"][0]["value"]
    value.pop("messages", None)
    value["statuses"] = [
        {"id": "wamid.1", "recipient_id": "6281200001708", "biz_opaque_callback_data": str(NOTICE), **changes}
    ]
    return delivery


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "sent"}, []),
        ({"status": "delivered"}, [(NOTICE, True, False, "")]),
        ({"status": "read"}, [(NOTICE, True, False, "")]),
        ({"status": "failed", "errors": [{"code": 131026}]}, [(NOTICE, False, True, "meta-131026")]),
        ({"status": "failed", "errors": [{"code": 131047}]}, [(NOTICE, False, False, "meta-131047")]),
        ({"status": "failed", "errors": "odd"}, [(NOTICE, False, False, "")]),
    ],
)
def test_whatsapp_says_what_became_of_a_message(stage: Stage, changes: dict[str, Any], expected: list[Any]) -> None:
    answer = from_meta(stage, "whatsapp", status(**changes))

    assert answer.status_code == 200
    assert heard(stage) == expected
    assert stage.announced(ReportReceived) == []


def bounce(*, action: str = "failed", code: str = "5.1.1", letter: str = f"<{NOTICE}@lapor.example>") -> bytes:
    """A letter of ours that comes back, as RFC 3464 describes it; it names the address twice."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"] = "MAILER-DAEMON@warga.example", "lapor@lapor.example"
    report["Subject"], report["Message-ID"] = "Undelivered Mail Returned to Sender", "<bounce@warga.example>"
    report.attach(MIMEText("I am sorry to tell you that siti@warga.example is unknown here."))
    status = MIMEBase("message", "delivery-status")
    about, recipient = EmailMessage(), EmailMessage()
    about["Reporting-MTA"] = "dns; mx.warga.example"
    recipient["Final-Recipient"] = "rfc822; siti@warga.example"
    recipient["Action"], recipient["Status"] = action, code
    recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 <siti@warga.example>: no such user"
    status.set_payload([about, recipient])
    report.attach(status)
    headers = MIMEText(f"From: lapor@lapor.example\nTo: siti@warga.example\nMessage-ID: {letter}\n", "rfc822-headers")
    report.attach(headers)
    return report.as_bytes()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, [(NOTICE, False, True, "5.1.1")], id="no such mailbox"),
        pytest.param({"code": "5.2.2"}, [(NOTICE, False, False, "5.2.2")], id="full for days"),
        pytest.param({"code": "5.7.1"}, [(NOTICE, False, False, "5.7.1")], id="it is us they refuse"),
        pytest.param({"action": "delayed", "code": "4.4.1"}, [], id="merely late"),
        pytest.param({"action": "delivered", "code": "2.0.0"}, [(NOTICE, True, False, "2.0.0")], id="arrived"),
        pytest.param({"letter": "<1@lapor.example>"}, [], id="no notice"),
        pytest.param({"letter": f"<{NOTICE}@elsewhere.example>"}, [], id="not our letter"),
    ],
)
def test_a_letter_that_comes_back_says_what_became_of_a_notice(
    stage: Stage, given: dict[str, str], expected: list[Any]
) -> None:
    postbox = email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions))

    postbox.take(bounce(**given), envelope_sender="")

    assert heard(stage) == expected
    assert stage.announced(MessageAnswered) == []
    assert "siti@warga" not in str(stage.announced())


@pytest.mark.parametrize("cut", [40, 300, 700, 900, 1100])
def test_a_broken_bounce_breaks_nothing(stage: Stage, cut: int) -> None:
    postbox = email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions))

    postbox.take(bounce()[:cut], envelope_sender="")

    assert stage.announced(ReportReceived) == []


@pytest.mark.parametrize(
    "header", ["Subject: Kabar", 'Content-Type: multipart/mixed; boundary="é"'], ids=["as it was sent", "mangled"]
)
def test_a_whole_letter_that_comes_back_is_known_however_it_was_mangled(stage: Stage, header: str) -> None:
    postbox = email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions))
    before, _, after = bounce().partition(b"Content-Type: text/rfc822-headers")
    boundary = after[after.rindex(b"\n--") :]
    whole = f"Content-Type: message/rfc822\n\nMessage-ID: <{NOTICE}@lapor.example>\n{header}\n\nHalo"

    postbox.take(before + whole.encode() + boundary, envelope_sender="")

    assert heard(stage) == [(NOTICE, False, True, "5.1.1")]
