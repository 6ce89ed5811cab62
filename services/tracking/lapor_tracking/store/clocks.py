"""The clocks of reports: when each is due, and what was said of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Clock
from lapor_tracking.domain.clocks import Deadline, Office, Rulebook
from lapor_tracking.domain.ladder import shipped_ladder
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.store.tables import (
    deadlines,
    is_running,
    is_silence,
    is_unannounced,
    is_unsaid,
    timelines,
)

#: Of what is folded. The day of the calendar is not: what it changes is seen by the date.
_FOLDED = (
    "starts_at",
    "due_at",
    "stopped_at",
    "paused_at",
    "agency_code",
    "time_zone",
    "region_code",
    "regulation",
    "calendar_version",
)
_is_for_ombudsman = deadlines.c.clock == Clock.OMBUDSMAN


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A clock about which something is to be said, and whose it is."""

    report_id: UUID
    tracking_id: str
    deadline: Deadline
    reason: str | None
    rung: int = field(default=0)
    """The last that was said of it."""


def save_deadlines(tx: Transaction, report_ids: Sequence[UUID], folded: Sequence[Timeline], book: Rulebook) -> None:
    """Keep the clocks of reports as they were folded. News that come late may show that a clock never ran."""
    clocks = [(timeline.report_id, deadline) for timeline in folded for deadline in timeline.deadlines]
    tx.execute(
        deadlines.delete().where(
            among(deadlines.c.report_id, report_ids, tx.dialect),
            ~among(deadlines.c.deadline_id, [deadline.deadline_id for _, deadline in clocks], tx.dialect),
        )
    )
    if clocks:
        rows = [
            {
                **_row(report_id, one, book),
                "noted_at": tx.now,
                # Nobody has to do anything by then: its end alone is told, as `referral.offered`.
                "announced_at": tx.now if one.clock is Clock.OMBUDSMAN else None,
            }
            for report_id, one in clocks
        ]
        tx.write(deadlines, rows, _keeping_what_came_of_it)


def lock_unannounced(tx: Transaction, noted_before: datetime, limit: int) -> list[OpenDeadline]:
    """Clocks that run, were noted some time ago, and of which nobody was told."""
    wanted = is_unannounced & (deadlines.c.noted_at <= noted_before)
    return _lock(tx, wanted, deadlines.c.noted_at, limit)


def lock_unsaid(tx: Transaction, limit: int) -> list[OpenDeadline]:
    """Clocks of which there may be something to be said by now, what waits longest first."""
    return _lock(tx, is_unsaid & ~_is_for_ombudsman & (deadlines.c.next_at <= tx.now), deadlines.c.next_at, limit)


def mark_announced(tx: Transaction, told: Iterable[OpenDeadline]) -> None:
    """They have been told of."""
    key = sa.tuple_(deadlines.c.report_id, deadlines.c.deadline_id)
    chosen = key.in_([(one.report_id, one.deadline.deadline_id) for one in told])
    tx.execute(deadlines.update().where(chosen).values(announced_at=tx.now))


def mark_said(tx: Transaction, said: Mapping[tuple[UUID, UUID], tuple[int, datetime | None]]) -> None:
    """So far it was said of each, by report and deadline; and when there may be more to say."""
    tx.execute(
        deadlines.update()
        .where(deadlines.c.report_id == sa.bindparam("report"), deadlines.c.deadline_id == sa.bindparam("deadline"))
        .values(rung=sa.bindparam("said"), next_at=sa.bindparam("next")),
        [{"report": key[0], "deadline": key[1], "said": rung, "next": at} for key, (rung, at) in said.items()],
    )


def reckoned_otherwise(connection: sa.Connection, version: int, limit: int) -> list[UUID]:
    """Reports with a clock that runs by an older version of the calendar than this one: found by an index."""
    wanted = is_running & (deadlines.c.calendar_version < version)
    return list(connection.scalars(sa.select(deadlines.c.report_id).where(wanted).distinct().limit(limit)))


def count_running(connection: sa.Connection) -> int:
    """How many clocks run."""
    return connection.scalar(sa.select(sa.func.count()).select_from(deadlines).where(is_running)) or 0


