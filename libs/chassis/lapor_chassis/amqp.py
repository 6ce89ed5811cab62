"""RabbitMQ: declaring the topology, publishing with pipelined confirms, and the dead-letter queues."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import amqp
from kombu import Connection
from kombu.exceptions import OperationalError
from uuid_utils.compat import uuid7

from lapor_chassis.batches import Incoming
from lapor_chassis.dead_letters import DeadLetter, fit_to_keep, type_of
from lapor_chassis.service import Service
from lapor_chassis.topology import Topology, dead_of, inbox_of, user_of
from lapor_chassis.transactions import Outgoing
from lapor_contracts.envelope import CONTENT_TYPE

#: What says that the broker is away, as kombu and py-amqp put it.
AWAY = (OperationalError, amqp.exceptions.AMQPError, OSError)

#: Seconds to wait for the broker before it counts as away.
PATIENCE = 15

#: The header in which a message that we put aside carries the user who first sent it.
SENDER = "x-sender"

#: Bytes to take from the socket at once: some ten messages.
READ_AHEAD = 16 * 1024

#: An exchange, a routing key, a body and properties.
Message = tuple[str, str, bytes | str, Mapping[str, Any]]


def connect(uri: str, *, timeout: float = 5, heartbeat: int = 30) -> Connection:
    """An open connection, or one of `AWAY`. A heartbeat finds a broker that died without a word."""
    limits = {"read_timeout": PATIENCE, "write_timeout": PATIENCE}
    connection = Connection(uri, heartbeat=heartbeat, connect_timeout=timeout, transport_options=limits)
    connection.connect()
    _read_ahead(connection.connection.transport)
    return connection


def _read_ahead(transport: Any) -> None:
    """Read what has arrived at once: py-amqp asks for some bytes at a time, nine system calls for a message.

    Its reader keeps what is beyond the bytes that it asked for, and takes from that first.
    """
    receive = transport._quick_recv
    transport._quick_recv = lambda _wanted: receive(READ_AHEAD)


def declare(uri: str, wanted: Topology) -> None:
    """Make sure that every exchange, queue and binding exists."""
    with connect(uri) as connection, connection.channel() as channel:
        for exchange in wanted.exchanges:
            channel.exchange_declare(
                exchange.name, exchange.kind, durable=True, auto_delete=False, arguments=dict(exchange.arguments)
            )
        for queue in wanted.queues:
            channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=dict(queue.arguments))
        for binding in wanted.bindings:
            channel.queue_bind(binding.queue, binding.exchange, binding.routing_key)


@dataclass(frozen=True)
class Lying:
    """What lies in a queue."""

    messages: int
    """That nobody has in hand."""
    readers: int
    """How many take from it."""


def look_into(uri: str, queues: Iterable[str]) -> dict[str, Lying]:
    """What lies in these queues; those that are not there are left out."""
    found: dict[str, Lying] = {}
    with connect(uri) as connection:
        for queue in queues:
            with contextlib.suppress(amqp.exceptions.NotFound), connection.channel() as channel:
                there = channel.queue_declare(queue, passive=True)
                found[queue] = Lying(messages=there.message_count, readers=there.consumer_count)
    return found


class Publisher:
    """Publishes batches on a connection of its own and waits for all confirms at once.

    Waiting for each confirm would be ten times slower. Not safe for threads.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._signed: dict[str, Any] = {"user_id": user_of(uri)}
        self._connection: Connection | None = None
        self._channel: amqp.Channel | None = None
        self._tag = 0
        self._unconfirmed: set[int] = set()
        self._refused = False

    def publish(self, letters: Sequence[Outgoing]) -> None:
        """Send events; returns when the broker has them all, else raises (then some of them may have arrived)."""
        messages = [
            (
                one.exchange,
                one.routing_key,
                one.body,
                {**self._signed, "message_id": str(one.event_id), "type": one.type},
            )
            for one in letters
        ]
        self._send(messages)

    def move(self, queue: str, body: bytes | str, headers: Mapping[str, Any], reply_to: str | None = None) -> None:
        """Put one message straight into a queue. The broker vouches that we did, so its headers can be believed."""
        properties = self._signed | {"reply_to": reply_to, "application_headers": dict(headers)}
        self._send([("", queue, body, properties)])

    def believed(self, message: Any) -> Mapping[str, Any]:
        """The headers of a message, if it was us who wrote them."""
        is_ours = message.properties.get("user_id") == self._signed["user_id"]
        return message.headers or {} if is_ours else {}

    def _send(self, messages: Sequence[Message]) -> None:
        is_old = self._channel is not None
        try:
            self._try_to_send(messages)
        except AWAY:
            if not is_old:
                raise
            # The connection may have died in a quiet hour. What arrives twice has the same id both times.
            self._try_to_send(messages)

    def _try_to_send(self, messages: Sequence[Message]) -> None:
        """Send all, then wait until all are confirmed."""
        try:
            channel = self._open()
            with _as_one_write(channel):
                for exchange, key, body, properties in messages:
                    message = amqp.Message(
                        body, content_type=CONTENT_TYPE, content_encoding="utf-8", delivery_mode=2, **properties
                    )
                    channel.basic_publish(message, exchange=exchange, routing_key=key)
                    self._tag += 1
                    self._unconfirmed.add(self._tag)
            while self._unconfirmed:
                channel.connection.drain_events(timeout=PATIENCE)
            if self._refused:
                raise amqp.exceptions.RecoverableConnectionError("the broker refused a message")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Drop the connection; the next batch opens a new one."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.release()

    def _open(self) -> amqp.Channel:
        if self._channel is None:
            # Nobody would send heartbeats while nothing is published, and the broker would close it every minute.
            self._connection = connect(self._uri, heartbeat=0)
            self._channel = self._connection.channel()
            self._tag, self._unconfirmed, self._refused = 0, set(), False
            self._channel.confirm_select()
            self._channel.events["basic_ack"].add(self._on_confirm)
            self._channel.events["basic_nack"].add(self._on_refusal)
        return self._channel

    def _on_confirm(self, tag: int, multiple: bool) -> None:
        # Confirms come in any order; one that is "multiple" covers all before it.
        if multiple:
            self._unconfirmed = {other for other in self._unconfirmed if other > tag}
        else:
            self._unconfirmed.discard(tag)

    def _on_refusal(self, tag: int, multiple: bool) -> None:
        self._refused = True
        self._on_confirm(tag, multiple)


