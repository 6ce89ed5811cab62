"""What tracking keeps: the steps, which are the truth, and what they add up to, which can be made again from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from lapor_chassis.addresses import index_addresses
from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.rows import among, replacing, unless_exists
from lapor_chassis.transactions import Transaction, chassis_tables
from lapor_contracts.vocabulary import Clock, ClosedBy, Status
from lapor_tracking.domain.clocks import Deadline, Rulebook
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline, fold

metadata = sa.MetaData()
chassis_tables(metadata)
index_addresses(metadata)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("happened_at", UtcDateTime, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("text", sa.Text, comment="What somebody wrote: apart, because folding does not need it."),
    comment="Everything that happened to each report. Only grows.",
)
timelines = sa.Table(
    "timelines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False, unique=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("agency_code", sa.Text),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("receipt_hash", sa.Text, comment="None: not heard yet, or a report of version 0.1."),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("parent_report_id", sa.Uuid, index=True, comment="The report that a merged one follows."),
    comment="Where each report stands: folded from its steps.",
)
endings = sa.Table(
    "endings",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("parent_report_id", sa.Uuid, nullable=False),
    comment="Merged reports that are to be closed, because the one that they follow is. Gone when that is done.",
)
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("deadline_id", sa.Uuid, primary_key=True),
    sa.Column("clock", sa.Text, nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("stopped_at", UtcDateTime),
    sa.Column("agency_code", sa.Text),
    sa.Column("regulation", sa.Text, nullable=False),
    sa.Column("noted_at", UtcDateTime, nullable=False, comment="When we first knew of it."),
    sa.Column("announced_at", UtcDateTime),
    sa.Column("missed_at", UtcDateTime),
    comment="The clocks of each report: folded from its steps; the last three columns say what came of it.",
)
told = sa.Table(
    "told",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("change_id", sa.Uuid, primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
    comment="Changes that were told to channels which show them: told again where later news make them others.",
)
_FOLDED = ("starts_at", "due_at", "stopped_at", "agency_code", "regulation")

# The conditions of the sweeps, each with an index of just the rows it looks for: what was dealt with is not in it.
_is_silence = deadlines.c.clock == sa.literal_column(f"'{Clock.REPORTER_SILENCE}'")
_is_running = deadlines.c.stopped_at.is_(None)
_unannounced = deadlines.c.announced_at.is_(None) & _is_running
#: What was met too late was missed all the same, even if we look only afterwards. A silent reporter failed no duty.
_unmet = ~_is_silence & deadlines.c.missed_at.is_(None) & (_is_running | (deadlines.c.stopped_at > deadlines.c.due_at))
_silent = _is_silence & _is_running
for _name, _column, _rows in (
    ("deadlines_unannounced", deadlines.c.noted_at, _unannounced),
    ("deadlines_unmet", deadlines.c.due_at, _unmet),
    ("deadlines_silent", deadlines.c.due_at, _silent),
):
    sa.Index(_name, _column, postgresql_where=_rows, sqlite_where=_rows)


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A clock about which something is to be said, and whose it is."""

    deadline_id: UUID
    report_id: UUID
    tracking_id: str
    clock: Clock
    starts_at: datetime
    due_at: datetime
    agency_code: str | None
    regulation: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Whether a report needs its receipt to be seen at all, and by what the receipt is known."""

    secret: bool
    receipt_hash: str | None


def add_step(tx: Transaction, report_id: UUID, step: Step) -> None:
    """Write down what happened."""
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


def refold(tx: Transaction, report_ids: Sequence[UUID], *, rules: Rulebook) -> list[Timeline]:
    """Make the timelines and clocks of these reports anew from all that is known of them. Texts are not read."""
    _lock_reports(tx, report_ids)
    found = tx.execute(
        # As text: the driver would spend more on each small document than it takes to read it here.
        sa.select(
            steps.c.report_id, steps.c.event_id, steps.c.type, steps.c.happened_at, sa.cast(steps.c.data, sa.Text)
        ).where(among(steps.c.report_id, report_ids, tx.dialect))
    )
    known: dict[UUID, list[Step]] = {report_id: [] for report_id in report_ids}
    for row in found:
        known[row.report_id].append(Step(row.event_id, StepType(row.type), row.happened_at, orjson.loads(row.data)))
    folded = [fold(report_id, its_steps, rules) for report_id, its_steps in known.items()]
    _save(tx, folded)
    _note_endings(tx, folded)
    return folded


def _note_endings(tx: Transaction, folded: Sequence[Timeline]) -> None:
    """Remember which followers are to be closed: news of either report may come first."""
    closed = [one.report_id for one in folded if one.status is Status.CLOSED]
    parents = {one.parent.report_id for one in folded if one.parent and one.status is Status.MERGED}
    if not closed and not parents:
        return
    if parents:  # where the parent is being closed at this moment, we wait, and see it
        _lock_reports(tx, parents)
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
    """The tracking IDs of followers to be closed now, and by whom the reports that they follow were."""
    chosen = sa.select(endings).limit(limit).with_for_update(skip_locked=True)
    found = {row.report_id: row.parent_report_id for row in tx.execute(chosen)}
    if not found:
        return []
    tx.execute(endings.delete().where(among(endings.c.report_id, found, tx.dialect)))
    names = sa.select(timelines.c.report_id, timelines.c.tracking_id).where(
        among(timelines.c.report_id, found, tx.dialect)
    )
    ends = sa.select(steps.c.report_id, steps.c.data).where(
        among(steps.c.report_id, set(found.values()), tx.dialect), steps.c.type == StepType.CLOSED
    )
    closed_by = {row.report_id: ClosedBy(row.data["closed_by"]) for row in tx.execute(ends)}
    return [(row.tracking_id, closed_by[found[row.report_id]]) for row in tx.execute(names)]


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


def find_timeline(connection: sa.Connection, tracking_id: str, rules: Rulebook) -> Timeline | None:
    """A report's timeline with all texts; None if we have not heard of it."""
    report_id = connection.scalar(_report_of(tracking_id))
    return report_id and _fold(report_id, connection.execute(_steps_of(report_id)), rules)


