"""The worker on real RabbitMQ, in real processes that are really killed."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pika
import pytest
import sqlalchemy as sa

from lapor_chassis.amqp import Publisher, QueuedDeadLetters, declare
from lapor_chassis.database import create_engine
from lapor_chassis.service import Service
from lapor_chassis.topology import ATTEMPTS, UNROUTED, dead_of, inbox_of, topology
from lapor_chassis.transactions import Outgoing
from lapor_contracts.envelope import decode
from lapor_contracts.events import EVENTS, Event, ReportReceived, ReportVerified
from lapor_launcher.servers import Postgres, Rabbit
from tests.chassis import probe
from tests.support.builders import received
from tests.support.stage import Stage
from tests.support.until import until

Start = Callable[..., "subprocess.Popen[str]"]
#: Where an adapter waits for its answer, as the broker names it.
WAITING = "amq.rabbitmq.reply-to.here"
LISTENER = Service("listener", sa.MetaData(), handlers={ReportVerified: lambda event, tx: None})


class Scene:
    """A broker and a database with the probe on them, and somebody who hears what it says."""

    def __init__(self, rabbit: Rabbit, database_url: str) -> None:
        self.rabbit, self.uri, self.database_url = rabbit, rabbit.fresh_vhost(), database_url
        self.engine = create_engine(database_url)
        probe.metadata.drop_all(self.engine)
        probe.metadata.create_all(self.engine)
        self.stage = Stage(probe, self.engine)
        declare(self.uri, topology([LISTENER, self.stage.service]))

    def send(self, *events: Event, event_id: uuid.UUID | None = None) -> None:
        """Publish events as their service would."""
        letters = [self.stage.letter(event, event_id=event_id) for event in events]
        self.send_raw(*letters)

    def send_raw(self, *bodies: bytes, key: str = ReportReceived.type) -> None:
        """Publish anything at all."""
        publisher = Publisher(self.uri)
        publisher.publish([Outgoing(uuid.uuid4(), "", EVENTS, key, body.decode("latin-1")) for body in bodies])
        publisher.close()

    def send_as(self, user: str, *events: Event, **properties: Any) -> None:
        """Publish events as another user of the broker."""
        mine = self.rabbit.add_user(user, "secret", self.uri, configure="^$", write=".*", read="^$")
        with pika.BlockingConnection(pika.URLParameters(mine)) as connection:
            for event in events:
                carried = pika.BasicProperties(user_id=user, **properties)
                connection.channel().basic_publish(EVENTS, event.type, self.stage.letter(event), carried)

    def noted(self) -> list[uuid.UUID]:
        """The reports that the probe has noted, with repetitions if there were any."""
        return [row["report_id"] for row in self.stage.rows(probe.notes)]

    def workers(self) -> set[str]:
        """Who noted them."""
        return {row["worker"] for row in self.stage.rows(probe.notes)}

    def unpublished(self) -> int:
        """Rows in the outbox."""
        return len(self.stage.rows(self.stage.transactions.tables.outbox))

    def hurry_relay(self) -> None:
        """As if the dead worker's lease had run out."""
        outbox = self.stage.transactions.tables.outbox
        with self.stage.transactions.begin() as tx:
            tx.execute(outbox.update().values(publish_after=tx.now))

    def heard(self) -> list[Any]:
        """Take what the listener's queue holds."""
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            channel = connection.channel()
            found = []
            while (message := channel.basic_get(inbox_of("listener"), auto_ack=True))[0]:
                found.append(decode(message[2]))
            return found

    def depth(self, queue: str) -> int:
        """Messages in a queue."""
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            count: int = connection.channel().queue_declare(queue, passive=True).method.message_count
            return count


@pytest.fixture
def scene(own_rabbitmq: Rabbit, postgresql: Postgres) -> Iterator[Scene]:
    made = Scene(own_rabbitmq, postgresql.create_database("test_probe"))
    yield made
    made.engine.dispose()


@pytest.fixture
def start(scene: Scene) -> Iterator[Start]:
    """Starts workers; none outlives the test."""
    processes: list[subprocess.Popen[str]] = []

    def run(dies: str = "never") -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.chassis.probe_worker", scene.uri, scene.database_url, dies]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    yield run
    for process in processes:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_what_is_heard_is_stored_once_and_announced(scene: Scene, start: Start) -> None:
    start()
    reports = [received() for _ in range(30)]

    scene.send(*reports)

    until(lambda: len(scene.noted()) == 30 and scene.unpublished() == 0)
    assert sorted(scene.noted()) == sorted(report.report_id for report in reports)
    assert {envelope.event.report_id for envelope in scene.heard()} == {report.report_id for report in reports}


