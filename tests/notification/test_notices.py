"""Notices from the event that caused them to the telephone or mailbox they reach, or to where they are given up."""

import base64
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import structlog
from nacl.public import PublicKey, SealedBox

import lapor_notification.service
from lapor_chassis.errors import SettingsError
from lapor_contracts.events import ContactSealed, Event, NoticeFailed, ReportReceived, SealedContent
from lapor_contracts.vocabulary import ClosedBy, Role
from lapor_notification.couriers import MailServer, Message, SmsGateway
from lapor_notification.domain import Delivered, Outcome, State, Undelivered
from lapor_notification.keys import new_keypair, open_contact, private_key
from lapor_notification.store import contacts, metadata, notices
from tests.support import gateways
from tests.support.builders import (
    answered,
    archived,
    closed,
    command_answered,
    contact_sealed,
    extension_granted,
    identity_disclosed,
    identity_forgotten,
    merged,
    received,
    returned,
    routed,
)
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


@dataclass
class Meanwhile(Phones):
    """A courier that is slow: something else happens while it has the first message in hand."""

    outcome: Outcome = field(default_factory=partial(Delivered, "sms"))
    does: Callable[[], object] | None = None

    def send(self, message: Message) -> Outcome:
        """Take it, and let that happen."""
        self.taken.append(message)
        if does := self.does:
            self.does = None
            does()
        return self.outcome


class KilledError(BaseException):
    """The process ends here."""


class KillsItsSender(Phones):
    """A courier during whose work the sender is killed, the first time."""

    def send(self, message: Message) -> Outcome:
        """Take it; who gave it does not live to know."""
        super().send(message)
        if len(self.taken) == 1:
            raise KilledError
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


def test_a_whistleblower_is_told_that_there_is_news_and_no_list_shows_it(engine: sa.Engine) -> None:
    event = routed(agency_name="Komisi Pemberantasan Korupsi", sealed=True)
    phones = Phones()
    stage = on_stage(engine, sms=phones, public_url="https://lapor.example")
    stage.hear(contact(event.report_id), event)

    stage.run("send")

    assert [message.text for message in phones.taken] == [
        "LAPOR! Ada kabar untuk Anda. Buka dengan nomor dan kode Anda: https://lapor.example/lacak"
    ]
    assert "Korupsi" not in str(stage.rows(notices))
    listed = stage.client.get("/api/v1/notices", headers=stage.signed_in(Role.OPERATOR))
    assert listed.json["items"] == []


@pytest.mark.parametrize("is_known_first", [True, False], ids=["known before", "known only afterwards"])
@pytest.mark.parametrize("step", [extension_granted, returned, archived, merged, identity_disclosed])
def test_of_a_whistleblowers_report_nothing_is_kept_but_that_there_is_news(
    engine: sa.Engine, step: Callable[..., Event], is_known_first: bool
) -> None:
    report_id, stage = uuid4(), on_stage(engine)
    sealed = SealedContent(content="c2VhbGVk", agency_code="KPK", oversight_key="0" * 64, reporter_key="1" * 64)
    report = received(report_id=report_id, secret=True, sealed=sealed)
    happened = step(report_id=report_id)

    for event in (report, happened) if is_known_first else (happened, report):
        stage.hear(event)

    kept = {row["template"]: row["data"] for row in stage.rows(notices)}
    assert kept["news"] == {"tracking_id": happened.tracking_id}
    assert kept.keys() == {"news", "received"}


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


def test_two_senders_at_once_send_each_notice_once(engine: sa.Engine) -> None:
    phones = Phones()
    stages = [on_stage(engine, sms=phones) for _ in range(2)]
    events = [routed() for _ in range(120)]
    people = [contact(event.report_id, phone=f"+62812{number:07}") for number, event in enumerate(events)]
    stages[0].hear(*people, *events)

    senders = [threading.Thread(target=stage.run, args=["send"]) for stage in stages]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    stages[0].run("send")

    assert sorted(message.tracking_id for message in phones.taken) == sorted(event.tracking_id for event in events)


