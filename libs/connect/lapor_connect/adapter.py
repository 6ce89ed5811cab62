"""Hand in reports that were received on a channel of one's own: a city's app, a call centre, a form."""

import uuid
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from lapor_connect.broker import Document, Publisher, cloud_event
from lapor_connect.errors import Refused
from lapor_connect.submitted import Submitted
from lapor_connect.web import WebDoor

SUBMISSIONS = "lapor.submissions"
SUBMITTED = "report.submitted.v1"
ACCEPTED = "submission.accepted.v1"
REFUSED = "submission.refused.v1"


class Door(Protocol):
    """A way in."""

    def submit(self, report: Mapping[str, Any], key: str) -> Submitted:
        """Hand in one report."""

    def close(self) -> None:
        """Let go of connections."""


class ChannelAdapter:
    """Hands in reports, over a broker (``amqp://``, ``amqps://``) or over HTTP (``https://``, ``http://``).

    May be shared by threads; they then submit one after the other. For more at once, use one per thread.
    """

    def __init__(
        self,
        name: str,
        address: str,
        secret: str | None = None,
        *,
        patience: float = 60.0,
        answer_within: float = 10.0,
        first_pause: float = 0.5,
    ) -> None:
        """``patience`` is how many seconds to go on trying while the other side is away; ``answer_within`` how
        many to wait for the tracking ID once a broker has the report. ``secret`` is for HTTP; a broker's user and
        password stand in its address.
        """
        scheme = urlsplit(address).scheme
        self._door: Door
        if scheme in ("amqp", "amqps"):
            publisher = Publisher(address, patience=patience, first_pause=first_pause)
            self._door = BrokerDoor(name, publisher, answer_within)
        elif scheme in ("http", "https"):
            self._door = WebDoor(name, address, secret, patience=patience, first_pause=first_pause)
        else:
            raise ValueError("the address must begin with amqp://, amqps://, http:// or https://")

    def submit(self, report: Mapping[str, Any], idempotency_key: str | None = None) -> Submitted:
        """Hand in a report; returns when it is durable. Raises `Refused` or `Unavailable`.

        The same key is the same report, however often it is handed in: give your own id of the message, and
        repeat it after a crash. Without one a key is made for this call.
        """
        return self._door.submit(report, idempotency_key or str(uuid.uuid4()))

    def close(self) -> None:
        """Let go of connections; the next `submit` makes new ones."""
        self._door.close()


class BrokerDoor:
    """Over RabbitMQ."""

    def __init__(self, name: str, publisher: Publisher, answer_within: float) -> None:
        self._source = f"adapter/{name}"
        self._publisher = publisher
        self._answer_within = answer_within

    def submit(self, report: Mapping[str, Any], key: str) -> Submitted:
        """Publish the report, and wait a little for its tracking ID."""

        def event() -> Document:
            message_id = str(uuid.uuid4())
            data = {**report, "report_id": message_id, "idempotency_key": key}
            return cloud_event(SUBMITTED, self._source, message_id, data)

        def is_answer(document: Document) -> bool:
            return bool(document["data"].get("idempotency_key") == key)

        answer = self._publisher.ask(SUBMISSIONS, event, is_answer, self._answer_within)
        if answer is None:
            return Submitted(key)
        if answer["type"] == REFUSED:
            raise Refused(answer["data"]["reason"])
        return Submitted(key, tracking_id=answer["data"]["tracking_id"])

    def close(self) -> None:
        """Close the connection."""
        self._publisher.close()
