"""Notices from the event that caused them to the telephone or mailbox they reach, or to where they are given up."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey
from nacl.public import PublicKey, SealedBox

import lapor_notification.service
from lapor_chassis.errors import SettingsError
from lapor_contracts.events import ContactSealed, NoticeFailed, ReportReceived
from lapor_notification.couriers import MailServer, Message, SmsGateway
from lapor_notification.domain import Delivered, Outcome, State
from lapor_notification.keys import new_keypair, private_key
from lapor_notification.store import notices
from tests.support import gateways
from tests.support.builders import answered, contact_sealed, identity_disclosed, received, routed
from tests.support.stage import Stage

SERVICE = lapor_notification.service
KEYS = new_keypair()
PHONE, EMAIL = "+6281234567890", "siti.canary@example.id"


def on_stage(engine: sa.Engine, **settings: Any) -> Stage:
    """The service with a key, and what else it is told."""
    told = {"database_url": "", "private_key": private_key(KEYS.private), "quiet_hours": None, **settings}
    return Stage(SERVICE, engine, **told)


def contact(
    report_id: UUID, *, public: str = KEYS.public, given_at: datetime | None = None, **opened: str
) -> ContactSealed:
    """How to reach the reporter, sealed as intake does it."""
    content = json.dumps({"via": "sms", "phone": PHONE, **opened}).encode()
    sealed = SealedBox(PublicKey(base64.b64decode(public))).encrypt(content)
    return contact_sealed(report_id=report_id, sealed=base64.b64encode(sealed).decode(), given_at=given_at)


def public(report_id: UUID) -> ReportReceived:
    """The report, whose content anybody may read: only of such a one is more told than that there is news."""
    return received(report_id=report_id, acknowledged=True)


def states(stage: Stage) -> list[str]:
    """Where the notices stand, the oldest first."""
    return [row["state"] for row in sorted(stage.rows(notices), key=lambda row: row["id"])]


@dataclass
class Phones:
    """A courier that keeps what it was given."""

    taken: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Outcome:
        """Take it."""
        self.taken.append(message)
        return Delivered(message.via)


def test_a_routed_report_is_told_by_sms(engine: sa.Engine) -> None:
    event = routed(agency_name="Dinas Perhubungan Kota Medan")
    with gateways.SmsGateway() as gateway:
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url), public_url="https://lapor.example")
        stage.hear(public(event.report_id), contact(event.report_id), event)

        stage.run("send")

    (message,) = gateway.sent
    assert message["to"] == PHONE
    assert message["text"] == (
        "LAPOR! Laporan Anda diteruskan ke Dinas Perhubungan Kota Medan, "
        f"pantau: https://lapor.example/lacak/{event.tracking_id}"
    )
    assert states(stage) == [State.SENT]


def test_who_prefers_e_mail_gets_a_letter(engine: sa.Engine) -> None:
    event = answered()
    with gateways.mail_server() as server:
        stage = on_stage(engine, sms=Phones(), smtp=MailServer.from_url(server.url))
        stage.hear(public(event.report_id), event, contact(event.report_id, via="email", email=EMAIL))

        stage.run("send")

    (letter,) = server.letters
    assert letter["To"] == EMAIL
    assert letter["Subject"] == f"Tanggapan atas laporan {event.tracking_id}"


@pytest.mark.parametrize(
    ("via", "language", "indonesian", "english"),
    [
        pytest.param("sms", None, True, False, id="by SMS, in Indonesian"),
        pytest.param("sms", "en", False, True, id="by SMS, in English"),
        pytest.param("email", None, True, True, id="by letter, in both"),
        pytest.param("email", "id", True, False, id="by letter, in Indonesian"),
        pytest.param("email", "en", False, True, id="by letter, in English"),
    ],
)
def test_a_reporter_is_told_in_the_language_that_was_sealed_with_the_address(
    engine: sa.Engine, via: str, language: str | None, indonesian: bool, english: bool
) -> None:
    event, phones = routed(agency_name="PLN"), Phones()
    stage = on_stage(engine, sms=phones, smtp=phones)
    chosen = {"language": language} if language else {}
    stage.hear(public(event.report_id), contact(event.report_id, via=via, email=EMAIL, **chosen), event)

    stage.run("send")

    (message,) = phones.taken
    assert ("diteruskan ke PLN" in message.text, "to PLN" in message.text) == (indonesian, english)


def test_who_cannot_be_reached_by_e_mail_is_told_by_sms(engine: sa.Engine) -> None:
    event, phones = routed(), Phones()
    with gateways.mail_server(answers={"RCPT": "550 unknown"}) as server:
        stage = on_stage(engine, sms=phones, smtp=MailServer.from_url(server.url))
        stage.hear(contact(event.report_id, via="email", email=EMAIL), event)

        stage.run("send")

    assert [message.to for message in phones.taken] == [PHONE]
    assert states(stage) == [State.SENT]


def test_a_notice_may_be_planned_before_its_contact_arrives(engine: sa.Engine) -> None:
    phones = Phones()
    stage = on_stage(engine, sms=phones)
    event = routed()
    stage.hear(event)
    stage.run("send")
    stage.hear(contact(event.report_id))
    stage.clock.advance(seconds=5)

    stage.run("send")

    assert len(phones.taken) == 1


def test_a_reporter_who_left_no_address_is_unreachable_and_nobodys_failure(engine: sa.Engine) -> None:
    stage = on_stage(engine, sms=Phones())
    stage.hear(routed())
    for _ in range(14):
        stage.run("send")
        stage.clock.advance(minutes=10)

    assert states(stage) == [State.UNREACHABLE]
    assert stage.announced() == []


def test_the_same_event_twice_is_one_notice(engine: sa.Engine) -> None:
    phones = Phones()
    stage = on_stage(engine, sms=phones)
    event = routed()
    letter = stage.letter(event)
    stage.hear(contact(event.report_id))

    stage.receive(letter, letter)
    stage.receive(letter)
    stage.run("send")

    assert len(phones.taken) == 1


def test_a_gateway_that_was_down_sends_each_notice_once_when_it_is_back(engine: sa.Engine) -> None:
    event = routed()
    gateway = gateways.SmsGateway()
    gateway.start()
    gateway.stop()
    stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url))
    stage.hear(contact(event.report_id), event)
    stage.run("send")
    gateway.start()
    stage.run("send")
    assert gateway.sent == []  # not before its time
    stage.clock.advance(seconds=45)

    stage.run("send")
    stage.run("send")
    gateway.stop()

    assert len(gateway.sent) == 1
    assert states(stage) == [State.SENT]


def test_a_refused_number_is_given_up_for_all_to_see(engine: sa.Engine) -> None:
    event = routed()
    with gateways.SmsGateway() as gateway:
        gateway.answer_with(400)
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url))
        stage.hear(contact(event.report_id), event)

        stage.run("send")

    (failed,) = stage.announced(NoticeFailed)
    assert (failed.report_id, failed.template, failed.via, failed.attempts) == (event.report_id, "routed", "sms", 1)
    assert failed.reason == "the gateway answered HTTP 400"
    assert states(stage) == [State.GIVEN_UP]


def test_a_mail_server_that_is_busy_for_hours_is_tried_six_times(engine: sa.Engine) -> None:
    event = routed()
    with gateways.mail_server(answers={"RCPT": "450 busy"}) as server:
        stage = on_stage(engine, smtp=MailServer.from_url(server.url))
        stage.hear(contact(event.report_id, via="email", email=EMAIL), event)
        for _ in range(6):
            stage.run("send")
            stage.clock.advance(hours=4)

    (failed,) = stage.announced(NoticeFailed)
    assert failed.attempts == 6
    assert states(stage) == [State.GIVEN_UP]


def test_a_contact_sealed_for_another_key_is_given_up(engine: sa.Engine) -> None:
    stage = on_stage(engine, sms=Phones())
    event = routed()
    stage.hear(contact(event.report_id, public=new_keypair().public), event)

    stage.run("send")

    (failed,) = stage.announced(NoticeFailed)
    assert "cannot be opened" in failed.reason


def test_a_reporter_never_hears_of_a_step_before_the_one_that_led_to_it(engine: sa.Engine) -> None:
    report_id = uuid4()
    with gateways.SmsGateway() as gateway:
        gateway.answer_with(503)
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url))
        steps = [routed(report_id=report_id), answered(report_id=report_id)]
        stage.hear(public(report_id), contact(report_id), *steps)
        stage.run("send")
        assert gateway.sent == []
        stage.clock.advance(seconds=45)

        stage.run("send")

    assert ["diteruskan" in message["text"] for message in gateway.sent] == [True, False]


@pytest.mark.parametrize("push_key", [None, ECKey.generate_key("P-256")], ids=["nobody", "browsers alone"])
def test_where_nobody_carries_them_notices_wait_and_readiness_says_why(engine: sa.Engine, push_key: Any) -> None:
    stage = on_stage(engine, push_key=push_key)
    event = routed()
    stage.hear(contact(event.report_id), event)

    assert stage.run("send") == 0
    assert states(stage) == [State.PLANNED]
    with pytest.raises(SettingsError, match="LAPOR_NOTIFICATION_SINK"):
        stage.service.checks["couriers"]()


def test_the_file_stands_in_for_what_is_not_there(engine: sa.Engine, tmp_path: Path) -> None:
    phones = Phones()
    stage = on_stage(engine, sms=phones, sink=tmp_path / "notices.jsonl")
    first, second = routed(), routed()
    stage.hear(contact(first.report_id), first, contact(second.report_id, via="email", email=EMAIL), second)

    stage.run("send")

    (line,) = map(json.loads, (tmp_path / "notices.jsonl").read_text().splitlines())
    assert (line["via"], line["tracking_id"]) == ("email", second.tracking_id)
    assert [message.tracking_id for message in phones.taken] == [first.tracking_id]


def test_a_reporter_is_told_that_an_officer_may_see_who_it_is(engine: sa.Engine) -> None:
    event, phones = identity_disclosed(legal_basis="Penetapan pengadilan"), Phones()
    stage = on_stage(engine, sms=phones)
    stage.hear(public(event.report_id), event, contact(event.report_id))

    stage.run("send")

    (message,) = phones.taken
    assert "Identitas Anda dibuka" in message.text
    assert "pengadilan" not in message.text  # what a person wrote stands on the page alone