def lock_timeline(tx: Transaction, tracking_id: str, rules: Rulebook) -> Timeline | None:
    """The same, and nobody else changes it until this transaction has ended."""
    report_id = tx.execute(_report_of(tracking_id)).scalar()
    if report_id is None:
        return None
    _lock_reports(tx, [report_id])
    return _fold(report_id, tx.execute(_steps_of(report_id)), rules)


def lock_unannounced(tx: Transaction, noted_before: datetime, limit: int) -> list[OpenDeadline]:
    """Clocks that run, were noted some time ago, and of which nobody was told."""
    wanted = _unannounced & (deadlines.c.noted_at <= noted_before)
    return _lock_deadlines(tx, wanted, deadlines.c.noted_at, limit)


def lock_unmet(tx: Transaction, limit: int) -> list[OpenDeadline]:
    """Clocks that ran out, the oldest first."""
    return _lock_deadlines(tx, _unmet & (deadlines.c.due_at <= tx.now), deadlines.c.due_at, limit)


def mark_announced(tx: Transaction, told: Iterable[OpenDeadline]) -> None:
    """They have been told of."""
    tx.execute(deadlines.update().where(_among(told)).values(announced_at=tx.now))


def mark_missed(tx: Transaction, told: Iterable[OpenDeadline]) -> None:
    """That they ran out has been told."""
    tx.execute(deadlines.update().where(_among(told)).values(missed_at=tx.now))


def silent_reports(connection: sa.Connection, now: datetime, limit: int) -> list[str]:
    """Tracking IDs of reports whose reporter let the time for a reaction run out, the oldest first."""
    return list(
        connection.scalars(
            sa.select(timelines.c.tracking_id)
            .join(deadlines, deadlines.c.report_id == timelines.c.report_id)
            .where(_silent, deadlines.c.due_at <= now)
            .order_by(deadlines.c.due_at)
            .limit(limit)
        )
    )


def _lock_reports(tx: Transaction, report_ids: Iterable[UUID]) -> None:
    """Processes that hear of the same report take turns, so that each folds what the other wrote.

    A report that is new has no row yet to lock. SQLite lets only one write at a time anyway.
    """
    if tx.dialect == "postgresql":
        keys = sorted(report_id.int & 0x7FFF_FFFF_FFFF_FFFF for report_id in report_ids)
        tx.execute(
            sa.text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys}
        )


