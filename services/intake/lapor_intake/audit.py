"""What was done about identities, and by whom: a chain in which each entry seals all that went before it.

The hash of an entry covers the hash of its predecessor, and the head says how long the chain is and how it ends. So
nobody can change, remove, insert or reorder an entry without writing every later hash anew, and the head with them.
Who may write the whole database can do even that; what betrays it is a head of an earlier day, kept elsewhere.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

import orjson
import sqlalchemy as sa

from lapor_chassis import rows
from lapor_chassis.transactions import Transaction, Transactions
from lapor_intake.store import metadata

_BATCH = 1_000

#: All columns are hashed as they stand, so none has a type that one of the databases writes in its own way.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False, comment="ISO 8601 in UTC."),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False, comment="JSON, without identities."),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_subject", "subject", "seq"),
    comment="Requests, consents, refusals and looks: a chain of hashes. Only grows.",
)
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    comment="One row: how the chain ends. Who appends holds it, so that the chain never forks.",
)


class Action(StrEnum):
    """What can be done about an identity."""

    REQUESTED = "disclosure.requested"
    AGREED = "disclosure.agreed"
    REFUSED = "disclosure.refused"
    OPENED = "disclosure.opened"
    LOOKED = "disclosure.looked"
    LOOK_DENIED = "disclosure.look_denied"
    EXPIRED = "disclosure.expired"
    ENDED = "disclosure.ended"
    FORGOTTEN = "identity.forgotten"
    ROTATION_BEGUN = "vault.rotation_begun"
    ROTATED = "vault.rotated"


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that was done: who did what, to which report or key. ``details`` hold nothing personal."""

    actor: str
    action: Action
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An act as it stands in the chain."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    details: str
    previous: str
    hash: str

    @property
    def true_hash(self) -> str:
        """What its hash must be: SHA-256 of all other columns as JSON with sorted keys."""
        return _hash({name: value for name, value in vars(self).items() if name != "hash"})


@dataclass(frozen=True)
class Head:
    """How a chain ends: how many entries, and the last one's hash."""

    count: int = 0
    hash: str = "0" * 64

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Self:
        """``COUNT:HASH``, as it was printed and kept."""
        count, _, digest = text.strip().partition(":")
        if not (count.isascii() and count.isdigit()) or len(digest) != 64:
            raise ValueError("not COUNT:HASH as `lapor audit verify` prints it")
        return cls(int(count), digest)


@dataclass(frozen=True)
class Broken:
    """The first entry that is not as it was written, and what is wrong with it."""

    seq: int
    reason: str


def chained(head: Head, act: Act, at: datetime) -> Entry:
    """The act as the entry that follows ``head``."""
    columns: dict[str, Any] = {
        "seq": head.count + 1,
        "at": at.astimezone(UTC).isoformat(),
        "actor": act.actor,
        "action": act.action.value,
        "subject": act.subject,
        "details": orjson.dumps(act.details, option=orjson.OPT_SORT_KEYS).decode(),
        "previous": head.hash,
    }
    return Entry(**columns, hash=_hash(columns))


def first_broken(entries: Iterable[Entry], head: Head, expected: Head | None = None) -> Broken | None:
    """Walk the whole chain; ``expected`` is a head that was kept elsewhere, of today or of an earlier day."""
    last = Head()
    for entry in entries:
        if entry.seq != last.count + 1:
            return Broken(last.count + 1, f"is missing: entry {entry.seq} stands in its place")
        if entry.true_hash != entry.hash:
            return Broken(entry.seq, "was changed: its hash does not fit its content")
        if entry.previous != last.hash:
            return Broken(entry.seq, "does not continue the entry before it: that one was changed or replaced")
        last = Head(entry.seq, entry.hash)
        if expected and expected.count == last.count and expected != last:
            return Broken(entry.seq, "is not the one whose hash was kept: the chain was written anew")
    if last.count < head.count:
        return Broken(last.count + 1, f"is missing: the chain ended with entry {head.count}")
    if last != head:
        return Broken(last.count, "is not the end that was recorded: it was added or replaced")
    if expected and last.count < expected.count:
        return Broken(last.count + 1, f"is missing: there were {expected.count} when the expected head was kept")
    return None


def append(tx: Transaction, *acts: Act) -> None:
    """Write acts down. Comes last in a transaction: whoever else appends waits until it has ended."""
    head = _lock_head(tx)
    for act in acts:
        entry = chained(head, act, tx.now)
        tx.add(audit, vars(entry))
        head = Head(entry.seq, entry.hash)
    tx.execute(audit_head.update().values(count=head.count, hash=head.hash))


def verify(transactions: Transactions, expected: Head | None = None) -> Head | Broken:
    """The head of an unbroken chain, or the first broken entry."""
    # One view of the database for the whole walk, whatever is appended meanwhile.
    with transactions.engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        head = _head(connection)
        return first_broken(_walk(connection), head, expected) or head


def find_entries(
    connection: sa.Connection, after: tuple[int] | None, limit: int, *, subject: str | None = None
) -> list[Entry]:
    """Entries, the newest first, beginning behind ``after``."""
    query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    if after is not None:
        query = query.where(audit.c.seq < after[0])
    return [Entry(**row) for row in connection.execute(query).mappings()]


def _walk(connection: sa.Connection) -> Iterator[Entry]:
    query = sa.select(audit).order_by(audit.c.seq).limit(_BATCH)
    batch = connection.execute(query).mappings().all()
    while batch:
        yield from (Entry(**row) for row in batch)
        batch = connection.execute(query.where(audit.c.seq > batch[-1]["seq"])).mappings().all()


def _head(connection: sa.Connection) -> Head:
    found = connection.execute(sa.select(audit_head.c.count, audit_head.c.hash)).one_or_none()
    return Head(*found) if found else Head()


def _lock_head(tx: Transaction) -> Head:
    none = Head()
    tx.write(audit_head, [{"id": 1, "count": none.count, "hash": none.hash}], rows.unless_exists)
    return Head(*tx.execute(sa.select(audit_head.c.count, audit_head.c.hash).with_for_update()).one())


def _hash(columns: Mapping[str, Any]) -> str:
    # What somebody has put there instead of a text must be found, and not stop the search.
    return hashlib.sha256(orjson.dumps(columns, default=repr, option=orjson.OPT_SORT_KEYS)).hexdigest()
