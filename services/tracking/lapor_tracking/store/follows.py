"""Who follows which report, and what followers were told of."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Status
from lapor_tracking.store.tables import metadata, timelines

follows = sa.Table(
    "follows",
    metadata,
    sa.Column("follower_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    comment="Followers of reports, by an id that says nothing of who they are. Each column is written once.",
)
_counts = follows.c.confirmed_at.is_not(None) & follows.c.ended_at.is_(None)
sa.Index("follows_of_report", follows.c.tracking_id, postgresql_where=_counts, sqlite_where=_counts)

published_outcomes = sa.Table(
    "published_outcomes",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("change_id", sa.Uuid, primary_key=True),
    comment="Changes that followers were told of: each once.",
)


def note_confirmed(tx: Transaction, follower_id: UUID, tracking_id: str, at: datetime) -> None:
    """Somebody follows the report, unless it is known that they have ended it."""
    tx.write(follows, [{"follower_id": follower_id, "tracking_id": tracking_id, "confirmed_at": at}], _completing)


def note_ended(tx: Transaction, follower_id: UUID, tracking_id: str, at: datetime) -> None:
    """They do so no more, though the news that they began may come later."""
    tx.write(follows, [{"follower_id": follower_id, "tracking_id": tracking_id, "ended_at": at}], _completing)


def _completing(insert: Any) -> Any:
    """What is known of the follower stays, what is new is put beside it: so news may come in any order."""
    known = {name: sa.func.coalesce(follows.c[name], insert.excluded[name]) for name in ("confirmed_at", "ended_at")}
    return insert.on_conflict_do_update(index_elements=["follower_id"], set_=known)


def may_be_followed(tx: Transaction, tracking_id: str) -> bool:
    """Whether everybody may see the report, and there is an outcome to wait for."""
    is_open = timelines.c.secret.is_(False) & (timelines.c.status != Status.ARCHIVED)
    found = sa.select(timelines.c.report_id).where(timelines.c.tracking_id == tracking_id, is_open)
    return tx.execute(found).scalar() is not None


def followed(tx: Transaction, tracking_ids: Collection[str]) -> set[str]:
    """Which of these reports somebody follows."""
    found = sa.select(follows.c.tracking_id).where(among(follows.c.tracking_id, tracking_ids, tx.dialect), _counts)
    return set(tx.execute(found.distinct()).scalars())


def mark_published(tx: Transaction, changes: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """Followers are told of these ``(report_id, change_id)`` (at least one) now; of which they were not before."""
    rows = [{"report_id": report_id, "change_id": change_id} for report_id, change_id in changes]
    written = tx.write(published_outcomes, rows, unless_exists, returning=(published_outcomes.c.change_id,))
    return set(written.scalars())


def count_supporters(connection: sa.Connection, tracking_ids: Collection[str]) -> dict[str, int]:
    """How many support each of these reports: with a report of their own that was merged into it, or by following it.

    Whoever follows a merged one supports the matter too.
    """
    merged = timelines.alias()
    wanted = among(timelines.c.tracking_id, tracking_ids, connection.dialect.name)
    itself = sa.select(timelines.c.tracking_id.label("of"), timelines.c.tracking_id.label("report")).where(wanted)
    others = (
        sa.select(timelines.c.tracking_id, merged.c.tracking_id)
        .join(merged, merged.c.parent_report_id == timelines.c.report_id)
        .where(wanted)
    )
    family = sa.union_all(itself, others).subquery()
    reports = sa.func.count(sa.distinct(family.c.report)) - 1
    counted = (
        sa.select(family.c.of, (reports + sa.func.count(follows.c.follower_id)).label("supporters"))
        .outerjoin(follows, (follows.c.tracking_id == family.c.report) & _counts)
        .group_by(family.c.of)
    )
    return {row.of: row.supporters for row in connection.execute(counted)}