def _named(letter: Outgoing) -> dict[str, Any]:
    return {"message_id": str(letter.event_id), "type": letter.type}


@contextlib.contextmanager
def _as_one_write(channel: amqp.Channel) -> Iterator[None]:
    """Send the frames of a whole batch at once: py-amqp would make a system call for each message."""
    transport = channel.connection.transport
    write, frames = transport._write, bytearray()
    transport._write = frames.extend
    try:
        yield
    finally:
        transport._write = write
    write(frames)


class QueuedDeadLetters:
    """The dead-letter queue of one service."""

    def __init__(self, uri: str, service: str) -> None:
        self._uri = uri
        self._service = service

    def list(self) -> Iterator[DeadLetter]:
        """All letters, oldest first. They are taken without acknowledging, so they all go back."""
        with connect(self._uri) as connection, connection.channel() as channel:
            for message in self._messages(channel):
                yield self._read(message)

    def replay(self, letter_id: str) -> bool:
        """Put a letter back into the service's inbox."""
        return self._take(letter_id, again=True)

    def discard(self, letter_id: str) -> bool:
        """Throw a letter away."""
        return self._take(letter_id, again=False)

    def figures(self, now: datetime) -> tuple[int, float]:
        """How many letters there are, and for how many seconds the oldest has been there."""
        with connect(self._uri) as connection, connection.channel() as channel:
            count = channel.queue_declare(dead_of(self._service), passive=True).message_count
            oldest = channel.basic_get(dead_of(self._service)) if count else None
            age = (now - self._read(oldest).failed_at).total_seconds() if oldest else 0.0
        return count, age

    def _take(self, letter_id: str, *, again: bool) -> bool:
        with connect(self._uri) as connection, connection.channel() as channel:
            for message in self._messages(channel):
                letter = self._read(message)
                if letter.id != letter_id:
                    continue
                if again:
                    self._replay(message.body, letter)
                channel.basic_ack(message.delivery_tag)
                return True
        return False

    def _messages(self, channel: amqp.Channel) -> Iterator[Any]:
        # Where the service never ran, there is no queue yet.
        with contextlib.suppress(amqp.exceptions.NotFound):
            while (message := channel.basic_get(dead_of(self._service))) is not None:
                yield message

    def _replay(self, body: bytes | str, letter: DeadLetter) -> None:
        publisher = Publisher(self._uri)
        publisher.move(inbox_of(self._service), body, {SENDER: letter.sender}, letter.reply_to)
        publisher.close()

    def _read(self, message: Any) -> DeadLetter:
        headers = message.headers or {}
        body = message.body if isinstance(message.body, str) else message.body.decode("utf-8", "replace")
        return DeadLetter(
            id=str(headers.get("x-letter-id", "")),
            service=self._service,
            type=type_of(body),
            reason=str(headers.get("x-reason", "")),
            attempts=int(headers.get("x-attempts", 1)),
            failed_at=datetime.fromisoformat(str(headers.get("x-failed-at", datetime.now(UTC).isoformat()))),
            body=body,
            sender=headers.get(SENDER),
            reply_to=message.properties.get("reply_to"),
        )


def bury(publisher: Publisher, service: Service, message: Incoming, reason: str, attempts: int) -> None:
    """Put a message into the service's dead-letter queue, with the reason beside it."""
    headers = {
        "x-letter-id": str(uuid7()),
        "x-reason": reason,
        "x-attempts": attempts,
        "x-failed-at": datetime.now(UTC).isoformat(),
        SENDER: message.sender,
    }
    kept = fit_to_keep(message.body, service.cleaners)
    publisher.move(dead_of(service.name), kept, headers, message.reply_to)
