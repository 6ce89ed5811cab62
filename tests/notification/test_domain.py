"""When a notice is tried again, and when it is given up."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lapor_chassis.trouble import Trouble
from lapor_notification.domain import (
    MOST_ATTEMPTS,
    Contact,
    Delivered,
    Notice,
    State,
    Undelivered,
    Via,
    after,
    pause_after,
    without_contact,
)
from tests.support.stage import WEDNESDAY

PLANNED = Notice(
    id=uuid4(),
    report_id=uuid4(),
    template="received",
    data={"tracking_id": "7K3M-9QXF-2TPA"},
    planned_at=WEDNESDAY,
    due_at=WEDNESDAY,
)
REFUSED = Undelivered(Via.SMS, "the gateway answered HTTP 400", Trouble.REFUSED)
AWAY = Undelivered(Via.SMS, "the gateway did not answer")


@pytest.mark.parametrize(("failures", "seconds"), [(1, 30), (2, 120), (3, 480), (4, 1920), (5, 7680)])
def test_each_pause_is_four_times_the_one_before(failures: int, seconds: int) -> None:
    assert pause_after(failures, jitter=0.5) == timedelta(seconds=seconds)
    assert pause_after(failures, jitter=0) == timedelta(seconds=seconds / 2)
    assert pause_after(failures, jitter=1) == timedelta(seconds=seconds * 1.5)


def test_a_gateway_that_is_away_is_asked_again_later() -> None:
    tried = after(PLANNED, AWAY, at=WEDNESDAY, jitter=0.5)

    assert (tried.state, tried.attempts, tried.reason) == (State.PLANNED, 1, AWAY.reason)
    assert tried.due_at == WEDNESDAY + timedelta(seconds=30)


def test_a_final_refusal_is_not_tried_again() -> None:
    tried = after(PLANNED, REFUSED, at=WEDNESDAY, jitter=0.5)

    assert (tried.state, tried.reason, tried.finished_at) == (State.GIVEN_UP, REFUSED.reason, WEDNESDAY)


def test_the_sixth_failure_is_the_last() -> None:
    notice = PLANNED
    states = []
    for _ in range(MOST_ATTEMPTS):
        notice = after(notice, AWAY, at=notice.due_at, jitter=0.5)
        states.append(notice.state)

    assert states == [State.PLANNED] * 5 + [State.GIVEN_UP]


def test_a_delivered_notice_forgets_the_failures_before_it() -> None:
    delayed = after(PLANNED, AWAY, at=WEDNESDAY, jitter=0.5)

    sent = after(delayed, Delivered(Via.SMS), at=WEDNESDAY, jitter=0.5)

    assert (sent.state, sent.attempts, sent.reason) == (State.SENT, 2, None)


def test_a_notice_without_an_address_waits_an_hour_in_few_steps() -> None:
    notice, looks, now = PLANNED, 0, WEDNESDAY
    while notice.state is State.PLANNED:
        notice, looks, now = without_contact(notice, at=now), looks + 1, notice.due_at
        now = max(now, notice.due_at)

    assert notice.state is State.UNREACHABLE
    assert notice.finished_at == WEDNESDAY + timedelta(hours=1)
    assert looks < 15


def test_the_way_the_reporter_prefers_comes_first() -> None:
    contact = Contact(prefers="email", addresses={Via.SMS: "+62811", Via.EMAIL: "siti@example.id"})

    assert [via for via, _ in contact.by_preference()] == [Via.EMAIL, Via.SMS]


def test_a_contact_does_not_show_its_addresses() -> None:
    contact = Contact(prefers="sms", addresses={Via.SMS: "+6281234567890"})

    assert "81234567890" not in repr(contact)
