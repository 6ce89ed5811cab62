"""What becomes of notices after they were taken over, and of addresses that take nothing any more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_chassis.trouble import Trouble
from lapor_contracts.events import ContactPaused, NoticeFailed, ReportRouted
from lapor_notification.couriers import MailServer, Message
from lapor_notification.domain import MOST_ATTEMPTS, Outcome, State, Undelivered, Via
from lapor_notification.store import notices
from tests.notification.test_notices import EMAIL, Phones, contact, on_stage, states
from tests.support import gateways
from tests.support.builders import answered, command_answered, delivery_reported, received, routed, stopped
from tests.support.stage import Stage

SERVICE = lapor_notification.service
NEW = "siti.baru@example.id"


class Dead(Phones):
    """A courier whose provider knows nobody at this address."""

    def send(self, message: Message) -> Outcome:
        """Say so."""
        self.taken.append(message)
        return Undelivered(message.via, "550 5.1.1", Trouble.DEAD)


def routed_by(stage: Stage, **opened: str) -> ReportRouted:
    """A report that is routed, and whose reporter is told."""
    event = routed()
    stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id, **opened), event)
    stage.run("send")
    return event


def only(stage: Stage) -> dict[str, object]:
    """The one notice that there is."""
    (row,) = stage.rows(notices)
    return row


def test_a_receipt_says_when_a_notice_arrived(engine: sa.Engine) -> None:
    stage = on_stage(engine, sms=Phones())
    routed_by(stage)

    stage.hear(delivery_reported(notice_id=only(stage)["id"], via="sms"))

    assert (only(stage)["state"], only(stage)["delivered_at"]) == (State.SENT, stage.clock.now())


def test_a_notice_of_which_nobody_knew_is_settled_by_its_receipt(engine: sa.Engine) -> None:
    with gateways.mail_server(hangs_up_after_data=True) as server:
        stage = on_stage(engine, smtp=MailServer.from_url(server.url))
        routed_by(stage, via="email", email=EMAIL)
        assert "may have taken it" in str(only(stage)["reason"])

        stage.hear(delivery_reported(notice_id=only(stage)["id"], via="email"))
        stage.clock.advance(hours=2)
        stage.run("send")

    assert len(server.letters) == 1
    assert only(stage)["state"] == State.SENT


def test_without_one_it_is_sent_again_under_the_same_name(engine: sa.Engine) -> None:
    with gateways.mail_server(hangs_up_after_data=True) as server:
        stage = on_stage(engine, smtp=MailServer.from_url(server.url))
        routed_by(stage, via="email", email=EMAIL)

        stage.clock.advance(minutes=2)
        stage.run("send")

    assert len(server.letters) == 2
    assert len({letter["Message-ID"] for letter in server.letters}) == 1


def test_a_dead_address_is_paused_and_the_notice_goes_by_another_way(engine: sa.Engine) -> None:
    letters, sms = Phones(), Phones()
    stage = on_stage(engine, smtp=letters, sms=sms)
    event = routed_by(stage, via="email", email=EMAIL)

    stage.hear(
        delivery_reported(notice_id=only(stage)["id"], via="email", delivered=False, permanent=True, reason="5.1.1")
    )
    stage.run("send")

    (paused,) = stage.announced(ContactPaused)
    assert (paused.report_id, paused.via, paused.reachable, paused.reason) == (event.report_id, "email", True, "5.1.1")
    assert (len(letters.taken), len(sms.taken)) == (1, 1)
    assert (only(stage)["state"], only(stage)["via"]) == (State.SENT, "sms")


def test_what_the_server_says_at_once_pauses_it_too(engine: sa.Engine) -> None:
    sms = Phones()
    stage = on_stage(engine, smtp=Dead(), sms=sms)
    event = routed_by(stage, via="email", email=EMAIL)

    stage.hear(answered(report_id=event.report_id, tracking_id=event.tracking_id))
    stage.run("send")

    assert [message.via for message in sms.taken] == [Via.SMS] * 2
    assert len(stage.announced(ContactPaused)) == 1


def test_who_cannot_be_reached_at_all_is_told_of(engine: sa.Engine) -> None:
    letters = Dead()
    stage = on_stage(engine, smtp=letters)
    event = routed_by(stage, via="email", email=EMAIL)
    stage.hear(answered(report_id=event.report_id, tracking_id=event.tracking_id))

    stage.run("send")

    (paused,) = stage.announced(ContactPaused)
    assert not paused.reachable
    assert len(letters.taken) == 1
    assert states(stage) == [State.GIVEN_UP] * 2
    assert len(stage.announced(NoticeFailed)) == 2


def test_a_new_address_resumes(engine: sa.Engine) -> None:
    letters = Phones()
    stage = on_stage(engine, smtp=letters)
    event = routed_by(stage, via="email", email=EMAIL)
    stage.hear(
        delivery_reported(notice_id=only(stage)["id"], via="email", delivered=False, permanent=True, reason="5.1.1")
    )
    stage.run("send")
    stage.clock.advance(hours=1)

    stage.hear(contact(event.report_id, via="email", email=NEW, given_at=stage.clock.now()))
    stage.hear(answered(report_id=event.report_id, tracking_id=event.tracking_id))
    stage.run("send")

    assert [message.to for message in letters.taken] == [EMAIL, NEW]


def test_what_is_said_late_of_the_old_address_says_nothing_of_the_new_one(engine: sa.Engine) -> None:
    letters = Phones()
    stage = on_stage(engine, smtp=letters)
    event = routed_by(stage, via="email", email=EMAIL)
    stage.clock.advance(hours=1)
    stage.hear(contact(event.report_id, via="email", email=NEW, given_at=stage.clock.now()))

    stage.hear(
        delivery_reported(notice_id=only(stage)["id"], via="email", delivered=False, permanent=True, reason="5.1.1")
    )
    stage.run("send")

    assert [message.to for message in letters.taken] == [EMAIL, NEW]
    assert stage.announced(ContactPaused) == []


def test_an_answer_that_is_lost_goes_to_nobody_else(engine: sa.Engine) -> None:
    sms, event = Phones(), routed()
    stage = on_stage(engine, sms=sms)
    asker = contact(event.report_id, phone="+6281200009999").sealed
    stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id))
    stage.hear(command_answered(report_id=event.report_id, sealed=asker))
    stage.run("send")

    stage.hear(
        delivery_reported(notice_id=only(stage)["id"], via="sms", delivered=False, permanent=True, reason="kannel-16")
    )
    stage.clock.advance(hours=1)
    stage.run("send")

    assert [message.to for message in sms.taken] == ["+6281200009999"]
    assert only(stage)["state"] == State.GIVEN_UP
    assert stage.announced(ContactPaused) == stage.announced(NoticeFailed) == []


def test_of_two_new_addresses_the_later_one_counts_in_whatever_order(engine: sa.Engine) -> None:
    letters = Phones()
    stage = on_stage(engine, smtp=letters)
    event = routed()
    later = contact(event.report_id, via="email", email=NEW, given_at=stage.clock.now() + timedelta(minutes=2))
    earlier = contact(event.report_id, via="email", email=EMAIL, given_at=stage.clock.now() + timedelta(minutes=1))

    stage.hear(received(report_id=event.report_id), later)
    stage.hear(earlier)
    stage.hear(contact(event.report_id), event)
    stage.run("send")

    assert {message.to for message in letters.taken} == {NEW}


def test_a_new_address_counts_though_the_first_one_is_heard_long_after_it(engine: sa.Engine) -> None:
    letters, event = Phones(), routed()
    stage = on_stage(engine, smtp=letters)
    first = stage.letter(contact(event.report_id, via="email", email=EMAIL))
    stage.clock.advance(minutes=30)
    second = stage.letter(contact(event.report_id, via="email", email=NEW, given_at=stage.clock.now()))
    stage.clock.advance(hours=2)

    stage.receive(first, second)
    stage.hear(received(report_id=event.report_id, acknowledged=True), event)
    stage.run("send")

    assert [message.to for message in letters.taken] == [NEW]


def test_who_gave_an_address_after_stop_is_told_there_in_whatever_order_it_is_heard(engine: sa.Engine) -> None:
    letters, event = Phones(), routed()
    stage = on_stage(engine, smtp=letters)
    stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id))
    stop = stage.letter(stopped(report_id=event.report_id, stopped_at=stage.clock.now()))
    stage.clock.advance(minutes=30)

    stage.hear(contact(event.report_id, via="email", email=NEW, given_at=stage.clock.now()))
    stage.receive(stop)
    stage.hear(event)
    stage.run("send")

    assert [message.to for message in letters.taken] == [NEW]


def test_what_was_lost_on_its_way_is_sent_again_and_given_up_in_the_end(engine: sa.Engine) -> None:
    sms = Phones()
    stage = on_stage(engine, sms=sms, quiet_hours=None)
    routed_by(stage)

    for _ in range(MOST_ATTEMPTS):
        stage.hear(delivery_reported(notice_id=only(stage)["id"], via="sms", delivered=False, reason="kannel-2"))
        stage.clock.advance(hours=4)
        stage.run("send")

    assert len(sms.taken) == MOST_ATTEMPTS
    assert (only(stage)["state"], stage.announced(ContactPaused)) == (State.GIVEN_UP, [])
    assert len(stage.announced(NoticeFailed)) == 1


@pytest.mark.parametrize("delivered", [True, False])
def test_a_receipt_for_nothing_of_ours_changes_nothing(engine: sa.Engine, *, delivered: bool) -> None:
    stage = on_stage(engine, sms=Phones())
    routed_by(stage)
    before = only(stage)

    stage.hear(delivery_reported(delivered=delivered), delivery_reported(notice_id=before["id"], via="email"))

    assert only(stage) == before


@pytest.mark.parametrize(
    ("options", "opened", "says"),
    [
        pytest.param("&reply_to=lapor@lapor.example", {"stop": "abc"}, "Balas surel ini", id="replies are read"),
        pytest.param("&reply_to=lapor@lapor.example", {}, "mohon tidak membalas", id="no reporter's letter"),
        pytest.param("", {"stop": "abc"}, "mohon tidak membalas", id="nobody reads them"),
    ],
)
def test_a_letter_says_whether_replies_are_read(
    engine: sa.Engine, options: str, opened: dict[str, str], says: str
) -> None:
    with gateways.mail_server() as server:
        stage = on_stage(engine, smtp=MailServer.from_url(server.url + options))
        routed_by(stage, via="email", email=EMAIL, **opened)

    (letter,) = server.letters
    assert says in letter.get_content()  # type: ignore[attr-defined]
    assert letter["Reply-To"] == ("lapor@lapor.example" if options else None)


def test_no_header_of_a_whistleblowers_letter_names_the_report(engine: sa.Engine) -> None:
    event = routed(sealed=True)
    with gateways.mail_server() as server:
        stage = on_stage(engine, smtp=MailServer.from_url(f"{server.url}&reply_to=lapor@lapor.example"))
        stage.hear(contact(event.report_id, via="email", email=EMAIL, stop="abc"), event)
        stage.run("send")

    assert event.tracking_id.lower() not in server.raw[0].decode().lower()
    assert "mohon tidak membalas" in server.letters[0].get_content()  # type: ignore[attr-defined]
