"""SMS by gateways other than Kannel: Jasmin's form, JSON, and Twilio's, each proved in its own way."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from lapor_contracts.events import ContactSealed, MessageAnswered, ReporterCommanded, ReportReceived
from lapor_intake import service, store
from lapor_intake.channels.sms.gate import networks
from lapor_intake.channels.sms.receiving import HELP
from lapor_intake.commands import STOPPED, UNKNOWN
from tests.intake.conftest import opened
from tests.intake.test_sms import TRACKING_ID, bodies
from tests.support.stage import Stage

SERVICE = service
PHONE = "+6281200001111"
TOKEN = "between the gateway and us"
AUTH_TOKEN = "made up for tests, not one of Twilio's"
GATEWAY, TWILIO = f"/channels/sms/gateway?token={TOKEN}", "/channels/sms/twilio"
ADDRESS = "https://lapor.example"


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with all gateways."""
    tokens = {"sms_gateway_token": TOKEN, "twilio_auth_token": AUTH_TOKEN}
    return Stage(service, engine, **intake_settings, **tokens, public_url=ADDRESS)


def jasmin(**changes: str) -> dict[str, str]:
    """What Jasmin throws at a URL."""
    return {
        "id": "6a6d3c35-4bd6-4d5b-9a4a-0d6a40c6f5c1",
        "from": PHONE,
        "to": "1708",
        "origin-connector": "telco",
        "priority": "1",
        "coding": "0",
        "validity": "2026-01-08 03:00:00",
        "content": "INHU jalan rusak di Rengat",
        "binary": "494e4855206a616c616e",
        **changes,
    }


def twilio(**changes: str) -> dict[str, str]:
    """What Twilio posts."""
    return {
        "MessageSid": "SM0123456789abcdef0123456789abcdef",
        "AccountSid": "AC0123456789abcdef0123456789abcdef",
        "From": PHONE,
        "To": "+62211708",
        "Body": "INHU jalan rusak di Rengat",
        "NumMedia": "0",
        **changes,
    }


def signed(stage: Stage, form: Mapping[str, str], *, query: str = "", token: str = AUTH_TOKEN) -> TestResponse:
    """Post a form with the signature that Twilio's own library computes."""
    signature = RequestValidator(token).compute_signature(f"{ADDRESS}{TWILIO}{query}", form)
    return stage.client.post(f"{TWILIO}{query}", data=form, headers={"X-Twilio-Signature": signature})


def message(response: TestResponse) -> str | None:
    """What the sender reads, according to an answer in TwiML."""
    root = ElementTree.fromstring(response.text)
    assert root.tag == "Response"
    return root.findtext("Message")


@pytest.mark.parametrize("method", ["get", "post"])
def test_jasmins_form_is_a_report_and_its_answer_goes_by_notification(
    stage: Stage, notification_key: PrivateKey, method: str
) -> None:
    where: dict[str, Any] = {"query_string": {**jasmin(), "token": TOKEN}}
    if method == "post":
        where = {"query_string": {"token": TOKEN}, "data": jasmin()}

    response = getattr(stage.client, method)("/channels/sms/gateway", **where)

    assert (response.status_code, response.text) == (200, "ACK/Jasmin")
    (report,) = stage.announced(ReportReceived)
    assert (report.body, report.region_code, report.acknowledged) == ("jalan rusak di Rengat", "14.02", False)
    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert contact["receipt"]


def test_jasmins_ucs2_is_read_from_its_bytes(stage: Stage) -> None:
    text = "Jalan rusak 😡"

    stage.client.post(GATEWAY, data=jasmin(coding="8", content="?", binary=text.encode("utf-16-be").hex()))

    assert bodies(stage) == [text]


def test_what_jasmins_sender_must_know_at_once_goes_by_notification_once(stage: Stage) -> None:
    for _ in range(2):
        stage.client.post(GATEWAY, data=jasmin(content="STATUS 7K3M-9QXF-2TPA"))

    answers = stage.announced(MessageAnswered)
    assert {answer.text for answer in answers} == {UNKNOWN}
    assert len({answer.report_id for answer in answers}) == 1  # by which notification knows that it is the same


def test_json_is_answered_in_json(stage: Stage) -> None:
    response = stage.client.post(GATEWAY, json={"from": PHONE, "content": "INHU jalan rusak di Rengat", "id": "1"})

    assert response.status_code == 200
    assert TRACKING_ID.search(response.json["answer"])
    assert stage.announced(ReportReceived)[0].acknowledged


def test_parts_come_in_json_too(stage: Stage) -> None:
    for number, text in ((2, "di Rengat"), (1, "INHU jalan rusak ")):
        header = bytes([6, 8, 4, 1, 42, 2, number]).hex()
        stage.client.post(GATEWAY, json={"from": PHONE, "content": text, "udh": header})

    assert bodies(stage) == ["jalan rusak di Rengat"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"content": "Jalan rusak"}, "from", id="no sender"),
        pytest.param({"from": "TELKOMSEL", "content": "Jalan rusak"}, "from", id="not a number"),
        pytest.param({"from": PHONE, "udh": "xyz"}, "udh", id="no hexadecimal"),
        pytest.param({"from": PHONE, "coding": "UCS-2"}, "coding", id="a coding that is no number"),
        pytest.param({"from": 7, "content": "Jalan rusak"}, "from", id="a number that is no text"),
        pytest.param({"from": PHONE, "id": "\x00"}, "id", id="a NUL byte in the id"),
    ],
)
@pytest.mark.parametrize("kind", ["json", "data"])
def test_what_cannot_be_read_is_refused_by_its_name(stage: Stage, given: dict[str, Any], field: str, kind: str) -> None:
    response = stage.client.post(GATEWAY, **{kind: given})

    assert response.status_code == 422
    assert list(response.json["errors"]) == [field]
    assert stage.rows(store.reports) == []


