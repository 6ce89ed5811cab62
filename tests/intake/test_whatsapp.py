"""Reports by WhatsApp, as the Cloud API brings them."""

import json
from typing import Any

import pytest
import pywa
import sqlalchemy as sa
from nacl.public import PrivateKey
from pywa.types import CallbackButton, Message

from lapor_contracts.events import ContactSealed, ReportReceived
from lapor_contracts.vocabulary import Channel
from lapor_intake import service, store
from tests.intake.chats import (
    META_SECRET,
    NUMBER_ID,
    SETTINGS,
    SITI_PHONE,
    SITI_USER_ID,
    VERIFY_TOKEN,
    from_meta,
    meta_signature,
    said,
    whatsapp,
    whatsapp_message,
)
from tests.intake.conftest import kept, opened
from tests.support.stage import Stage

SERVICE = service
REPORT = "Lampu jalan mati di Jl. Mawar Rengat sejak kemarin"
BUTTON = whatsapp_message("button", {"payload": "LAPOR", "text": REPORT})
REPLY = whatsapp_message("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": REPORT}})
CHOSEN = whatsapp_message("interactive", {"type": "list_reply", "list_reply": {"id": "1", "title": REPORT}})


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with an app at Meta."""
    return Stage(service, engine, **intake_settings, **SETTINGS)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(said(REPORT), id="text"),
        pytest.param(BUTTON, id="the button of a template"),
        pytest.param(REPLY, id="a button"),
        pytest.param(CHOSEN, id="a list"),
    ],
)
def test_what_is_written_to_us_is_a_report_and_is_answered_there(
    stage: Stage, notification_key: PrivateKey, message: Any
) -> None:
    answer = from_meta(stage, "whatsapp", whatsapp(message))

    (received,) = stage.announced(ReportReceived)
    assert (answer.status_code, received.channel, received.body) == (200, Channel.WHATSAPP, REPORT)
    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert (contact["via"], contact["account"], contact["phone"]) == ("whatsapp", SITI_PHONE, f"+{SITI_PHONE}")
    (record,) = kept(stage)
    assert (record.name, record.phone, record.receipt) == ("Siti Contoh", f"+{SITI_PHONE}", contact["receipt"])
    seen = str([stage.rows(store.reports), stage.announced()])
    assert not any(secret in seen for secret in (SITI_PHONE[2:], "Contoh"))


def test_who_hides_the_number_is_reached_by_the_name_that_whatsapp_gives_instead(
    stage: Stage, notification_key: PrivateKey
) -> None:
    profile = {"name": "Siti Contoh", "username": "siti_rengat"}
    delivery = whatsapp(
        said(f"{REPORT}, hubungi @siti_rengat", **{"from": ""}),
        contacts=[{"profile": profile, "wa_id": "", "user_id": SITI_USER_ID}],
    )

    from_meta(stage, "whatsapp", delivery)

    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert (contact["account"], contact.get("phone")) == (SITI_USER_ID, None)
    assert (kept(stage)[0].name, kept(stage)[0].handle) == ("Siti Contoh", "@siti_rengat")
    assert "siti_rengat" not in stage.announced(ReportReceived)[0].body


@pytest.mark.parametrize(
    "delivery",
    [
        pytest.param(
            whatsapp(statuses=[{"id": "wamid.1", "status": "read", "recipient_id": SITI_PHONE}]), id="a receipt"
        ),
        pytest.param(whatsapp(whatsapp_message("reaction", {"message_id": "wamid.1", "emoji": "👍"})), id="a thumb"),
        pytest.param(whatsapp(whatsapp_message("sticker", {"id": "1", "mime_type": "image/webp"})), id="a sticker"),
        pytest.param(whatsapp(whatsapp_message("system", {"body": "User changed number"})), id="of the system"),
        pytest.param(whatsapp(whatsapp_message("edit", {"message": said(REPORT)})), id="an edit"),
        pytest.param(whatsapp(whatsapp_message("unsupported", {})), id="what WhatsApp itself cannot bring"),
        pytest.param({"object": "whatsapp_business_account", "entry": []}, id="nothing"),
    ],
)
def test_what_says_nothing_is_no_report(stage: Stage, delivery: Any) -> None:
    answer = from_meta(stage, "whatsapp", delivery)

    assert answer.status_code == 200
    assert stage.announced() == []


def test_many_messages_in_one_delivery_are_as_many_reports_whatever_is_broken_between_them(stage: Stage) -> None:
    broken: list[Any] = [
        None,
        7,
        {},
        {"id": "1"},
        {**said(REPORT), "text": "?"},
        {**said(REPORT), "from": 62812},
        {**said(REPORT), "id": 7},
    ]
    delivery = whatsapp(said(REPORT, "1"), *broken, said(f"#lapor {REPORT} lagi", "2", **{"from": "6281200001709"}))
    delivery["entry"] = ["?", {"changes": [7, {"field": "messages"}]}, *delivery["entry"]]

    answer = from_meta(stage, "whatsapp", delivery)

    assert answer.status_code == 200
    assert [event.body for event in stage.announced(ReportReceived)] == [REPORT, f"{REPORT} lagi"]


def test_our_deliveries_have_the_form_that_the_library_for_whatsapp_reads() -> None:
    read: list[Any] = []
    client = pywa.WhatsApp(
        phone_id=NUMBER_ID,
        token="none",
        server=None,
        app_secret=META_SECRET,
        verify_token=VERIFY_TOKEN,
    )
    client.add_handlers(
        pywa.handlers.MessageHandler(lambda _, message: read.append(message)),
        pywa.handlers.CallbackButtonHandler(lambda _, pressed: read.append(pressed)),
    )
    place = whatsapp_message("location", {"latitude": -0.3, "longitude": 102.5, "name": "Pasar"})
    for number, message in enumerate([said(REPORT), BUTTON, REPLY, place]):
        body = json.dumps(whatsapp({**message, "id": str(number)})).encode()
        assert client.webhook_update_validator(body, meta_signature(body)) is None
        client.webhook_update_handler(body)

    text, button, pressed, pin = read
    assert isinstance(text, Message)
    assert (text.text, text.from_user.wa_id, text.from_user.name) == (REPORT, SITI_PHONE, "Siti Contoh")
    assert isinstance(button, CallbackButton)
    assert (button.title, pressed.title) == (REPORT, REPORT)
    assert (pin.location.latitude, pin.location.name) == (-0.3, "Pasar")
