"""A service as nameko runs it: its messages in batches, its timers, its relay and its health.

This module and ``amqp`` are all that know nameko and kombu. nameko's own event handler takes one message at a time,
acknowledges one that failed, and acknowledges before a dependency provider may commit; so the entrypoint is ours.
"""

from datetime import timedelta
from typing import Any

import eventlet
import eventlet.wsgi
from nameko.containers import ServiceContainer
from nameko.extensions import Entrypoint
from nameko.timer import timer as nameko_timer

from lapor_chassis import outbox
from lapor_chassis.amqp import AWAY, SENDER, Publisher, bury, connect
from lapor_chassis.batches import Fate, Incoming, Outcome, process
from lapor_chassis.database import is_away
from lapor_chassis.service import Service
from lapor_chassis.telemetry import batch_seconds, fault, log, messages_published
from lapor_chassis.timers import run_timer
from lapor_chassis.topology import ATTEMPTS, inbox_of, retry_of
from lapor_chassis.transactions import Transactions

#: Messages in one transaction at most.
BATCH = 400

#: How long a batch waits for company, in seconds: little, as it is paid by every message on a quiet day.
GATHER = 0.004

#: For this long the worker that wrote an event publishes it itself; after that the relay does.
LEASE = timedelta(seconds=20)

#: The header in which a message carries how often it has failed.
FAILURES = "x-failures"


#: A pseudo-queue that leads to the channel it was asked on, and nowhere else.
DIRECT_REPLY = "amq.rabbitmq.reply-to."


