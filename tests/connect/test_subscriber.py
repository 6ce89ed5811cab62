"""An agency's own system takes its assignments and answers them."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pika
import pytest

from lapor_connect import AgencySubscriber, Assignment, Refused
from lapor_contracts.envelope import Envelope, decode, encode
from lapor_contracts.events import AGENCIES, REPLIES, AgencyReplied, DispositionAssigned
from lapor_contracts.vocabulary import AnswerKind, Kind
from lapor_launcher.servers.rabbit import Rabbit
from tests.connect.cable import Cable
from tests.support.builders import tracking_id
from tests.support.until import until


def assigned(title: str = "Listrik padam") -> DispositionAssigned:
    report_id = uuid.uuid4()
    return DispositionAssigned(
        report_id=report_id,
        tracking_id=tracking_id(report_id),
        disposition_id=uuid.uuid4(),
        agency_code="PLN",
        assigned_at=datetime.now(UTC),
        kind=Kind.COMPLAINT,
        title=title,
        body="Listrik padam sejak semalam.",
    )


class Routing:
    """Routing as an agency sees it on the broker."""

    def __init__(self, uri: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(uri))
        self._channel = self._connection.channel()
        self._channel.exchange_declare(AGENCIES, "direct", durable=True)
        self._channel.exchange_declare(REPLIES, "fanout", durable=True)
        self._replies = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.queue_bind(self._replies, REPLIES)
        self.user_ids: list[str] = []

    def connect_agency(self) -> None:
        """Give the agency its queue, as its operator would."""
        self._channel.queue_declare("agency.PLN", durable=True, arguments={"x-queue-type": "quorum"})
        self._channel.queue_purge("agency.PLN")
        self._channel.queue_bind("agency.PLN", AGENCIES, "PLN")

    def assign(self, *events: DispositionAssigned) -> None:
        """Give the agency reports."""
        for event in events:
            envelope = Envelope(
                id=uuid.uuid4(), source="test", time=datetime.now(UTC), event=event, correlation_id="test"
            )
            self.send(encode(envelope))

    def send(self, body: bytes) -> None:
        """Put anything into the agency's queue."""
        self._channel.basic_publish(AGENCIES, "PLN", body)

    def replies(self, count: int) -> list[AgencyReplied]:
        """The next replies of the agency."""
        found: list[Any] = []

        def take() -> bool:
            method, properties, body = self._channel.basic_get(self._replies, auto_ack=True)
            if method:
                found.append(decode(body).event)
                self.user_ids.append(properties.user_id)
            return len(found) == count

        until(take)
        return found

    def waiting(self) -> int:
        """How many assignments nobody has taken."""
        return int(self._channel.queue_declare("agency.PLN", passive=True).method.message_count)

    def forget_agency(self) -> None:
        """Take its queue away."""
        self._channel.queue_delete("agency.PLN")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def routing(vhost: str) -> Iterator[Routing]:
    routing = Routing(vhost)
    routing.connect_agency()
    yield routing
    routing.forget_agency()
    routing.close()


@contextmanager
def at_work(uri: str, callback: Callable[[Assignment], object], retry_after: float = 0.1) -> Iterator[AgencySubscriber]:
    subscriber = AgencySubscriber("PLN", uri, patience=10, retry_after=retry_after, first_pause=0.05)
    thread = threading.Thread(target=subscriber.run, args=(callback,))
    thread.start()
    try:
        yield subscriber
    finally:
        subscriber.stop()
        thread.join()
        subscriber.close()


def test_an_agency_gets_its_reports_and_answers_them(routing: Routing, cable: Cable) -> None:
    event = assigned()

    with at_work(cable.uri, lambda assignment: assignment.answer("Gardu sudah diperbaiki.")):
        routing.assign(event)
        (reply,) = routing.replies(1)

    assert (reply.report_id, reply.disposition_id) == (event.report_id, event.disposition_id)
    assert (reply.agency_code, reply.answer_kind) == ("PLN", AnswerKind.SUBSTANTIVE)
    assert reply.text == "Gardu sudah diperbaiki."
    assert routing.user_ids == [urlsplit(cable.uri).username]


def test_the_assignment_carries_the_report(routing: Routing, cable: Cable) -> None:
    seen: list[Assignment] = []
    event = assigned("Tiang miring")

    with at_work(cable.uri, seen.append):
        routing.assign(event)
        until(lambda: seen)

    assert seen[0].data["title"] == "Tiang miring"
    assert seen[0].data["tracking_id"] == event.tracking_id


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (
            lambda a: a.answer("Petugas menuju lokasi.", substantive=False),
            {"answer_kind": AnswerKind.INITIAL, "text": "Petugas menuju lokasi."},
        ),
        (
            lambda a: a.refuse("PEMDA-14.02/OPD-DISHUB", "Lampu jalan milik daerah."),
            {"refused_to": "PEMDA-14.02/OPD-DISHUB", "answer_kind": None, "text": "Lampu jalan milik daerah."},
        ),
        (
            lambda a: a.pass_on("PLN/UP3-RENGAT", "Mohon ditangani."),
            {"passed_to": "PLN/UP3-RENGAT", "answer_kind": None, "text": "Mohon ditangani."},
        ),
    ],
    ids=["answer", "refuse", "pass on"],
)
def test_an_agency_may_do_three_things(
    routing: Routing, cable: Cable, act: Callable[[Assignment], None], expected: dict[str, object]
) -> None:
    with at_work(cable.uri, act):
        routing.assign(assigned())
        (reply,) = routing.replies(1)

    assert {name: getattr(reply, name) for name in expected} == expected


