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
# Of a recall and a closing, the first counts: what a verifier has taken back nobody can close, though somebody who had
# not yet heard of it tried, until it is verified again; and what was closed nobody takes back.
_closed = (_recalled_before == 0) | (
    (_recalled_before < reports.c.round) & (reports.c.verified_at <= closures.c.closed_at)
)
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
    """Keep the last closing of each, and take those out of the inboxes' index of which it is sure that they are closed.

    `state_now` needs no more. A closing before the last verification may prove to be none, when the recall between
    them is heard of.
    """
    rows = {one[0]: dict(zip(("report_id", "closed_at", "closed_by"), one, strict=True)) for one in sorted(closed)}
    tx.write(closures, list(rows.values()), _later)
    at_work = dispositions.c.state.in_(sorted(AT_WORK))
    surely = reports.c.verified_at <= closures.c.closed_at
    theirs = dispositions.c.report_id.in_(_closed_among(list(rows)).where(surely))
    tx.execute(sa.update(dispositions).where(at_work, theirs).values(state=State.CLOSED))


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
    closed = sa.select(reports.c.id).join(closures, closures.c.report_id == reports.c.id)
    return closed.where(reports.c.id.in_(report_ids), _closed)
