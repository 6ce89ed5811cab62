"""The channel's own tables: which messages it has seen, and the parts of long ones that wait for the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.transactions import Transaction
from lapor_intake.store import metadata
from lapor_intake.vault import Sealed

#: A gateway that was away for a weekend sends again what it had not got rid of.
REMEMBERED = timedelta(days=7)
#: Whoever sends the same words again after this time means it.
SAID_TWICE = timedelta(minutes=10)

_AT_ONCE = 1_000

messages = sa.Table(
    "sms_messages",
    metadata,
    sa.Column("mark", sa.String(32), primary_key=True),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False, index=True),
    comment="Keyed fingerprints by which an SMS that comes again is known, until it counts as a new one.",
)

parts = sa.Table(
    "sms_parts",
    metadata,
    sa.Column("mark", sa.String(32), primary_key=True),
    sa.Column("message_id", sa.Uuid, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("seen", Json, nullable=False),
    sa.Column("key_id", sa.Text),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("answered_part", sa.Integer),
    sa.Column("due_at", UtcDateTime, nullable=False, index=True),
    comment="Parts of long SMS, encrypted, until all are here or their time is over; then only their fingerprints.",
)


@dataclass(frozen=True)
class Long:
    """A long SMS that is under way, or was."""

    mark: str
    message_id: UUID
    total: int
    due_at: datetime
    seen: Mapping[str, str] = field(default_factory=dict)
    """The fingerprint of each part, by its number."""
    sealed: Sealed | None = None
    """Its parts and its sender; None before the first part, and once the message was taken."""
    answered_part: int | None = None
    """The part upon which the message was answered."""

    @property
    def is_taken(self) -> bool:
        """Whether a message was made of it already."""
        return bool(self.seen) and self.sealed is None


def first_id(tx: Transaction, marks: Mapping[str, timedelta], message_id: UUID) -> UUID:
    """``message_id``, or that of the same message before, where one of the marks is still remembered.

    One statement decides, so that of two that come at the same time the second waits for the first.
    """
    if not marks:
        return message_id
    given = [
        {"mark": mark, "message_id": message_id, "seen_at": tx.now, "until": tx.now + duration}
        for mark, duration in sorted(marks.items())  # in one order for all, or two messages could wait for each other
    ]
    rows = tx.write(messages, given, _unless_remembered, returning=(messages.c.mark, messages.c.message_id))
    found = {row.mark: row.message_id for row in rows}
    known = next((found[mark] for mark in marks if found[mark] != message_id), message_id)
    if known != message_id:
        ours = messages.c.mark.in_(list(marks)) & (messages.c.message_id == message_id)
        tx.execute(messages.update().where(ours).values(message_id=known))
    return known


def lock_long(tx: Transaction, new: Long) -> Long:
    """The long message that has this mark, else the new one; who else brings a part of it waits until we are done."""
    row = {"mark": new.mark, **_changing(new)}
    return _long(tx.write(parts, [row], _locking, returning=tuple(parts.c)).one())


def lock_due(tx: Transaction) -> Long | None:
    """A long message whose time is over, the longest first."""
    due = sa.select(parts).where(parts.c.due_at <= tx.now, parts.c.sealed.is_not(None)).order_by(parts.c.due_at)
    row = tx.execute(due.limit(1).with_for_update(skip_locked=True)).one_or_none()
    return _long(row) if row else None


def save_long(tx: Transaction, long: Long) -> None:
    """Keep what became of it."""
    tx.execute(parts.update().where(parts.c.mark == long.mark).values(_changing(long)))


def forget(tx: Transaction) -> int:
    """Drop what need not be known any more."""
    gone = 0
    for table, is_over in (
        (messages, messages.c.until <= tx.now),
        (parts, (parts.c.due_at <= tx.now) & parts.c.sealed.is_(None)),
    ):
        some = sa.select(table.c.mark).where(is_over).limit(_AT_ONCE)
        gone += len(tx.execute(table.delete().where(table.c.mark.in_(some)).returning(table.c.mark)).all())
    return gone


def _unless_remembered(insert: Any) -> Any:
    new = insert.excluded
    is_over = messages.c.until <= new.seen_at
    return insert.on_conflict_do_update(
        index_elements=["mark"],
        set_={
            name: sa.case((is_over, new[name]), else_=messages.c[name]) for name in ("message_id", "seen_at", "until")
        },
    )


def _locking(insert: Any) -> Any:
    return insert.on_conflict_do_update(index_elements=["mark"], set_={"mark": insert.excluded.mark})


def _changing(long: Long) -> dict[str, Any]:
    sealed = long.sealed
    return {
        "message_id": long.message_id,
        "total": long.total,
        "seen": dict(long.seen),
        "key_id": sealed and sealed.key_id,
        "wrapped_key": sealed and sealed.wrapped_key,
        "sealed": sealed and sealed.content,
        "answered_part": long.answered_part,
        "due_at": long.due_at,
    }


def _long(row: sa.Row[Any]) -> Long:
    sealed = Sealed(row.key_id, row.wrapped_key, row.sealed) if row.sealed is not None else None
    return Long(row.mark, row.message_id, row.total, row.due_at, row.seen, sealed, row.answered_part)
