"""Reports' timelines: what happened to each is kept, and what that adds up to is made anew from it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from lapor_chassis.rows import among, replacing, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import ClosedBy, Status
from lapor_tracking.domain.afterwards import OVERDUE_FOR_ASKING, asks_at
from lapor_tracking.domain.clocks import Rulebook
from lapor_tracking.domain.facts import facts_of
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline, fold
from lapor_tracking.store.clocks import save_deadlines
from lapor_tracking.store.listings import note_changes
from lapor_tracking.store.rules import Rules
from lapor_tracking.store.tables import endings, is_to_be_asked, steps, timelines, told, unchained


@dataclass(frozen=True, slots=True)
class Lock:
    """Whether a report needs its receipt to be seen at all, and by what the receipt is known."""

    secret: bool
    receipt_hash: str | None


def add_step(tx: Transaction, report_id: UUID, step: Step) -> None:
    """Write down what happened. It comes into the chain a little later."""
    tx.add(unchained, {"event_id": step.event_id, "report_id": report_id}, unless_exists=True)
    tx.add(
        steps,
        {
            "event_id": step.event_id,
            "report_id": report_id,
            "type": step.type,
            "happened_at": step.happened_at,
            "data": step.data,
            "text": step.text,
        },
    )


def refold(tx: Transaction, report_ids: Sequence[UUID], *, rules: Rules) -> list[Timeline]:
    """Make the timelines and clocks of these reports anew from all that is known of them. Texts are not read."""
    lock_reports(tx, report_ids)
    found = tx.execute(
        # As text: the driver would spend more on each small document than it takes to read it here.
        sa.select(
            steps.c.report_id, steps.c.event_id, steps.c.type, steps.c.happened_at, sa.cast(steps.c.data, sa.Text)
        ).where(among(steps.c.report_id, report_ids, tx.dialect))
    )
    known: dict[UUID, list[Step]] = {report_id: [] for report_id in report_ids}
    for row in found:
        known[row.report_id].append(Step(row.event_id, StepType(row.type), row.happened_at, orjson.loads(row.data)))
    book = rules.at(tx)
    folded = [fold(report_id, its_steps, book) for report_id, its_steps in known.items()]
    _save(tx, folded, book)
    _note_endings(tx, folded)
    note_changes(tx, folded)
    return folded


def _note_endings(tx: Transaction, folded: Sequence[Timeline]) -> None:
    """Remember which followers are to be closed: news of either report may come first."""
    closed = [one.report_id for one in folded if one.status is Status.CLOSED]
    parents = {one.parent.report_id for one in folded if one.parent and one.status is Status.MERGED}
    if not closed and not parents:
        return
    if parents:  # where the parent is being closed at this moment, we wait, and see it
        lock_reports(tx, parents)
        is_closed = (timelines.c.status == Status.CLOSED) & among(timelines.c.report_id, parents, tx.dialect)
        closed += tx.execute(sa.select(timelines.c.report_id).where(is_closed)).scalars()
    followers = tx.execute(
        sa.select(timelines.c.report_id, timelines.c.parent_report_id).where(
            among(timelines.c.parent_report_id, closed, tx.dialect), timelines.c.status == Status.MERGED
        )
    )
    if rows := [{"report_id": row.report_id, "parent_report_id": row.parent_report_id} for row in followers]:
        tx.write(endings, rows, unless_exists)


def take_endings(tx: Transaction, limit: int) -> list[tuple[str, ClosedBy]]:
    """The tracking IDs of followers to be closed now, and by whom the reports that they follow were.

    Where such a one is open again already, its next end is theirs.
    """
    chosen = sa.select(endings).limit(limit).with_for_update(skip_locked=True)
    found = {row.report_id: row.parent_report_id for row in tx.execute(chosen)}
    if not found:
        return []
    tx.execute(endings.delete().where(among(endings.c.report_id, found, tx.dialect)))
    ends = sa.select(timelines.c.report_id, timelines.c.closed_by).where(
        among(timelines.c.report_id, set(found.values()), tx.dialect), timelines.c.status == Status.CLOSED
    )
    closed_by = {row.report_id: ClosedBy(row.closed_by) for row in tx.execute(ends)}
    followers = [report_id for report_id, parent_id in found.items() if parent_id in closed_by]
    names = sa.select(timelines.c.report_id, timelines.c.tracking_id).where(
        among(timelines.c.report_id, followers, tx.dialect)
    )
    return [(row.tracking_id, closed_by[found[row.report_id]]) for row in tx.execute(names)]


def reports_to_be_asked(connection: sa.Connection, now: datetime, limit: int) -> list[str]:
    """Tracking IDs of closed reports whose reporter is to be asked by now whether what was done holds."""
    is_time = timelines.c.ask_at.between(now - OVERDUE_FOR_ASKING, now)
    due = sa.select(timelines.c.tracking_id).where(is_to_be_asked, is_time)
    return list(connection.scalars(due.order_by(timelines.c.ask_at).limit(limit)))


def texts_of(tx: Transaction, report_id: UUID) -> dict[UUID, str | None]:
    """What was written with each step of a report."""
    found = tx.execute(sa.select(steps.c.event_id, steps.c.text).where(steps.c.report_id == report_id))
    return {row.event_id: row.text for row in found}


def told_changes(tx: Transaction, report_id: UUID) -> dict[UUID, str]:
    """What was told of each change of a report."""
    found = tx.execute(sa.select(told.c.change_id, told.c.said).where(told.c.report_id == report_id))
    return {row.change_id: row.said for row in found}


def mark_told(tx: Transaction, report_id: UUID, said: Mapping[UUID, str]) -> None:
    """This was told of these changes (at least one)."""
    rows = [{"report_id": report_id, "change_id": change_id, "said": words} for change_id, words in said.items()]
    tx.write(told, rows, replacing)


def find_lock(connection: sa.Connection, tracking_id: str) -> Lock | None:
    """What keeps a report from being looked at by everyone; None if we have not heard of it."""
    statement = sa.select(timelines.c.secret, timelines.c.receipt_hash).where(timelines.c.tracking_id == tracking_id)
    row = connection.execute(statement).one_or_none()
    return Lock(*row) if row else None


def find_version(connection: sa.Connection, tracking_id: str, types: Collection[StepType]) -> tuple[bool, int] | None:
    """Whether a report is secret, and how many of these steps it has: another number whenever there is a new one."""
    counted = (steps.c.report_id == timelines.c.report_id) & steps.c.type.in_(types)
    found = (
        sa.select(timelines.c.secret, sa.func.count(steps.c.event_id))
        .outerjoin(steps, counted)
        .where(timelines.c.tracking_id == tracking_id)
        .group_by(timelines.c.report_id, timelines.c.secret)
    )
    row = connection.execute(found).one_or_none()
    return (row[0], row[1]) if row else None


def find_report(tx: Transaction, tracking_id: str) -> UUID | None:
    """The report's name among systems, if we have heard of it."""
    return tx.execute(_report_of(tracking_id)).scalar()