def test_an_answer_may_come_days_later(routing: Routing, cable: Cable) -> None:
    event = assigned()
    subscriber = AgencySubscriber("PLN", cable.uri)

    subscriber.assignment(str(event.report_id), str(event.disposition_id)).answer("Sudah selesai.")

    subscriber.close()
    assert routing.replies(1)[0].disposition_id == event.disposition_id


def test_the_same_answer_given_twice_is_one_answer_and_another_is_another(routing: Routing, cable: Cable) -> None:
    def answers(assignment: Assignment) -> None:
        for text in ("Sudah.", "Sudah.", "Sudah diganti."):
            assignment.answer(text)

    with at_work(cable.uri, answers):
        routing.assign(assigned())
        first, again, other = routing.replies(3)

    assert first.reply_id == again.reply_id
    assert first.reply_id != other.reply_id


def test_an_assignment_that_failed_comes_again_and_holds_nobody_up(routing: Routing, cable: Cable) -> None:
    done: list[str] = []
    failures = iter([True])

    def fail_once(assignment: Assignment) -> None:
        if assignment.data["title"] == "bad" and next(failures, False):
            raise RuntimeError("our own database is away")
        done.append(assignment.data["title"])

    with at_work(cable.uri, fail_once):
        routing.assign(assigned("bad"), assigned("good"), assigned("good"))
        until(lambda: len(done) == 3)

    assert done == ["good", "good", "bad"]
    assert routing.waiting() == 0


def test_what_cannot_be_read_is_set_aside(routing: Routing, cable: Cable) -> None:
    seen: list[Assignment] = []

    with at_work(cable.uri, seen.append):
        for body in (b"{", b"[]", json.dumps({"type": "report.closed.v1"}).encode()):
            routing.send(body)
        routing.assign(assigned())
        until(lambda: seen)

    assert len(seen) == 1
    assert routing.waiting() == 0


def test_a_subscriber_goes_on_after_its_connection_was_cut(routing: Routing, cable: Cable) -> None:
    seen: list[Assignment] = []

    with at_work(cable.uri, seen.append):
        routing.assign(assigned())
        until(lambda: len(seen) == 1)
        cable.cut()
        routing.assign(assigned())
        until(lambda: len(seen) >= 2)


def test_an_assignment_cut_off_before_it_was_acknowledged_is_answered_alike(routing: Routing, cable: Cable) -> None:
    calls: list[Assignment] = []

    def answer_then_lose_the_connection(assignment: Assignment) -> None:
        calls.append(assignment)
        assignment.answer("Sudah diperbaiki.")
        if len(calls) == 1:
            cable.cut()

    with at_work(cable.uri, answer_then_lose_the_connection):
        routing.assign(assigned())
        first, again = routing.replies(2)

    assert first.reply_id == again.reply_id
    assert routing.waiting() == 0


def test_a_callback_may_take_longer_than_the_connection_would_live(routing: Routing, cable: Cable) -> None:
    finish = threading.Event()
    calls: list[Assignment] = []

    def slow(assignment: Assignment) -> None:
        calls.append(assignment)
        finish.wait(10)

    with at_work(f"{cable.uri}?heartbeat=1", slow):
        routing.assign(assigned())
        until(lambda: calls)
        finish.wait(4)  # the broker gives up on a silent client after three heartbeats
        finish.set()
        until(lambda: routing.waiting() == 0)

    assert len(calls) == 1


def test_a_subscriber_waits_until_the_operator_has_connected_the_agency(routing: Routing, cable: Cable) -> None:
    seen: list[Assignment] = []
    routing.forget_agency()

    with at_work(cable.uri, seen.append):
        routing.connect_agency()
        routing.assign(assigned())
        until(lambda: seen)


def test_what_is_not_done_when_the_subscriber_stops_stays_in_the_queue(routing: Routing, cable: Cable) -> None:
    calls: list[Assignment] = []

    with at_work(cable.uri, calls.append) as subscriber:
        routing.assign(assigned())
        until(lambda: calls)
        subscriber.stop()
    routing.assign(assigned(), assigned())

    until(lambda: routing.waiting() == 2)
    assert len(calls) == 1


def test_an_agency_needs_no_right_beyond_its_queue_and_its_replies(own_rabbitmq: Rabbit) -> None:
    vhost = own_rabbitmq.fresh_vhost()
    routing = Routing(vhost)
    routing.connect_agency()
    mine = own_rabbitmq.add_user(
        "PLN", "secret", vhost, configure="^$", write=r"^lapor\.replies$", read=r"^agency\.PLN$"
    )

    with at_work(mine, lambda assignment: assignment.answer("Sudah.")):
        routing.assign(assigned())
        (reply,) = routing.replies(1)

    routing.close()
    assert reply.agency_code == "PLN"
    assert routing.user_ids == ["PLN"]


def test_a_neighbours_queue_is_refused(own_rabbitmq: Rabbit) -> None:
    vhost = own_rabbitmq.fresh_vhost()
    routing = Routing(vhost)
    routing.connect_agency()
    other = own_rabbitmq.add_user("PDAM", "secret", vhost, configure="^$", write="^$", read=r"^agency\.PDAM$")

    with pytest.raises(Refused, match="ACCESS_REFUSED"):
        AgencySubscriber("PLN", other).run(print)

    routing.close()