class Inbox(Entrypoint):
    """Takes what has arrived in the service's queue, some hundred messages at a time."""

    def __init__(self, service: Service, transactions: Transactions, uri: str, **options: Any) -> None:
        super().__init__(**options)
        self.service = service
        self.transactions = transactions
        self.uri = uri

    def setup(self) -> None:
        """Called by nameko before the start."""
        self._stopping = False
        self._publisher = Publisher(self.uri)

    def start(self) -> None:
        """Called by nameko: begin to consume."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier="inbox")

    def stop(self) -> None:
        """Called by nameko: finish the batch at hand. What was not acknowledged goes to another instance."""
        self._stopping = True
        self._thread.wait()

    def _run(self) -> None:
        told = False
        while not self._stopping:
            try:
                with connect(self.uri) as connection, connection.channel() as channel:
                    told = False
                    self._consume(connection, channel)
            except AWAY as error:
                if not told:
                    log.warning("broker away, trying again", service=self.service.name, **fault(error))
                told = True
                eventlet.sleep(1)
            except Exception as error:  # whatever it is: nameko would end the process for it
                if self._stopping and is_away(error):
                    break
                log.error("the inbox stumbled, and goes on", service=self.service.name, **fault(error))
                eventlet.sleep(1)
        self._publisher.close()

    def _consume(self, connection: Any, channel: Any) -> None:
        arrived: list[Any] = []
        channel.basic_qos(0, 2 * BATCH, False)
        channel.basic_consume(inbox_of(self.service.name), callback=arrived.append)
        log.info("consuming", service=self.service.name)
        while not self._stopping:
            self._wait(connection, arrived)
            while arrived and not self._stopping:
                batch, arrived[:] = arrived[:BATCH], arrived[BATCH:]
                with batch_seconds.labels(self.service.name).time():
                    self._handle(connection, batch)
                channel.basic_ack(batch[-1].delivery_tag, multiple=True)

    def _wait(self, connection: Any, arrived: list[Any]) -> None:
        """Wait for a message, then a moment for others."""
        patience = 1.0
        while len(arrived) < BATCH:
            try:
                connection.drain_events(timeout=patience)
            except TimeoutError:
                connection.heartbeat_check()
                return
            patience = GATHER

    def _handle(self, connection: Any, batch: list[Any]) -> None:
        messages = [self._read(message) for message in batch]
        outcomes = self._process(connection, messages)
        for message, incoming, outcome in zip(batch, messages, outcomes, strict=True):
            if outcome.fate is not Fate.DONE:
                self._put_aside(incoming, outcome, 1 + self._publisher.believed(message).get(FAILURES, 0))

    def _read(self, message: Any) -> Incoming:
        """The message, as from the user who sent it: one that comes back from the retry queue was last sent by us."""
        sender = self._publisher.believed(message).get(SENDER, message.properties.get("user_id"))
        reply_to = message.properties.get("reply_to", "")
        # Answers go out under our own name: a sender must not have them put into somebody else's queue.
        return Incoming(message.body, reply_to=reply_to if reply_to.startswith(DIRECT_REPLY) else None, sender=sender)

    def _process(self, connection: Any, messages: list[Incoming]) -> list[Outcome]:
        while True:
            try:
                outcomes, letters = process(self.service, self.transactions, messages, lease=LEASE)
                publish(self.service, self.transactions, self._publisher, letters)
            except Exception as error:
                if not is_away(error) or self._stopping:
                    raise
                # The messages stay ours, unacknowledged: not one of them is at fault.
                log.warning("database away, waiting", service=self.service.name, **fault(error))
                eventlet.sleep(1)
                connection.heartbeat_check()
            else:
                return outcomes

    def _put_aside(self, message: Incoming, outcome: Outcome, failures: int) -> None:
        if outcome.fate is Fate.RETRY and failures < ATTEMPTS:
            headers = {FAILURES: failures, SENDER: message.sender}
            self._publisher.move(retry_of(self.service.name), message.body, headers, message.reply_to)
        else:
            log.error("message set aside", service=self.service.name, reason=outcome.reason, attempts=failures)
            bury(self._publisher, self.service, message, outcome.reason, failures)


class Relay(Entrypoint):
    """Publishes what waits in the outbox: what the web processes said, and what was left by a crash."""

    EVERY = 0.25

    def __init__(self, service: Service, transactions: Transactions, uri: str, **options: Any) -> None:
        super().__init__(**options)
        self.service = service
        self.transactions = transactions
        self.uri = uri

    def start(self) -> None:
        """Called by nameko."""
        self._stopping = False
        self._thread = self.container.spawn_managed_thread(self._run, identifier="relay")

    def stop(self) -> None:
        """Called by nameko."""
        self._stopping = True
        self._thread.wait()

    def _run(self) -> None:
        publisher = Publisher(self.uri)
        while not self._stopping:
            try:
                letters = outbox.due(self.transactions, limit=2 * BATCH, lease=LEASE)
                if letters and publish(self.service, self.transactions, publisher, letters):
                    continue
            except Exception as error:
                if not is_away(error):
                    log.error("the relay stumbled, and goes on", service=self.service.name, **fault(error))
                eventlet.sleep(1)
            eventlet.sleep(self.EVERY)
        publisher.close()


def publish(service: Service, transactions: Transactions, publisher: Publisher, letters: list[Any]) -> bool:
    """Publish events and take them out of the outbox; False where the broker is away: the relay comes back to them."""
    if not letters:
        return True
    event_ids = [letter.event_id for letter in letters]
    try:
        publisher.publish(letters)
    except AWAY as error:
        log.info("broker away, events wait in the outbox", service=service.name, count=len(letters), **fault(error))
        outbox.put_off(transactions, event_ids, timedelta(seconds=1))
        return False
    # The broker confirms before the rows go, so a crash in between sends an event twice and never zero times.
    outbox.settle(transactions, event_ids)
    messages_published.labels(service.name).inc(len(letters))
    return True


def container(service: Service, transactions: Transactions, uri: str) -> ServiceContainer:
    """The service as a nameko container: call ``start()``, then ``wait()``; ``stop()`` finishes what is at hand."""

    def receive(_self: Any) -> None:
        """Named for nameko; the batches go to the service's handlers."""

    def relay(_self: Any) -> None:
        """Named for nameko; the outbox is read by the extension."""

    members: dict[str, Any] = {
        "name": service.name,
        "receive": Inbox.decorator(service, transactions, uri)(receive),
        "relay": Relay.decorator(service, transactions, uri)(relay),
    }
    for timer in service.timers:
        members[f"timer_{timer.name}"] = nameko_timer(timer.every)(_tick(service.name, timer))
    return ServiceContainer(type(service.name, (), members), config={"AMQP_URI": uri})


def _tick(service: str, timer: Any) -> Any:
    def tick(_self: Any) -> None:
        run_timer(service, timer)

    tick.__name__ = f"timer_{timer.name}"
    return tick


def serve_health(app: Any, host: str, port: int) -> None:
    """Answer /healthz, /readyz and /metrics beside the work."""
    listener = eventlet.listen((host, port))
    eventlet.spawn(eventlet.wsgi.server, listener, app, log_output=False)