def test_the_same_message_twice_has_its_effect_once(scene: Scene, start: Start) -> None:
    start()
    report, event_id = received(), uuid.uuid4()

    scene.send(report, event_id=event_id)
    scene.send(report, event_id=event_id)
    scene.send(last := received())

    until(lambda: last.report_id in scene.noted() and scene.depth(inbox_of("probe")) == 0)
    assert scene.noted().count(report.report_id) == 1


def test_a_worker_killed_after_the_commit_loses_and_doubles_nothing(scene: Scene, start: Start) -> None:
    doomed = start("after commit")
    report = received()
    scene.send(report)
    assert doomed.wait(20) == 9
    assert scene.noted() == [report.report_id]

    start()
    scene.hurry_relay()

    until(lambda: scene.unpublished() == 0 and scene.depth(inbox_of("probe")) == 0)
    assert scene.noted() == [report.report_id]
    assert [envelope.event.report_id for envelope in scene.heard()] == [report.report_id]


def test_a_worker_killed_after_the_confirm_says_the_same_event_again(scene: Scene, start: Start) -> None:
    doomed = start("before settling")
    report = received()
    scene.send(report)
    assert doomed.wait(20) == 9

    start()
    scene.hurry_relay()

    until(lambda: scene.unpublished() == 0)
    assert scene.noted() == [report.report_id]
    heard = scene.heard()
    assert len(heard) == 2
    assert len({envelope.id for envelope in heard}) == 1, "under one id, so that every inbox knows it"


def test_a_worker_outlives_a_database_that_goes_away_after_the_confirm(scene: Scene, start: Start) -> None:
    worker = start("database before settling")
    scene.send(first := received())
    until(lambda: first.report_id in scene.noted())

    scene.send(second := received())

    until(lambda: second.report_id in scene.noted())
    assert worker.poll() is None
    assert sorted(scene.noted()) == sorted([first.report_id, second.report_id])


def test_a_connection_that_died_in_a_quiet_hour_delays_nothing(own_rabbitmq: Rabbit) -> None:
    uri = own_rabbitmq.fresh_vhost()
    declare(uri, topology([LISTENER]))
    publisher, note = Publisher(uri), Outgoing(uuid.uuid4(), "", EVENTS, ReportVerified.type, "{}")
    publisher.publish([note])

    own_rabbitmq.restart()

    publisher.publish([note])
    publisher.close()


def test_a_poisonous_message_does_not_hold_up_its_neighbours(scene: Scene, start: Start) -> None:
    poison, hopeless = received(title=probe.POISON), received(title=probe.HOPELESS)
    good = [received() for _ in range(10)]
    scene.send(*good[:5], poison, hopeless, *good[5:])
    scene.send_raw(b"{", b'{"specversion": "1.0", "type": "report.unheard.v9"}')

    start()

    until(lambda: len(scene.noted()) == 10)
    until(lambda: scene.depth(dead_of("probe")) == 4, seconds=60)
    letters = list(QueuedDeadLetters(scene.uri, "probe").list())
    attempts = {letter.reason.split()[0]: letter.attempts for letter in letters}
    assert attempts == {"RuntimeError": ATTEMPTS, "report": 1, "not": 1, "unknown": 1}
    assert sorted(scene.noted()) == sorted(report.report_id for report in good)


def test_a_dead_letter_can_be_replayed_or_discarded(scene: Scene, start: Start) -> None:
    scene.send(received(title=probe.HOPELESS), received(title=probe.HOPELESS))
    worker = start()
    until(lambda: scene.depth(dead_of("probe")) == 2)
    worker.kill()
    shelf = QueuedDeadLetters(scene.uri, "probe")
    first, second = until(lambda: list(shelf.list()))

    assert shelf.replay(first.id)
    assert shelf.discard(second.id)
    assert not shelf.discard(second.id)

    until(lambda: scene.depth(inbox_of("probe")) == 1 and scene.depth(dead_of("probe")) == 0)


