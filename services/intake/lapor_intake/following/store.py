"""Who asked to follow what: never the address itself, only what recognises it."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_intake.store import metadata

followers = sa.Table(
    "followers",
    metadata,
    sa.Column("follower_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.String(14), nullable=False),
    sa.Column("mark", sa.String(32), comment="Keyed fingerprint of the address; none once the follower is forgotten."),
    sa.Column("token_hash", sa.String(32), nullable=False, unique=True),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.UniqueConstraint("mark", "tracking_id"),
    sa.Index("ix_followers_tracking_id", "tracking_id"),
    comment="Who asked to follow a report. Whether there is such a report, intake does not look.",
)
_is_waiting = followers.c.confirmed_at.is_(None) & followers.c.ended_at.is_(None)
sa.Index("followers_waiting", followers.c.requested_at, postgresql_where=_is_waiting, sqlite_where=_is_waiting)


@dataclass(frozen=True, kw_only=True)
class Follower:
    """Somebody who asked to follow a report."""

    follower_id: UUID
    tracking_id: str
    requested_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


_FOLLOWER = tuple(followers.c[field.name] for field in fields(Follower))


def add(tx: Transaction, follower_id: UUID, tracking_id: str, *, mark: str, token_hash: str) -> bool:
    """Note that somebody asked; False where the same address asked for the same at this very moment."""
    row = {
        "follower_id": follower_id,
        "tracking_id": tracking_id,
        "mark": mark,
        "token_hash": token_hash,
        "requested_at": tx.now,
    }
    return tx.write(followers, [row], unless_exists, returning=(followers.c.follower_id,)).scalar() is not None


def requests_of(tx: Transaction, mark: str, *, since: datetime, tracking_id: str) -> list[Follower]:
    """What was asked for in the name of this address lately; of this report, whenever it was."""
    wanted = (followers.c.requested_at >= since) | (followers.c.tracking_id == tracking_id)
    found = tx.execute(sa.select(*_FOLLOWER).where(followers.c.mark == mark, wanted))
    return [Follower(**row._mapping) for row in found]


def find(connection: sa.Connection | Transaction, token_hash: str) -> Follower | None:
    """Whose token this is."""
    row = connection.execute(sa.select(*_FOLLOWER).where(followers.c.token_hash == token_hash)).one_or_none()
    return Follower(**row._mapping) if row else None


def confirm(tx: Transaction, token_hash: str) -> Follower | None:
    """Note that the address is theirs; None where that was known, or is not wanted any more."""
    confirming = followers.update().where(followers.c.token_hash == token_hash, _is_waiting)
    return _changed(tx, confirming.values(confirmed_at=tx.now))


def end(tx: Transaction, token_hash: str) -> Follower | None:
    """Forget the address; None where that was done."""
    return next(iter(_end(tx, followers.c.token_hash == token_hash)), None)


def end_follower(tx: Transaction, follower_id: UUID) -> list[Follower]:
    """Forget the address of one."""
    return _end(tx, followers.c.follower_id == follower_id)


def end_unconfirmed(tx: Transaction, *, before: datetime, limit: int) -> list[Follower]:
    """Forget the addresses of those who asked, or in whose name somebody asked, and who did not confirm it."""
    late = sa.select(followers.c.follower_id).where(_is_waiting, followers.c.requested_at < before)
    return _end(tx, followers.c.follower_id.in_(late.limit(limit).with_for_update(skip_locked=True)))


def end_all(tx: Transaction, tracking_ids: Collection[str]) -> list[Follower]:
    """Forget the addresses of all who follow these reports."""
    return _end(tx, among(followers.c.tracking_id, tracking_ids, tx.dialect))


def _end(tx: Transaction, wanted: sa.ColumnElement[bool]) -> list[Follower]:
    ending = followers.update().where(wanted, followers.c.ended_at.is_(None)).values(ended_at=tx.now, mark=None)
    return [Follower(**row._mapping) for row in tx.execute(ending.returning(*_FOLLOWER))]


def _changed(tx: Transaction, statement: sa.Update) -> Follower | None:
    row = tx.execute(statement.returning(*_FOLLOWER)).one_or_none()
    return Follower(**row._mapping) if row else None