def test_news_that_cannot_wait_does_not_let_a_notice_be_sent_twice_that_is_just_being_sent(engine: sa.Engine) -> None:
    report_id = uuid4()
    phones = Meanwhile()
    stages = [on_stage(engine, sms=phones) for _ in range(2)]
    stages[0].hear(public(report_id), contact(report_id), routed(report_id=report_id))

    def hears_of_a_disclosure() -> None:
        stages[1].hear(identity_disclosed(report_id=report_id))
        stages[1].run("send")

    phones.does = hears_of_a_disclosure
    stages[0].run("send")
    stages[0].run("send")

    assert [message.template for message in phones.taken] == ["routed", "disclosed"]


def test_an_address_that_was_forgotten_while_it_was_written_to_stays_forgotten(engine: sa.Engine) -> None:
    answer = command_answered(sealed=contact(uuid4()).sealed)
    phones = Meanwhile(outcome=Undelivered("sms", "busy"))
    stage = on_stage(engine, sms=phones)
    stage.hear(answer)
    phones.does = partial(stage.hear, identity_forgotten(report_id=answer.report_id))

    stage.run("send")

    assert [row["sealed"] for row in stage.rows(notices)] == [None]


def test_a_sender_killed_before_it_could_record_sends_again_and_loses_nothing(engine: sa.Engine) -> None:
    # A second SMS is the price: a gateway cannot be asked whether it had the first. A lost one would be worse.
    phones = KillsItsSender()
    stage = on_stage(engine, sms=phones)
    events = [routed(), routed()]
    stage.hear(*[contact(event.report_id) for event in events], *events)
    with pytest.raises(KilledError):
        stage.run("send")

    stage.run("send")
    assert len(phones.taken) == 1  # the lease keeps other senders away
    stage.clock.advance(seconds=120)
    stage.run("send")

    assert len(phones.taken) == 3
    assert len({message.notice_id for message in phones.taken}) == 2
    assert states(stage) == [State.SENT, State.SENT]


def test_without_any_courier_notices_wait_and_readiness_says_why(engine: sa.Engine) -> None:
    stage = on_stage(engine)
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


def test_an_address_is_nowhere_but_on_the_envelope(
    engine: sa.Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    by_sms, by_mail, by_file = uuid4(), uuid4(), uuid4()
    with (
        gateways.SmsGateway() as gateway,
        gateways.mail_server(answers={"RCPT": f"550 <{EMAIL}> unknown"}) as server,
        structlog.testing.capture_logs() as logs,
    ):
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url), smtp=MailServer.from_url(server.url))
        gateway.answer_with(503, 202, 400)
        for report_id in (by_sms, by_mail):
            way = {"via": "email", "email": EMAIL, "phone": ""} if report_id is by_mail else {}
            steps = [received, returned, archived, routed, answered]
            stage.hear(contact(report_id, **way), *[step(report_id=report_id) for step in steps])
            stage.hear(closed(report_id=report_id, closed_by=ClosedBy.SILENCE))
        for _ in range(8):
            stage.run("send")
            stage.clock.advance(hours=4)
        with_file = on_stage(engine, sink=tmp_path / "notices.jsonl")
        with_file.clock.set(stage.clock.now())
        with_file.hear(contact(by_file, email=EMAIL), routed(report_id=by_file))
        with_file.run("send")

    kept = [stage.rows(table) for table in metadata.sorted_tables]
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the played server's own
    seen = "".join([str(kept), str(stage.announced()), str(logs), *ours, *capfd.readouterr()])
    seen += (tmp_path / "notices.jsonl").read_text()
    assert len(gateway.sent) == 3  # two steps were overtaken while the gateway was away
    assert len(stage.announced(NoticeFailed)) == 7
    for secret in (PHONE, PHONE[3:], "canary", base64.b64encode(PHONE.encode()).decode()):
        assert secret not in seen


