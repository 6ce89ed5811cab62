"""Publishing to RabbitMQ so that it is certainly there: confirmed, persistent, over a connection that mends itself."""

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pika
from pika import exceptions
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from lapor_connect.errors import Refused, Unavailable
from lapor_connect.patience import Patience

CONTENT_TYPE = "application/cloudevents+json"
#: The broker's own way back to a publisher: no queue to declare, gone with the channel.
REPLY_TO = "amq.rabbitmq.reply-to"

#: Codes with which a broker closes a channel for good: no permission, a forged user_id or a wrong declaration.
FOR_EVER = frozenset({403, 406})

Document = dict[str, Any]


def cloud_event(kind: str, source: str, subject: str, data: Mapping[str, Any]) -> Document:
    """An event in the envelope that all services read (CloudEvents 1.0)."""
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": source,
        "type": kind,
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {name: value for name, value in data.items() if value is not None},
    }


def to_json(document: Mapping[str, Any]) -> bytes:
    """As JSON; dates as ISO 8601, ids as text."""

    def other(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, uuid.UUID):
            return str(value)
        raise TypeError(f"cannot be sent: {type(value).__name__}")

    return json.dumps(document, default=other, ensure_ascii=False).encode()


def refusal_of(error: exceptions.AMQPError) -> Refused | None:
    """What the broker will say every time; None where it may be different later."""
    if isinstance(error, exceptions.AuthenticationError | exceptions.ProbableAuthenticationError):
        return Refused("the broker does not accept the user name and password")
    if isinstance(error, exceptions.ProbableAccessDeniedError):
        return Refused("the broker does not let this user into the virtual host")
    if isinstance(error, exceptions.ChannelClosedByBroker) and error.reply_code in FOR_EVER:
        return Refused(f"the broker refuses: {error.reply_text}")
    return None


class Publisher:
    """One connection, used by one thread at a time; a lock sees to that."""

    def __init__(self, uri: str, *, patience: float, first_pause: float) -> None:
        self._parameters = pika.URLParameters(uri)
        # A broker that is short of memory or disk holds publishers back; without this they would hang.
        self._parameters.blocked_connection_timeout = patience
        self._patience, self._first_pause = patience, first_pause
        self._lock = threading.Lock()
        self._connection: BlockingConnection | None = None
        self._channel: BlockingChannel | None = None
        self._answers: list[Document] = []

    def publish(self, exchange: str, event: Callable[[], Document]) -> None:
        """Publish what ``event`` makes; returns when the broker has it. Made anew for each attempt."""
        with self._lock:
            self._deliver(exchange, event)

    def ask(
        self, exchange: str, event: Callable[[], Document], is_answer: Callable[[Document], bool], within: float
    ) -> Document | None:
        """Publish, and wait for an answer; None if none came ``within`` so many seconds."""
        with self._lock:
            for _attempt in range(2):
                channel = self._deliver(exchange, event, reply_to=REPLY_TO)
                try:
                    return self._wait_for(channel, is_answer, within)
                except exceptions.AMQPError:
                    # What was published is safe, but the way back went with the connection. So ask once more:
                    # the same idempotency key is the same report, and its answer comes again.
                    self._forget()
            return None

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        with self._lock:
            self._forget()

    def _deliver(self, exchange: str, event: Callable[[], Document], reply_to: str | None = None) -> BlockingChannel:
        patience = Patience(self._patience, self._first_pause)
        trouble = ""
        for _ in patience.attempts():
            try:
                channel = self._open()
                self._publish(channel, exchange, event(), reply_to)
                return channel
            except exceptions.UnroutableError:
                trouble = f"nobody takes what is published to {exchange}"
            except exceptions.AMQPError as error:
                self._forget()
                if refusal := refusal_of(error):
                    raise refusal from error
                trouble = str(error) or type(error).__name__
        raise Unavailable(f"not delivered within {self._patience:g} s: {trouble}")

    def _publish(self, channel: BlockingChannel, exchange: str, event: Document, reply_to: str | None) -> None:
        properties = pika.BasicProperties(
            content_type=CONTENT_TYPE,
            delivery_mode=pika.DeliveryMode.Persistent.value,
            message_id=event["id"],
            type=event["type"],
            user_id=self._parameters.credentials.username,  # checked by the broker: nobody speaks for a neighbour
            reply_to=reply_to,
        )
        # Mandatory: a confirm alone does not say that any queue has it.
        channel.basic_publish(exchange, event["type"], to_json(event), properties, mandatory=True)

    def _open(self) -> BlockingChannel:
        if self._channel is None or not self._channel.is_open:
            self._forget()
            self._connection = BlockingConnection(self._parameters)
            channel = self._connection.channel()
            channel.confirm_delivery()
            channel.basic_consume(REPLY_TO, self._answered, auto_ack=True)
            self._channel = channel
        return self._channel

    def _answered(self, _channel: object, _method: object, _properties: object, body: bytes) -> None:
        self._answers.append(json.loads(body))

    def _wait_for(
        self, channel: BlockingChannel, is_answer: Callable[[Document], bool], seconds: float
    ) -> Document | None:
        deadline = time.monotonic() + seconds
        while True:
            while self._answers:  # one that belongs to an earlier question came too late, and goes by
                if is_answer(answer := self._answers.pop(0)):
                    return answer
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            channel.connection.process_data_events(time_limit=remaining)

    def _forget(self) -> None:
        if self._connection is not None and self._connection.is_open:
            with contextlib.suppress(exceptions.AMQPError):
                self._connection.close()
        self._connection = self._channel = None
        self._answers.clear()
