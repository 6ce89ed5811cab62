"""Messages set aside because they cannot work: what is kept of them, and the embedded mode's shelf.

With a broker they lie in the service's dead-letter queue, see ``amqp``; both shelves answer alike.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from lapor_chassis.batches import Fate, Incoming, process
from lapor_chassis.service import Cleaner, Service
from lapor_chassis.transactions import Transactions
from lapor_contracts.envelope import LONGEST_BODY
from lapor_contracts.events import REGISTRY, Event


@dataclass(frozen=True)
class DeadLetter:
    """A message set aside."""

    id: str
    service: str
    type: str
    reason: str
    attempts: int
    failed_at: datetime
    body: str
    sender: str | None = None
    """The broker's user that sent the message."""
    reply_to: str | None = None


class DeadLetters(Protocol):
    """The shelf of one service."""

    def list(self) -> Iterator[DeadLetter]:
        """All letters, oldest first."""

    def replay(self, letter_id: str) -> bool:
        """Bring a letter to its service again; False where there is no such letter."""

    def discard(self, letter_id: str) -> bool:
        """Throw a letter away; False where there is no such letter."""


def type_of(body: str) -> str:
    """The type that a message claims to have; empty where it claims none."""
    try:
        return str(orjson.loads(body)["type"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""


def fit_to_keep(body: bytes | str, cleaners: Mapping[type[Event], Cleaner]) -> str:
    """What may be kept of a message that nobody could handle.

    A submission holds who reports, and a message that nobody understands may hold anything. So only the fields of the
    contract are kept, cleaned and without the reporter; of what is no event of ours, only its size and digest.
    """
    raw = body.encode() if isinstance(body, str) else body
    try:
        document = orjson.loads(raw) if len(raw) <= LONGEST_BODY else None
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        return orjson.dumps({"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}).decode()
    kept: dict[str, Any] = {name: document[name] for name in _ENVELOPE if isinstance(document.get(name), str)}
    event, data = REGISTRY.get(document["type"]), document.get("data")
    if event is not None and isinstance(data, dict):
        known = set(event.__dataclass_fields__) - {"reporter"}
        cleaned = cleaners.get(event, dict)(data)
        kept["data"] = {name: value for name, value in cleaned.items() if name in known}
    return orjson.dumps(kept).decode()


_ENVELOPE = ("specversion", "id", "source", "type", "subject", "time", "correlationid", "causationid", "traceparent")


def set_aside(service: Service, transactions: Transactions, body: bytes | str, reason: str, attempts: int) -> None:
    """Put a message on the shelf in the service's own database."""
    kept = fit_to_keep(body, service.cleaners)
    with transactions.begin() as tx:
        tx.add(
            transactions.tables.dead_letters,
            {
                "id": uuid7(),
                "type": type_of(kept),
                "reason": reason,
                "attempts": attempts,
                "failed_at": tx.now,
                "body": kept,
            },
        )


class StoredDeadLetters:
    """The shelf in the service's own database. A replayed letter is handled on the spot."""

    def __init__(self, service: Service, transactions: Transactions) -> None:
        self._service = service
        self._transactions = transactions
        self._table = transactions.tables.dead_letters

    def list(self) -> Iterator[DeadLetter]:
        """All letters, oldest first."""
        with self._transactions.read() as connection:
            for row in connection.execute(sa.select(self._table).order_by(self._table.c.failed_at)).mappings():
                yield DeadLetter(
                    id=str(row["id"]),
                    service=self._service.name,
                    type=row["type"] or "",
                    reason=row["reason"],
                    attempts=row["attempts"],
                    failed_at=row["failed_at"],
                    body=row["body"],
                )

    def replay(self, letter_id: str) -> bool:
        """Let the service handle the letter now; it stays on the shelf if that fails again."""
        letter = self._find(letter_id)
        if letter is None:
            return False
        (outcome,), _ = process(self._service, self._transactions, [Incoming(letter.body)])
        if outcome.fate is Fate.DONE:
            return self.discard(letter_id)
        raise RuntimeError(outcome.reason)

    def discard(self, letter_id: str) -> bool:
        """Throw a letter away."""
        if self._find(letter_id) is None:
            return False
        with self._transactions.begin() as tx:
            tx.execute(self._table.delete().where(self._table.c.id == UUID(letter_id)))
        return True

    def _find(self, letter_id: str) -> DeadLetter | None:
        return next((one for one in self.list() if one.id == letter_id), None)