def test_only_ciphertext_of_a_contact_is_kept(engine: sa.Engine) -> None:
    stage = on_stage(engine)
    event = contact(uuid4())

    stage.hear(event)

    (row,) = stage.rows(contacts)
    assert row["sealed"] == event.sealed
    assert open_contact(row["sealed"], private_key(KEYS.private)).by_preference() == [("sms", PHONE)]


def test_a_forgotten_reporters_contact_is_gone_and_nobody_is_told_any_more(engine: sa.Engine) -> None:
    event, phones = routed(), Phones()
    stage = on_stage(engine, sms=phones)
    stage.hear(contact(event.report_id), event, identity_forgotten(report_id=event.report_id))

    stage.run("send")

    assert (phones.taken, states(stage)) == ([], ["unreachable"])
    assert [(row["sealed"], row["key_id"]) for row in stage.rows(contacts)] == [(None, None)]


def test_a_contact_that_comes_after_it_was_forgotten_is_not_kept(engine: sa.Engine) -> None:
    event, phones = routed(), Phones()
    stage = on_stage(engine, sms=phones)
    stage.hear(identity_forgotten(report_id=event.report_id))
    stage.hear(identity_forgotten(report_id=event.report_id), contact(event.report_id), event)

    stage.run("send")

    assert (phones.taken, states(stage)) == ([], ["unreachable"])
    assert [row["sealed"] for row in stage.rows(contacts)] == [None]


def test_a_reporter_is_told_that_an_officer_may_see_who_it_is(engine: sa.Engine) -> None:
    event, phones = identity_disclosed(legal_basis="Penetapan pengadilan"), Phones()
    stage = on_stage(engine, sms=phones)
    stage.hear(public(event.report_id), event, contact(event.report_id))

    stage.run("send")

    (message,) = phones.taken
    assert "Identitas Anda dibuka" in message.text
    assert "pengadilan" not in message.text  # what a person wrote stands on the page alone


def test_an_operator_finds_the_notices_that_were_given_up(engine: sa.Engine) -> None:
    event = routed()
    with gateways.SmsGateway() as gateway:
        gateway.answer_with(400)
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url))
        stage.hear(contact(event.report_id), event, routed())
        stage.run("send")

    answer = stage.client.get("/api/v1/notices?state=given_up", headers=stage.signed_in(Role.OPERATOR))

    (item,) = answer.json["items"]
    assert (item["tracking_id"], item["template"], item["reason"]) == (
        event.tracking_id,
        "routed",
        "the gateway answered HTTP 400",
    )
    assert PHONE[1:] not in answer.text


def test_notices_are_listed_page_by_page(engine: sa.Engine) -> None:
    stage = on_stage(engine)
    report_id = uuid4()
    stage.hear(*[routed(report_id=report_id) for _ in range(3)], routed())
    address, headers = f"/api/v1/notices?report_id={report_id}&limit=2", stage.signed_in(Role.COORDINATOR)

    first = stage.client.get(address, headers=headers).json
    second = stage.client.get(f"{address}&cursor={first['next']}", headers=headers).json

    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(("role", "status"), [(Role.VERIFIER, 403), (Role.OFFICER, 403), (None, 401)])
def test_notices_are_not_for_everybody(engine: sa.Engine, role: Role | None, status: int) -> None:
    stage = on_stage(engine)

    answer = stage.client.get("/api/v1/notices", headers=stage.signed_in(role) if role else {})

    assert answer.status_code == status


@pytest.mark.parametrize("query", ["state=lost", "report_id=7", "limit=1000", "cursor=x"])
def test_a_question_that_makes_no_sense_is_refused_by_name(engine: sa.Engine, query: str) -> None:
    stage = on_stage(engine)

    answer = stage.client.get(f"/api/v1/notices?{query}", headers=stage.signed_in(Role.OPERATOR))

    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json["errors"]
