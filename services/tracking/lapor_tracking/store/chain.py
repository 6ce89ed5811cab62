"""The chain as it is kept: what waits to come in, the leaves, the seals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_tracking.domain.chain import NOTHING, Seal
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.store.tables import leaves, seals, steps, unchained

#: The chain's own, among advisory locks: whoever adds to it does so alone.
_LOCK = 0x1A904C4A114

Key = tuple[UUID, UUID]
"""A step: its report's id and its own."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as it is kept."""

    seq: int
    report_id: UUID
    event_id: UUID
    salt: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as it is kept."""

    seal: Seal
    signature: str
    branches: bytes

    @property
    def number(self) -> int:
        """Its place among the seals."""
        return self.seal.number


def is_anything_unchained(connection: sa.Connection) -> bool:
    """Whether there is something to add."""
    return connection.scalar(sa.select(unchained.c.event_id).limit(1)) is not None


def lock_chain(tx: Transaction) -> bool:
    """Nobody else adds to the chain until this transaction has ended; False where somebody does now."""
    if tx.dialect != "postgresql":
        return True  # SQLite lets only one write at a time anyway
    return bool(tx.execute(sa.text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar())


def hold_chain(tx: Transaction) -> None:
    """The same, waiting for whoever does now."""
    if tx.dialect == "postgresql":
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def take_unchained(tx: Transaction, limit: int) -> dict[Key, Step | None]:
    """Steps that are to come into the chain, as they stand now; None of what is gone."""
    chosen = sa.select(unchained.c.report_id, unchained.c.event_id).order_by(unchained.c.event_id).limit(limit)
    keys: list[Key] = [(row.report_id, row.event_id) for row in tx.execute(chosen)]
    if not keys:
        return {}
    events = among(unchained.c.event_id, [event_id for _, event_id in keys], tx.dialect)
    tx.execute(unchained.delete().where(events, among(unchained.c.report_id, {key[0] for key in keys}, tx.dialect)))
    known = steps_of(tx.execute, [key[0] for key in keys], tx.dialect)
    return {key: known.get(key) for key in keys}


def steps_of(execute: Any, report_ids: Sequence[UUID], dialect: str) -> dict[Key, Step]:
    """All steps of these reports, with their texts."""
    found = execute(sa.select(steps).where(among(steps.c.report_id, set(report_ids), dialect)))
    return {
        (row.report_id, row.event_id): Step(row.event_id, StepType(row.type), row.happened_at, row.data, row.text)
        for row in found
    }


def last_seq(executor: sa.Connection | Transaction) -> int:
    """The place of the last leaf; 0 where there is none."""
    return executor.execute(sa.select(sa.func.coalesce(sa.func.max(leaves.c.seq), 0))).scalar_one()


def add_leaves(tx: Transaction, new: Sequence[Leaf]) -> None:
    """Add to the chain."""
    tx.write(leaves, [asdict(one) for one in new])


def hashes_between(executor: sa.Connection | Transaction, first: int, count: int) -> list[bytes]:
    """The hashes of leaves that follow each other."""
    chosen = sa.select(leaves.c.hash).where(leaves.c.seq >= first, leaves.c.seq < first + count)
    return list(executor.execute(chosen.order_by(leaves.c.seq)).scalars())


def walk_leaves(connection: sa.Connection, first: int, count: int, batch: int) -> Iterator[Sequence[Leaf]]:
    """Leaves in their order, so many at a time."""
    for start in range(first, first + count, batch):
        end = min(start + batch, first + count)
        chosen = sa.select(leaves).where(leaves.c.seq >= start, leaves.c.seq < end).order_by(leaves.c.seq)
        yield [Leaf(**row) for row in connection.execute(chosen).mappings()]


def leaves_of(connection: sa.Connection, report_id: UUID) -> dict[UUID, Leaf]:
    """The newest leaf of each step of a report."""
    chosen = sa.select(leaves).where(leaves.c.report_id == report_id).order_by(leaves.c.seq)
    return {row["event_id"]: Leaf(**row) for row in connection.execute(chosen).mappings()}


def last_seal(executor: sa.Connection | Transaction) -> Seal | None:
    """The newest."""
    row = executor.execute(sa.select(seals).order_by(seals.c.number.desc()).limit(1)).mappings().first()
    return _sealed(row).seal if row else None


def find_seals(connection: sa.Connection, before: int | None, limit: int) -> list[Sealed]:
    """The newest ones, or those before one."""
    chosen = sa.select(seals).order_by(seals.c.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(seals.c.number < before)
    return [_sealed(row) for row in connection.execute(chosen).mappings()]


def walk_seals(connection: sa.Connection) -> Iterator[Sealed]:
    """All of them, in order."""
    last = 0
    while (
        found := connection.execute(sa.select(seals).where(seals.c.number > last).order_by(seals.c.number).limit(100))
        .mappings()
        .all()
    ):
        yield from map(_sealed, found)
        last = found[-1]["number"]


def seal_over(connection: sa.Connection, seq: int) -> Sealed | None:
    """The seal of the leaf at this place, if its day is over."""
    chosen = sa.select(seals).where(seals.c.first <= seq).order_by(seals.c.first.desc(), seals.c.number.desc()).limit(1)
    row = connection.execute(chosen).mappings().first()
    return _sealed(row) if row and seq < row["first"] + row["count"] else None


def add_seal(tx: Transaction, new: Sealed) -> None:
    """Add the newest seal."""
    tx.write(seals, [asdict(new.seal) | {"signature": new.signature, "branches": new.branches}])


def first_outside(connection: sa.Connection) -> Key | None:
    """A step that is neither in the chain nor waits to come in: it did not come the way of all others."""
    in_chain = sa.exists().where(leaves.c.report_id == steps.c.report_id, leaves.c.event_id == steps.c.event_id)
    waits = sa.exists().where(unchained.c.event_id == steps.c.event_id, unchained.c.report_id == steps.c.report_id)
    row = connection.execute(sa.select(steps.c.report_id, steps.c.event_id).where(~in_chain, ~waits).limit(1)).first()
    return (row.report_id, row.event_id) if row else None


def is_written_anew(connection: sa.Connection, old: Leaf) -> bool:
    """Whether a later leaf tells of the same step."""
    later = sa.select(leaves.c.seq).where(
        leaves.c.report_id == old.report_id, leaves.c.event_id == old.event_id, leaves.c.seq > old.seq
    )
    waits = sa.select(unchained.c.event_id).where(
        unchained.c.event_id == old.event_id, unchained.c.report_id == old.report_id
    )
    return any(connection.execute(one.limit(1)).first() is not None for one in (later, waits))


def hash_before(seal: Seal | None) -> str:
    """What the next seal names as its previous one."""
    return seal.hash if seal else NOTHING


def _sealed(row: Mapping[Any, Any]) -> Sealed:
    return Sealed(Seal.read(row), row["signature"], row["branches"])
