"""A provider that is away is left in peace, and asked again now and then; its notices wait and lose nothing."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from prometheus_client import REGISTRY

import lapor_notification.service
from lapor_chassis.trouble import Trouble
from lapor_contracts.events import NoticeFailed
from lapor_notification.couriers import Guarded, Message
from lapor_notification.domain import Delivered, Outcome, State, Undelivered, Via
from lapor_notification.domain.circuit import FIRST_PAUSE, LONGEST_PAUSE, MOST_FAILURES, Circuit
from lapor_notification.store import notices
from tests.notification.test_notices import Phones, contact, on_stage, states
from tests.support.builders import received, routed
from tests.support.stage import WEDNESDAY, SettableClock, Stage

SERVICE = lapor_notification.service


class Provider(Phones):
    """A courier whose provider is away for as long as the test says."""

    is_away = True
    asked = 0

    def send(self, message: Message) -> Outcome:
        """Take it, or not."""
        self.asked += 1
        return Undelivered(message.via, "no answer", Trouble.AWAY) if self.is_away else super().send(message)


def routed_reports(stage: Stage, count: int, **opened: str) -> None:
    """Reports whose reporters are to be told."""
    for number in range(count):
        event, reached = routed(), {"phone": f"+62812000{number:05}", **opened}
        stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id, **reached), event)


def test_after_five_failures_in_a_row_nobody_asks_any_more(engine: sa.Engine) -> None:
    sms = Provider()
    stage = on_stage(engine, sms=sms)
    routed_reports(stage, 20)

    stage.run("send")

    assert sms.asked == MOST_FAILURES
    assert states(stage) == [State.PLANNED] * 20
    assert sorted(row["attempts"] for row in stage.rows(notices)) == [0] * 16 + [1] * 4


def test_one_message_at_a_time_is_a_probe_and_costs_no_attempt(engine: sa.Engine) -> None:
    sms = Provider()
    stage = on_stage(engine, sms=sms)
    routed_reports(stage, 10)
    stage.run("send")

    for _ in range(50):
        stage.clock.advance(minutes=11)
        stage.run("send")

    assert sms.asked <= MOST_FAILURES + 50
    assert max(row["attempts"] for row in stage.rows(notices)) <= 1
    assert stage.announced(NoticeFailed) == []


def test_what_waited_is_sent_when_the_provider_is_back_each_once(engine: sa.Engine) -> None:
    sms = Provider()
    stage = on_stage(engine, sms=sms, quiet_hours=None)
    routed_reports(stage, 30)
    stage.run("send")
    sms.is_away = False

    stage.clock.advance(minutes=11)
    stage.run("send")

    assert states(stage) == [State.SENT] * 30
    assert len(sms.taken) == len({message.notice_id for message in sms.taken}) == 30


def test_nobody_else_waits_for_a_provider_that_is_away(engine: sa.Engine) -> None:
    letters = Phones()
    stage = on_stage(engine, sms=Provider(), smtp=letters)
    routed_reports(stage, 60)
    routed_reports(stage, 3, via="email", email="siti.canary@example.id")

    stage.run("send")

    assert [message.via for message in letters.taken] == [Via.EMAIL] * 3


def test_who_gives_another_address_does_not_wait_for_the_provider_of_the_old_one(engine: sa.Engine) -> None:
    letters = Phones()
    stage = on_stage(engine, sms=Provider(), smtp=letters)
    routed_reports(stage, 10)
    stage.run("send")
    waits = max(stage.rows(notices), key=lambda row: row["id"])
    stage.clock.advance(seconds=5)

    stage.hear(contact(waits["report_id"], via="email", email="siti@example.id", given_at=stage.clock.now()))
    stage.run("send")

    assert [message.notice_id for message in letters.taken] == [waits["id"]]


def test_a_message_at_fault_opens_no_circuit() -> None:
    class Refuses:
        def send(self, message: Message) -> Outcome:
            return Undelivered(message.via, "HTTP 400", Trouble.REFUSED)

    courier = Guarded(Via.SMS, Refuses(), clock=SettableClock(), jitter=lambda: 0.5)

    for _ in range(3 * MOST_FAILURES):
        courier.send(MESSAGE)

    assert courier.held() is None


MESSAGE = Message(
    notice_id=routed().report_id,
    template="routed",
    tracking_id="",
    via=Via.SMS,
    to="+6281200001708",
    subject="",
    text="LAPOR!",
    written_at=WEDNESDAY,
)


def test_a_provider_gets_no_more_than_it_takes_at_a_time(engine: sa.Engine) -> None:
    sms, letters = Phones(), Phones()
    stage = on_stage(engine, sms=sms, smtp=letters, limits={Via.SMS: parse("5 per hour")})
    routed_reports(stage, 12)
    routed_reports(stage, 2, via="email", email="siti.canary@example.id")

    stage.run("send")

    assert (len(sms.taken), len(letters.taken)) == (5, 2)
    assert sorted(states(stage)) == [State.PLANNED] * 7 + [State.SENT] * 7


@given(outcomes=st.lists(st.booleans(), max_size=40), jitter=st.floats(0, 1))
def test_a_circuit_never_waits_longer_than_it_may_and_closes_on_success(outcomes: list[bool], jitter: float) -> None:
    circuit, now = Circuit(), WEDNESDAY
    for works in outcomes:
        if until := circuit.waits_until(now):
            assert until - now <= LONGEST_PAUSE * 1.25
            now = until
        circuit = circuit.after_success() if works else circuit.after_failure(now, jitter)
        if works:
            assert not circuit.is_open
        elif circuit.is_open:
            assert circuit.waits_until(now + FIRST_PAUSE * 0.7)
        now += timedelta(seconds=1)


def test_success_in_between_starts_the_count_anew() -> None:
    circuit: Circuit = Circuit()
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            circuit = circuit.after_failure(WEDNESDAY, 0.5)
        circuit = circuit.after_success()

    assert not circuit.is_open


def test_while_one_is_a_probe_all_others_wait() -> None:
    clock: Any = SettableClock()
    held: list[bool] = []

    class Looks(Provider):
        def send(self, message: Message) -> Outcome:
            held.append(courier.held() is not None)
            return super().send(message)

    courier = Guarded(Via.SMS, Looks(), clock=clock, jitter=lambda: 0.5)
    for _ in range(MOST_FAILURES):
        courier.send(MESSAGE)
    clock.advance(minutes=1)

    courier.send(MESSAGE)

    assert held == [False] * MOST_FAILURES + [True]


def test_who_is_told_by_a_working_way_is_told_it_there() -> None:
    courier = Guarded(Via.SMS, Phones(), clock=SettableClock(), jitter=lambda: 0.5)

    assert courier.send(MESSAGE) == Delivered(Via.SMS)


def test_operators_see_what_waits_for_whom(engine: sa.Engine) -> None:
    stage = on_stage(engine, sms=Provider(), smtp=Phones())
    routed_reports(stage, 7)
    stage.run("send")

    stage.run("measure_notices")

    assert REGISTRY.get_sample_value("lapor_notices_waiting", {"via": "sms"}) == 7
    assert REGISTRY.get_sample_value("lapor_provider_away", {"via": "sms"}) == 1
    assert REGISTRY.get_sample_value("lapor_provider_away", {"via": "email"}) == 0
