"""Intake as an adapter sees it on the broker: it takes submissions and answers them."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import pika

from lapor_contracts.envelope import Envelope, decode, encode
from lapor_contracts.events import SUBMISSIONS, Event, ReportSubmitted, SubmissionAccepted
from tests.support.builders import tracking_id


@dataclass(frozen=True)
class Heard:
    """A submission as it came."""

    envelope: Envelope
    properties: Any

    @property
    def event(self) -> ReportSubmitted:
        """What was submitted."""
        assert isinstance(self.envelope.event, ReportSubmitted)
        return self.envelope.event


Answer = Callable[[ReportSubmitted], Event | None]


def accept(event: ReportSubmitted) -> Event:
    """A tracking ID that follows from the idempotency key, as the same key is the same report."""
    key = event.idempotency_key
    return SubmissionAccepted(report_id=uuid.uuid4(), tracking_id=tracking_id(key), idempotency_key=key)


class BrokerIntake:
    """Takes every submission; what it answers is up to the test."""

    def __init__(self, uri: str) -> None:
        self.heard: list[Heard] = []
        self.answer: Answer = accept
        self._connection = pika.BlockingConnection(pika.URLParameters(uri))
        self._channel = self._connection.channel()
        self._channel.exchange_declare(SUBMISSIONS, "fanout", durable=True)
        queue = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.queue_bind(queue, SUBMISSIONS)
        self._channel.basic_consume(queue, self._take, auto_ack=True)
        self._thread = threading.Thread(target=self._channel.start_consuming)

    def _take(self, channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        heard = Heard(decode(body), properties)
        self.heard.append(heard)
        answer = self.answer(heard.event)
        if answer is not None:
            said = Envelope(
                id=uuid.uuid4(), source="test", time=datetime.now(UTC), event=answer, correlation_id=str(uuid.uuid4())
            )
            channel.basic_publish("", properties.reply_to, encode(said))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.add_callback_threadsafe(self._channel.stop_consuming)
        self._thread.join()
        self._connection.close()