def silent_reports(connection: sa.Connection, now: datetime, limit: int) -> list[str]:
    """Tracking IDs of reports whose reporter let the time for a reaction run out, the oldest first."""
    return list(
        connection.scalars(
            sa.select(timelines.c.tracking_id)
            .join(deadlines, deadlines.c.report_id == timelines.c.report_id)
            .where(is_silence, deadlines.c.due_at <= now)
            .order_by(deadlines.c.due_at)
            .limit(limit)
        )
    )


def lasting_reports(connection: sa.Connection, now: datetime, limit: int) -> list[str]:
    """Tracking IDs of reports open for so long that the Ombudsman may take them, the oldest first."""
    return list(
        connection.scalars(
            sa.select(timelines.c.tracking_id)
            .join(deadlines, deadlines.c.report_id == timelines.c.report_id)
            .where(is_unsaid, _is_for_ombudsman, deadlines.c.next_at <= now)
            .order_by(deadlines.c.next_at)
            .limit(limit)
        )
    )


def _row(report_id: UUID, deadline: Deadline, book: Rulebook) -> dict[str, Any]:
    return {
        "deadline_id": deadline.deadline_id,
        "report_id": report_id,
        "clock": deadline.clock,
        "starts_at": deadline.starts_at,
        "due_at": deadline.due_at,
        "stopped_at": deadline.stopped_at,
        "paused_at": deadline.paused_at,
        "agency_code": deadline.agency_code,
        "time_zone": deadline.office.time_zone,
        "region_code": deadline.office.region_code,
        "regulation": deadline.regulation,
        "calendar_version": book.version,
        "reason": deadline.reason,
        "next_at": shipped_ladder().first_at(deadline, book.calendar),
    }


def _keeping_what_came_of_it(insert: Any) -> Any:
    """A clock that changed its date or its owner is announced again; one that did not change is not written again.

    Of one with another date it is said again that it ran out, and never again that a part of its time is gone.
    """
    new = insert.excluded
    moved = deadlines.c.due_at != new.due_at
    handed_over = deadlines.c.agency_code.is_distinct_from(new.agency_code)
    another_calendar = deadlines.c.calendar_version != new.calendar_version
    is_told = deadlines.c.clock != Clock.OMBUDSMAN
    ran_out = sa.case(
        {clock.value: shipped_ladder().ran_out(clock) for clock in Clock}, value=deadlines.c.clock, else_=0
    )
    is_out = (ran_out > 0) & (deadlines.c.rung >= ran_out)
    return insert.on_conflict_do_update(
        index_elements=["report_id", "deadline_id"],
        set_={name: new[name] for name in _FOLDED}
        | {
            "announced_at": sa.case((is_told & (moved | handed_over), None), else_=deadlines.c.announced_at),
            "reason": sa.case((moved & another_calendar, "calendar"), (moved, new.reason), else_=deadlines.c.reason),
            "rung": sa.case((moved & is_out, ran_out - 1), else_=deadlines.c.rung),
            "next_at": new.next_at,
        },
        where=sa.or_(*(deadlines.c[name].is_distinct_from(new[name]) for name in _FOLDED)),
    )


def _lock(
    tx: Transaction, wanted: sa.ColumnElement[bool], order: sa.Column[datetime], limit: int
) -> list[OpenDeadline]:
    found = tx.execute(
        sa.select(deadlines, timelines.c.tracking_id)
        .join(timelines, timelines.c.report_id == deadlines.c.report_id)
        .where(wanted)
        .order_by(order)
        .limit(limit)
        .with_for_update(of=deadlines, skip_locked=True)
    )
    return [_open(row) for row in found]


def _open(row: Any) -> OpenDeadline:
    deadline = Deadline(
        deadline_id=row.deadline_id,
        clock=Clock(row.clock),
        starts_at=row.starts_at,
        due_at=row.due_at,
        stopped_at=row.stopped_at,
        paused_at=row.paused_at,
        agency_code=row.agency_code,
        office=Office(row.time_zone, row.region_code),
        regulation=row.regulation,
    )
    return OpenDeadline(row.report_id, row.tracking_id, deadline, row.reason, row.rung)