def _among(found: Iterable[OpenDeadline]) -> sa.ColumnElement[bool]:
    key = sa.tuple_(deadlines.c.report_id, deadlines.c.deadline_id)
    return key.in_([(one.report_id, one.deadline_id) for one in found])


def _report_of(tracking_id: str) -> sa.Select[Any]:
    return sa.select(timelines.c.report_id).where(timelines.c.tracking_id == tracking_id)


def _steps_of(report_id: UUID) -> sa.Select[Any]:
    return sa.select(steps.c.event_id, steps.c.type, steps.c.happened_at, steps.c.data, steps.c.text).where(
        steps.c.report_id == report_id
    )


def _fold(report_id: UUID, found: Iterable[Any], rules: Rulebook) -> Timeline:
    its_steps = [Step(event_id, StepType(kind), at, data, text) for event_id, kind, at, data, text in found]
    return fold(report_id, its_steps, rules)


def _save(tx: Transaction, folded: Sequence[Timeline]) -> None:
    # A report of which we heard nothing but what stands beside its way (that a notice failed) has nothing to show yet.
    named = [timeline for timeline in folded if timeline.tracking_id and timeline.status]
    if named:
        tx.write(timelines, [_timeline_row(timeline) for timeline in named], replacing)
    clocks = [(timeline.report_id, deadline) for timeline in named for deadline in timeline.deadlines]
    # News that come late may show that a clock never ran.
    tx.execute(
        deadlines.delete().where(
            among(deadlines.c.report_id, [timeline.report_id for timeline in folded], tx.dialect),
            ~among(deadlines.c.deadline_id, [deadline.deadline_id for _, deadline in clocks], tx.dialect),
        )
    )
    if clocks:
        tx.write(deadlines, [_deadline_row(*clock, noted_at=tx.now) for clock in clocks], _keeping_what_came_of_it)


def _timeline_row(timeline: Timeline) -> Mapping[str, Any]:
    return {
        "report_id": timeline.report_id,
        "tracking_id": timeline.tracking_id,
        "status": timeline.status,
        "agency_code": timeline.holder and timeline.holder.agency_code,
        "secret": timeline.secret,
        "receipt_hash": timeline.receipt_hash,
        "changed_at": timeline.changed_at,
        "parent_report_id": timeline.parent.report_id if timeline.parent else None,
    }


def _deadline_row(report_id: UUID, deadline: Deadline, *, noted_at: datetime) -> Mapping[str, Any]:
    return {
        "deadline_id": deadline.deadline_id,
        "report_id": report_id,
        "clock": deadline.clock,
        "starts_at": deadline.starts_at,
        "due_at": deadline.due_at,
        "stopped_at": deadline.stopped_at,
        "agency_code": deadline.agency_code,
        "regulation": deadline.regulation,
        "noted_at": noted_at,
    }


def _keeping_what_came_of_it(insert: Any) -> Any:
    """A clock that changed its date or its owner is announced again; one that did not change is not written again."""
    new = insert.excluded
    moved = deadlines.c.due_at != new.due_at
    handed_over = deadlines.c.agency_code.is_distinct_from(new.agency_code)
    return insert.on_conflict_do_update(
        index_elements=["report_id", "deadline_id"],
        set_={name: new[name] for name in _FOLDED}
        | {
            "announced_at": sa.case((moved | handed_over, None), else_=deadlines.c.announced_at),
            "missed_at": sa.case((moved, None), else_=deadlines.c.missed_at),
        },
        where=sa.or_(*(deadlines.c[name].is_distinct_from(new[name]) for name in _FOLDED)),
    )


def _lock_deadlines(
    tx: Transaction, wanted: sa.ColumnElement[bool], order: sa.Column[datetime], limit: int
) -> list[OpenDeadline]:
    found = tx.execute(
        sa.select(
            deadlines.c.report_id,
            deadlines.c.deadline_id,
            timelines.c.tracking_id,
            deadlines.c.clock,
            deadlines.c.starts_at,
            deadlines.c.due_at,
            deadlines.c.agency_code,
            deadlines.c.regulation,
        )
        .join(timelines, timelines.c.report_id == deadlines.c.report_id)
        .where(wanted)
        .order_by(order)
        .limit(limit)
        .with_for_update(of=deadlines, skip_locked=True)
    )
    return [OpenDeadline(**{**row, "clock": Clock(row["clock"])}) for row in found.mappings()]
