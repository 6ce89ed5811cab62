"""Whether a report was closed, recalled, withdrawn or referred, in whichever order one hears of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRecalled
from lapor_contracts.vocabulary import ClosedBy
from lapor_routing.domain.disposition import AT_WORK, GONE, HOLDING, State
from lapor_routing.domain.reactions import ReactionKind
from lapor_routing.store.tables import closures, departures, dispositions, reactions, recalls, reports

_earlier = recalls.alias("earlier")
_recalled_before = (
    sa.select(sa.func.coalesce(sa.func.max(_earlier.c.round), 0))
    .where(_earlier.c.report_id == closures.c.report_id, _earlier.c.recalled_at <= closures.c.closed_at)
    .correlate(closures)
    .scalar_subquery()
)
_turns = dispositions.alias("turns")
_owner_then = (
    sa.select(_turns.c.agency_code)
    .where(
        _turns.c.report_id == closures.c.report_id,
        _turns.c.part.is_(None),
        _turns.c.round > _recalled_before,
        _turns.c.assigned_at <= closures.c.closed_at,
    )
    .order_by(_turns.c.assigned_at.desc(), _turns.c.id.desc())
    .limit(1)
    .correlate(closures)
    .scalar_subquery()
)
_reopened = (
    sa.exists()
    .where(
        reactions.c.report_id == closures.c.report_id,
        reactions.c.kind == ReactionKind.REOPENED,
        reactions.c.said_at > closures.c.closed_at,
    )
    .correlate(closures)
)
# As tracking has it: only what a body owns can be closed. What was taken back, or stood with the coordinator, is not,
# though somebody who had not yet heard of that tried; and what was closed its reporter alone opens again.
_was_closed = _owner_then.is_not(None)
_closed = _was_closed & ~_reopened
_recalled = (
    sa.exists()
    .where(recalls.c.report_id == dispositions.c.report_id, recalls.c.round >= dispositions.c.round)
    .correlate(dispositions)
)
_holding = dispositions.c.state.in_(sorted(HOLDING))
_at_work = dispositions.c.state.in_(sorted(AT_WORK))

# A report may be closed or recalled before it was routed, or both at once in two processes: what was said counts.
state_now = sa.case(
    (departures.c.report_id.is_not(None) & _at_work, sa.cast(departures.c.state, sa.String)),
    (closures.c.report_id.is_not(None) & _holding & _closed, sa.literal(State.CLOSED.value)),
    (_holding & _recalled, sa.literal(State.RECALLED.value)),
    else_=sa.cast(dispositions.c.state, sa.String),
).label("state")
joined = (
    dispositions.join(reports, reports.c.id == dispositions.c.report_id)
    .outerjoin(closures, closures.c.report_id == dispositions.c.report_id)
    .outerjoin(departures, departures.c.report_id == dispositions.c.report_id)
)


def add_closure(tx: Transaction, report_id: UUID, closed_at: datetime, closed_by: ClosedBy) -> None:
    """The report is at its end, whether it is known here already or not."""
    tx.once(_close, (report_id, closed_at, closed_by))


def _close(tx: Transaction, closed: Sequence[tuple[UUID, datetime, ClosedBy]]) -> None:
    """Keep the last closing of each, and take out of the inboxes' index what ended with it; `state_now` needs no more.

    What somebody got after the closing stays: that closing proves to be none when we hear of a recall before it.
    """
    rows = {one[0]: dict(zip(("report_id", "closed_at", "closed_by"), one, strict=True)) for one in sorted(closed)}
    tx.write(closures, list(rows.values()), _later)
    ended = _closed_among(list(rows)).where(
        closures.c.report_id == dispositions.c.report_id, closures.c.closed_at >= dispositions.c.assigned_at
    )
    statement = sa.update(dispositions).where(_at_work, ended.correlate(dispositions).exists())
    tx.execute(statement.values(state=State.CLOSED))
    end_closed_parts(tx, list(rows))


def end_closed_parts(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """What further bodies had to do ended with the closing, though the reporter has opened the report again since."""
    theirs = among(dispositions.c.report_id, report_ids, tx.dialect) & dispositions.c.part.is_not(None) & _holding
    undone = sa.select(closures.c.report_id).where(
        closures.c.report_id == dispositions.c.report_id,
        reactions.c.report_id == closures.c.report_id,
        reactions.c.kind == ReactionKind.REOPENED,
        reactions.c.said_at > closures.c.closed_at,
        reactions.c.said_at > dispositions.c.assigned_at,  # asked for while it was closed, it was asked for in vain
        _was_closed,
    )
    ended = sa.update(dispositions).where(theirs, undone.correlate(dispositions).exists())
    tx.execute(ended.values(state=State.REOPENED))


def _later(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["report_id"],
        set_={"closed_at": new.closed_at, "closed_by": new.closed_by},
        where=new.closed_at > closures.c.closed_at,
    )


def add_recall(tx: Transaction, event: ReportRecalled) -> None:
    """A verification was undone, whether it is known here already or not."""
    row = {
        "report_id": event.report_id,
        "round": event.round,
        "recalled_at": event.recalled_at,
        "recalled_by": event.recalled_by,
        "reason": event.reason,
    }
    tx.add(recalls, row, unless_exists=True)


def end_recalled(tx: Transaction, report_ids: Sequence[UUID]) -> list[UUID]:
    """Take recalled reports out of the inboxes; returns the turns that ended. `state_now` already sees the recall."""
    theirs = dispositions.c.report_id.in_(report_ids) & dispositions.c.report_id.not_in(_closed_among(report_ids))
    statement = sa.update(dispositions).where(_holding, theirs, _recalled).values(state=State.RECALLED)
    return list(tx.execute(statement.returning(dispositions.c.id)).scalars())


def _closed_among(report_ids: Sequence[UUID]) -> sa.Select[Any]:
    return sa.select(closures.c.report_id).where(closures.c.report_id.in_(report_ids), _closed)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A report with which bodies have nothing more to do."""

    report_id: UUID
    left_at: datetime
    state: State
    """``WITHDRAWN`` or ``REFERRED``."""
    agency_code: str | None = None
    """Of the Ombudsman, where it has the report now."""


