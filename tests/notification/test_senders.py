"""Several senders at once, one that dies, and what happens while a message is under way."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_notification.couriers import Message
from lapor_notification.domain import Delivered, Outcome, State, Undelivered
from lapor_notification.store import notices
from tests.notification.test_notices import Phones, contact, on_stage, public, states
from tests.support.builders import command_answered, identity_disclosed, identity_forgotten, routed

SERVICE = lapor_notification.service


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