def find_timeline(connection: sa.Connection, tracking_id: str, rules: Rules) -> Timeline | None:
    """A report's timeline with all texts; None if we have not heard of it."""
    report_id = connection.scalar(_report_of(tracking_id))
    return report_id and _fold(report_id, connection.execute(_steps_of(report_id)), rules.at(connection))


def lock_timeline(tx: Transaction, tracking_id: str, rules: Rules) -> Timeline | None:
    """The same, and nobody else changes it until this transaction has ended."""
    report_id = find_report(tx, tracking_id)
    if report_id is None:
        return None
    lock_reports(tx, [report_id])
    return _fold(report_id, tx.execute(_steps_of(report_id)), rules.at(tx))


def lock_reports(tx: Transaction, report_ids: Iterable[UUID]) -> None:
    """Processes that hear of the same report take turns, so that each folds what the other wrote.

    A report that is new has no row yet to lock. SQLite lets only one write at a time anyway.
    """
    if tx.dialect == "postgresql":
        keys = sorted(report_id.int & 0x7FFF_FFFF_FFFF_FFFF for report_id in report_ids)
        tx.execute(
            sa.text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys}
        )


def _report_of(tracking_id: str) -> sa.Select[Any]:
    return sa.select(timelines.c.report_id).where(timelines.c.tracking_id == tracking_id)


def _steps_of(report_id: UUID) -> sa.Select[Any]:
    return sa.select(steps.c.event_id, steps.c.type, steps.c.happened_at, steps.c.data, steps.c.text).where(
        steps.c.report_id == report_id
    )


def _fold(report_id: UUID, found: Iterable[Any], book: Rulebook) -> Timeline:
    its_steps = [Step(event_id, StepType(kind), at, data, text) for event_id, kind, at, data, text in found]
    return fold(report_id, its_steps, book)


def _save(tx: Transaction, folded: Sequence[Timeline], book: Rulebook) -> None:
    # A report of which we heard nothing but what stands beside its way (that a notice failed) has nothing to show yet.
    named = [timeline for timeline in folded if timeline.tracking_id and timeline.status]
    if named:
        tx.write(timelines, [_timeline_row(timeline) for timeline in named], replacing)
    save_deadlines(tx, [timeline.report_id for timeline in folded], named, book)


def _timeline_row(timeline: Timeline) -> Mapping[str, Any]:
    return {
        "report_id": timeline.report_id,
        "tracking_id": timeline.tracking_id,
        "status": timeline.status,
        "secret": timeline.secret,
        "receipt_hash": timeline.receipt_hash,
        "changed_at": timeline.changed_at,
        "parent_report_id": timeline.parent.report_id if timeline.parent else None,
        **asdict(facts_of(timeline)),
        "is_counted": False,
        "ask_at": asks_at(timeline),
    }