def add_departure(tx: Transaction, departure: Departure) -> None:
    """The report was withdrawn or referred, whether it is known here already or not."""
    tx.add(departures, vars(departure), unless_exists=True)


def end_departed(tx: Transaction, report_ids: Collection[UUID]) -> tuple[list[Departure], list[UUID]]:
    """Take those of these reports that departed out of the inboxes; returns them, and the turns that ended."""
    own = among(departures.c.report_id, report_ids, tx.dialect)
    gone = [Departure(**row) for row in tx.execute(sa.select(departures).where(own)).mappings()]
    turns: list[UUID] = []
    for state in GONE:
        left = [one.report_id for one in gone if one.state is state]
        if left:
            theirs = among(dispositions.c.report_id, left, tx.dialect)
            ended = sa.update(dispositions).where(_at_work, theirs).values(state=state)
            turns += tx.execute(ended.returning(dispositions.c.id)).scalars()
    return gone, turns


def reopened_unseen(tx: Transaction, report_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these reports that were opened again before any of them was routed: each had followed another one."""
    reopened = (reactions.c.kind == ReactionKind.REOPENED) & among(reactions.c.report_id, report_ids, tx.dialect)
    return frozenset(tx.execute(sa.select(reactions.c.report_id).where(reopened)).scalars())


def reopened_turn(tx: Transaction, report_id: UUID, reopened_at: datetime) -> UUID | None:
    """The owner's turn that a reopening ends; none where the report was closed again, or is somebody else's since."""
    its_own = (dispositions.c.report_id == report_id) & dispositions.c.part.is_(None) & _holding
    statement = (
        sa.select(dispositions.c.id)
        .select_from(joined)
        .where(
            its_own,
            dispositions.c.agency_code.is_not(None),
            dispositions.c.assigned_at < reopened_at,  # heard twice it is done once
            departures.c.report_id.is_(None),
            closures.c.report_id.is_(None) | ~_closed,
            ~_recalled,
        )
    )
    return tx.execute(statement).scalar_one_or_none()
