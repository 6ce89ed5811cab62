"""Who follows which report, and what of it followers are told. How each is reached lies among the contacts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_notification.domain.templates import TemplateName
from lapor_notification.store.notices import end_notices
from lapor_notification.store.tables import metadata

followers = sa.Table(
    "followers",
    metadata,
    sa.Column("follower_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    comment="Followers of reports, by the id under which their contact lies. Each column is written once.",
)
_listens = followers.c.confirmed_at.is_not(None) & followers.c.ended_at.is_(None)
sa.Index("followers_of_report", followers.c.tracking_id, postgresql_where=_listens, sqlite_where=_listens)

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("change_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False, index=True),
    sa.Column("happened_at", UtcDateTime, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("stem", sa.Uuid, nullable=False, comment="With what the ids of its notices begin."),
    comment="What followers are told of reports: kept, because a follower's confirmation may be heard later.",
)


@dataclass(frozen=True)
class Owed:
    """Something to tell one follower."""

    follower_id: UUID
    tracking_id: str
    template: TemplateName
    stem: UUID


def note_follower(tx: Transaction, follower_id: UUID, tracking_id: str, **moment: datetime) -> None:
    """Note when a follower confirmed (``confirmed_at``) or ended it (``ended_at``), in whatever order that is heard."""
    tx.write(followers, [{"follower_id": follower_id, "tracking_id": tracking_id, **moment}], _completing)


def _completing(insert: Any) -> Any:
    """What is known of the follower stays, what is new is put beside it."""
    known = {name: sa.func.coalesce(followers.c[name], insert.excluded[name]) for name in ("confirmed_at", "ended_at")}
    return insert.on_conflict_do_update(index_elements=["follower_id"], set_=known)


def add_outcome(
    tx: Transaction, change_id: UUID, tracking_id: str, happened_at: datetime, template: TemplateName
) -> None:
    """Note what those who follow the report are to be told."""
    row = {
        "change_id": change_id,
        "tracking_id": tracking_id,
        "happened_at": happened_at,
        "template": template,
        "stem": tx.new_id(),
    }
    tx.add(outcomes, row, unless_exists=True)


def forget_outcomes(tx: Transaction, tracking_ids: Sequence[str]) -> None:
    """Of these reports followers are told nothing more, of what waits for them neither."""
    told = sa.select(followers.c.follower_id).where(_listens, among(followers.c.tracking_id, tracking_ids, tx.dialect))
    if theirs := tx.execute(told).scalars().all():
        end_notices(tx, theirs, "the report is not public any more")
    tx.execute(outcomes.delete().where(among(outcomes.c.tracking_id, tracking_ids, tx.dialect)))


def owed_of(tx: Transaction, change_id: UUID) -> Iterator[Owed]:
    """Whoever is to be told of this: those who had confirmed before it happened, and have not ended it."""
    return _owed(tx, outcomes.c.change_id == change_id)


def owed_to(tx: Transaction, follower_id: UUID) -> Iterator[Owed]:
    """What this follower is to be told."""
    return _owed(tx, followers.c.follower_id == follower_id)


def _owed(tx: Transaction, wanted: sa.ColumnElement[bool]) -> Iterator[Owed]:
    both = (outcomes.c.tracking_id == followers.c.tracking_id) & (outcomes.c.happened_at >= followers.c.confirmed_at)
    columns = (followers.c.follower_id, followers.c.tracking_id, outcomes.c.template, outcomes.c.stem)
    query = sa.select(*columns).join(outcomes, both).where(wanted, _listens)
    return (Owed(*row) for row in tx.execute(query))
