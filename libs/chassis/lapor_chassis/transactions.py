"""One transaction holds the inbox rows, the new state and the outbox rows: the promise everything stands on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from lapor_chassis import rows
from lapor_chassis.clock import Clock, SystemClock
from lapor_chassis.columns import UtcDateTime
from lapor_chassis.database import WRITING
from lapor_chassis.rows import Conflict, Row
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import Event


@dataclass(frozen=True)
class ChassisTables:
    """The tables that every service has beside its own."""

    inbox: sa.Table
    events: sa.Table
    outbox: sa.Table
    dead_letters: sa.Table


def chassis_tables(metadata: sa.MetaData) -> ChassisTables:
    """Add the chassis' tables to a service's metadata (once), and return them."""
    if "inbox" in metadata.tables:
        return ChassisTables(*(metadata.tables[name] for name in ("inbox", "events", "outbox", "dead_letters")))
    inbox = sa.Table(
        "inbox",
        metadata,
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("received_at", UtcDateTime, nullable=False, index=True),
        comment="Messages already handled: a message whose id is here has had its effect.",
    )
    events = sa.Table(
        "events",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("report_id", sa.Uuid, nullable=False),
        sa.Column("said_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        comment="All that this service ever said, as it stood on the wire. Only grows.",
    )
    outbox = sa.Table(
        "outbox",
        metadata,
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("routing_key", sa.Text, nullable=False),
        sa.Column("publish_after", UtcDateTime, nullable=False, index=True),
        comment="Events not yet confirmed by the bus. A row leaves when the bus has it.",
    )
    dead_letters = sa.Table(
        "dead_letters",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("type", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failed_at", UtcDateTime, nullable=False, index=True),
        sa.Column("body", sa.Text, nullable=False),
        comment="Messages set aside in the embedded mode; with a broker they are in its dead-letter queue.",
    )
    return ChassisTables(inbox, events, outbox, dead_letters)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event on its way out: where to, and its bytes."""

    event_id: UUID
    type: str
    exchange: str
    routing_key: str
    body: str


class Transactions:
    """Opens the transactions of one service on its own database."""

    def __init__(
        self,
        engine: sa.Engine,
        metadata: sa.MetaData,
        *,
        source: str,
        clock: Clock | None = None,
        published: Callable[[], None] = lambda: None,
    ) -> None:
        """``source`` names the service in its events; ``published`` is called after a commit that said something."""
        self.engine = engine
        self.tables = chassis_tables(metadata)
        self.source = source
        self.clock = clock or SystemClock()
        self._published = published

    @contextmanager
    def begin(self, *, lease: timedelta = timedelta(0)) -> Iterator["Transaction"]:
        """A transaction that writes; commits at the end of the block, or leaves nothing behind.

        With a ``lease`` the caller publishes ``tx.outgoing`` itself; nobody else does before it has run out.
        """
        with self.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            tx = Transaction(connection, self, lease)
            yield tx
            tx.finish()
        if tx.outgoing:
            self._published()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for queries; changes nothing."""
        with self.engine.connect() as connection:
            yield connection


class Transaction:
    """What a handler works with: the time, ids, rows to write and events to say."""

    def __init__(self, connection: sa.Connection, origin: Transactions, lease: timedelta) -> None:
        self.now: datetime = origin.clock.now()
        self.outgoing: list[Outgoing] = []
        self.envelope: Envelope | None = None
        """The message that is being handled; None under HTTP."""
        self.sender: str | None = None
        """The broker's user that sent the message, as the broker itself has checked it."""
        self.reply_to: str | None = None
        """The queue in which the sender waits for an answer."""
        self._connection = connection
        self._tables = origin.tables
        self._source = origin.source
        self._publish_after = self.now + lease
        self._rows: dict[tuple[sa.Table, Conflict | None, tuple[str, ...]], list[Row]] = {}
        self._once: dict[Callable[[Transaction, list[Any]], None], dict[Any, None]] = {}

    @property
    def dialect(self) -> str:
        """``postgresql`` or ``sqlite``."""
        return self._connection.dialect.name

    @property
    def event_id(self) -> UUID | None:
        """The id of the message that is being handled; None under HTTP."""
        return self.envelope.id if self.envelope else None

    def new_id(self) -> UUID:
        """A new id; ids made later sort later, which keeps indexes compact."""
        return uuid7()

    def add(self, table: sa.Table, row: Row, *, unless_exists: bool = False) -> None:
        """Write a row. Rows are collected and leave together, as one statement for many."""
        conflict = rows.unless_exists if unless_exists else None
        self._rows.setdefault((table, conflict, tuple(row)), []).append(row)

    def write(
        self,
        table: sa.Table,
        values: Sequence[Row],
        conflict: Conflict | None = None,
        *,
        returning: tuple[sa.Column[Any], ...] = (),
    ) -> sa.CursorResult[Any]:
        """Write rows (at least one) at once; ``conflict`` says what becomes of those whose key is already there."""
        self.flush()
        return rows.write(self._connection, table, values, conflict, returning)

    def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run a statement after the rows that were added before it."""
        self.flush()
        return self._connection.execute(statement, parameters)

    def publish(self, event: Event, *, key: str | None = None) -> UUID:
        """Say something: it is sent after the commit, and never without it. ``key`` replaces the routing key.

        Returns the id under which it is said.
        """
        event_id, cause = self.new_id(), self.envelope
        body = encode(
            Envelope(
                id=event_id,
                source=self._source,
                time=self.now,
                event=event,
                correlation_id=cause.correlation_id if cause else str(event_id),
                causation_id=str(cause.id) if cause else None,
                traceparent=cause.traceparent if cause else None,
            )
        ).decode()
        message = Outgoing(event_id, event.type, event.exchange, key or event.routing_key, body)
        self.outgoing.append(message)
        self.add(
            self._tables.events,
            {"id": event_id, "type": event.type, "report_id": event.report_id, "said_at": self.now, "body": body},
        )
        self.add(
            self._tables.outbox,
            {
                "event_id": event_id,
                "exchange": message.exchange,
                "routing_key": message.routing_key,
                "publish_after": self._publish_after,
            },
        )
        return event_id

    def once(self, function: Callable[["Transaction", list[Any]], None], key: Any) -> None:
        """Before the commit, call ``function(tx, keys)`` once, with all the keys that were given."""
        self._once.setdefault(function, {})[key] = None

    def claim(self, event_ids: Sequence[UUID]) -> set[UUID]:
        """Put the messages into the inbox; returns those that were not there before."""
        inbox = self._tables.inbox
        arrived = [{"event_id": event_id, "received_at": self.now} for event_id in event_ids]
        return set(self.write(inbox, arrived, rows.unless_exists, returning=(inbox.c.event_id,)).scalars())

    def handling(self, envelope: Envelope, *, reply_to: str | None, sender: str | None) -> None:
        """What is done from here on is done because of this message."""
        self.envelope = envelope
        self.reply_to = reply_to
        self.sender = sender

    def flush(self) -> None:
        """Send the collected rows."""
        while self._rows:
            table, conflict, names = next(iter(self._rows))
            rows.write(self._connection, table, self._rows.pop((table, conflict, names)), conflict)

    def finish(self) -> None:
        """Do what was put off to the end, and send all rows."""
        while self._once:
            function = next(iter(self._once))
            keys = list(self._once.pop(function))
            function(self, keys)
        self.flush()