def test_a_message_that_failed_is_brought_again_as_its_sender_sent_it(scene: Scene, start: Start) -> None:
    start()

    scene.send_as("jaki", received(title=probe.HARD), reply_to=WAITING)

    (noted,) = until(lambda: scene.stage.rows(probe.notes), seconds=30)
    assert (noted["sender"], noted["reply_to"]) == ("jaki", WAITING)
    assert scene.depth(dead_of("probe")) == 0


def test_a_replayed_dead_letter_is_still_its_senders(scene: Scene, start: Start) -> None:
    start()
    scene.send_as("jaki", received(title=probe.HOPELESS), reply_to=WAITING)
    (letter,) = until(lambda: list(QueuedDeadLetters(scene.uri, "probe").list()))

    QueuedDeadLetters(scene.uri, "probe").replay(letter.id)

    again = until(lambda: [one for one in QueuedDeadLetters(scene.uri, "probe").list() if one.id != letter.id])
    assert [(one.sender, one.reply_to) for one in again] == [("jaki", WAITING)]


def test_nobody_can_pretend_in_a_header_to_be_somebody_else(scene: Scene, start: Start) -> None:
    start()

    headers = {"x-sender": "BUMN-PLN", "x-failures": "very many"}
    scene.send_as("jaki", received(), received(title=probe.HOPELESS), headers=headers)

    (noted,) = until(lambda: scene.stage.rows(probe.notes))
    (letter,) = until(lambda: list(QueuedDeadLetters(scene.uri, "probe").list()))
    assert (noted["sender"], letter.sender, letter.attempts) == ("jaki", "jaki", 1)


def test_nobody_has_answers_put_into_anothers_queue(scene: Scene, start: Start) -> None:
    start()

    scene.send_as("adapter", received(), reply_to=inbox_of("listener"))

    until(lambda: len(scene.noted()) == 1)
    assert [row["reply_to"] for row in scene.stage.rows(probe.notes)] == [None]


def test_two_workers_share_the_work_and_nothing_is_done_twice(scene: Scene, start: Start) -> None:
    start()
    start()
    reports = [received() for _ in range(1500)]

    for at in range(0, 1500, 50):
        scene.send(*reports[at : at + 50])

    until(lambda: len(scene.noted()) >= 1500 and scene.unpublished() == 0, seconds=30)
    assert sorted(scene.noted()) == sorted(report.report_id for report in reports)
    assert len(scene.workers()) == 2


def test_what_web_processes_say_is_published_by_the_worker(scene: Scene, start: Start) -> None:
    start()

    with scene.stage.transactions.begin() as tx:
        tx.publish(received())

    until(lambda: len(scene.noted()) == 1 and scene.unpublished() == 0)


def test_an_event_that_nobody_hears_is_kept(scene: Scene) -> None:
    scene.send_raw(scene.stage.letter(received()), key="report.unheard.v1")

    until(lambda: scene.depth(UNROUTED) == 1)


def test_workers_go_on_by_themselves_when_the_broker_was_away(own_rabbitmq: Rabbit, postgresql: Postgres) -> None:
    scene = Scene(own_rabbitmq, postgresql.create_database("test_probe_broker"))
    command = [sys.executable, "-m", "tests.chassis.probe_worker", scene.uri, scene.database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "up\n"
        scene.send(before := received())
        until(lambda: scene.noted() == [before.report_id])

        own_rabbitmq.stop()
        with scene.stage.transactions.begin() as tx:
            tx.publish(meanwhile := received())
        own_rabbitmq.start()

        until(lambda: meanwhile.report_id in scene.noted(), seconds=60)
        assert sorted(scene.noted()) == sorted([before.report_id, meanwhile.report_id])
        worker.kill()
    scene.engine.dispose()


def test_workers_wait_for_the_database_and_blame_no_message(rabbitmq: Rabbit, own_postgresql: Postgres) -> None:
    scene = Scene(rabbitmq, own_postgresql.create_database("test_probe_away"))
    command = [sys.executable, "-m", "tests.chassis.probe_worker", scene.uri, scene.database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "up\n"
        scene.engine.dispose()
        own_postgresql.stop()
        scene.send(*(reports := [received() for _ in range(3)]))
        until(lambda: scene.depth(inbox_of("probe")) == 0, seconds=30)
        own_postgresql.start()

        until(lambda: len(scene.noted()) == 3, seconds=60)
        assert sorted(scene.noted()) == sorted(report.report_id for report in reports)
        assert scene.depth(dead_of("probe")) == 0
        worker.kill()
    scene.engine.dispose()
