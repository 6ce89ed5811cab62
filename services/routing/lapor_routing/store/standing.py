"""Whether a report was closed or recalled, in whichever order one hears of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRecalled
from lapor_contracts.vocabulary import ClosedBy
from lapor_routing.domain.disposition import AT_WORK, HOLDING, State
from lapor_routing.store.tables import closures, dispositions, recalls, reports

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
# As tracking has it: only what a body owns can be closed. What was taken back, or stood with the coordinator, is not,
# though somebody who had not yet heard of that tried; and what was closed nobody takes back.
_closed = _owner_then.is_not(None)
_recalled = (
    sa.exists()
    .where(recalls.c.report_id == dispositions.c.report_id, recalls.c.round >= dispositions.c.round)
    .correlate(dispositions)
)
_holding = dispositions.c.state.in_(sorted(HOLDING))

# A report may be closed or recalled before it was routed, or both at once in two processes: what was said counts.
state_now = sa.case(
    (closures.c.report_id.is_not(None) & _holding & _closed, sa.literal(State.CLOSED.value)),
    (_holding & _recalled, sa.literal(State.RECALLED.value)),
    else_=sa.cast(dispositions.c.state, sa.String),
).label("state")
joined = dispositions.join(reports, reports.c.id == dispositions.c.report_id).outerjoin(
    closures, closures.c.report_id == dispositions.c.report_id
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
    at_work = dispositions.c.state.in_(sorted(AT_WORK))
    ended = _closed_among(list(rows)).where(
        closures.c.report_id == dispositions.c.report_id, closures.c.closed_at >= dispositions.c.assigned_at
    )
    statement = sa.update(dispositions).where(at_work, ended.correlate(dispositions).exists())
    tx.execute(statement.values(state=State.CLOSED))


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