def test_half_an_emoji_in_json_breaks_nothing(stage: Stage) -> None:
    broken = b'{"from": "%s", "content": "Jalan rusak sekali \\ud83d", "id": "1", "to": "\\ud83d"}' % PHONE.encode()

    responses = [
        stage.client.post(GATEWAY, data=content, content_type="application/json")
        for content in (broken, broken.replace(b'ud83d"}', b'u0031"}'))
    ]

    assert [response.status_code for response in responses] == [422, 200]
    assert bodies(stage) == ["Jalan rusak sekali"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff"])
def test_what_is_no_object_is_refused(stage: Stage, body: bytes) -> None:
    response = stage.client.post(GATEWAY, data=body, content_type="application/json")

    assert response.status_code in (400, 422)


@pytest.mark.parametrize("address", ["/channels/sms/gateway", "/channels/sms/gateway?token=wrong"])
def test_a_gateway_without_the_token_is_not_heard(stage: Stage, address: str) -> None:
    assert stage.client.post(address, data=jasmin()).status_code == 403


def test_a_gateway_elsewhere_is_not_heard_though_it_knows_the_token(
    engine: sa.Engine, intake_settings: dict[str, Any]
) -> None:
    stage = Stage(service, engine, **intake_settings, sms_gateway_token=TOKEN, sms_networks=networks("192.0.2.0/24"))

    assert stage.client.post(GATEWAY, data=jasmin()).status_code == 403


@pytest.mark.parametrize("path", [GATEWAY, TWILIO])
def test_a_gateway_of_which_we_were_told_nothing_has_no_address(
    engine: sa.Engine, intake_settings: dict[str, Any], path: str
) -> None:
    stage = Stage(service, engine, **intake_settings)

    assert stage.client.post(path, data=jasmin()).status_code == 404


@pytest.mark.parametrize("query", ["", "?negara=id&x=a%20b"])
def test_what_twilio_signed_is_a_report_answered_in_twiml(stage: Stage, query: str) -> None:
    response = signed(stage, twilio(), query=query)

    assert (response.status_code, response.content_type) == (200, "text/xml; charset=utf-8")
    assert TRACKING_ID.search(message(response) or "")
    assert bodies(stage) == ["jalan rusak di Rengat"]


def test_twilio_may_send_again_and_gets_the_same_answer(stage: Stage) -> None:
    first = signed(stage, twilio())

    again = signed(stage, twilio())

    assert again.text == first.text
    assert len(stage.rows(store.reports)) == 1


@pytest.mark.parametrize("body", ["Jalan é rusak 😡 <&>\n", "a+b=c&d jalan rusak", "Jalan rusak %41 sekali"])
def test_whatever_is_in_the_text_the_signature_holds(stage: Stage, body: str) -> None:
    response = signed(stage, twilio(Body=body))

    assert response.status_code == 200
    assert bodies(stage) == [body.strip()]


@pytest.mark.parametrize("signature", ["", "x", "é", RequestValidator("another").compute_signature(ADDRESS, {})])
def test_what_twilio_did_not_sign_is_not_heard(stage: Stage, signature: str) -> None:
    headers = {"X-Twilio-Signature": signature.encode().decode("latin-1")}

    response = stage.client.post(TWILIO, data=twilio(), headers=headers)

    assert response.status_code == 403
    assert stage.rows(store.reports) == []


def test_what_was_changed_on_the_way_is_not_heard(stage: Stage) -> None:
    signature = RequestValidator(AUTH_TOKEN).compute_signature(ADDRESS + TWILIO, twilio())

    response = stage.client.post(TWILIO, data=twilio(Body="palsu"), headers={"X-Twilio-Signature": signature})

    assert response.status_code == 403


def test_twilio_is_answered_with_nothing_where_the_answer_follows(stage: Stage) -> None:
    tracking_id = TRACKING_ID.search(signed(stage, twilio()).text).group()  # type: ignore[union-attr]

    response = signed(stage, twilio(MessageSid="SM1", Body=f"STATUS {tracking_id}"))

    assert message(response) is None
    assert len(stage.announced(ReporterCommanded)) == 1


@pytest.mark.parametrize(("text", "answer"), [("STOP", STOPPED), ("", HELP)])
def test_twilios_sender_is_told_at_once_what_intake_knows(stage: Stage, text: str, answer: str) -> None:
    signed(stage, twilio())

    assert message(signed(stage, twilio(MessageSid="SM2", Body=text))) == answer


def test_twilio_without_a_telephone_number_is_refused(stage: Stage) -> None:
    assert signed(stage, twilio(From="TELKOMSEL")).status_code == 400
