"""Clocks that ran out and went up, level by level: for whoever has to see to it that something is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import DeadlineEscalated
from lapor_contracts.vocabulary import Clock, Level
from lapor_routing.domain.disposition import State
from lapor_routing.store.backlog import UNANSWERED
from lapor_routing.store.tables import dispositions, escalations, reports

_LEVELS = list(Level)


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """A body's overdue report. Its words are left out: who looks here need not know them."""

    deadline_id: UUID
    tracking_id: str
    agency_code: str
    clock: Clock
    level: Level
    levels_above: int
    due_at: datetime
    escalated_at: datetime


def add_escalation(tx: Transaction, event: DeadlineEscalated) -> None:
    """Keep how far up it is."""
    tx.once(_save, event)


def list_escalated(connection: sa.Connection, after: Sequence[Any] | None, limit: int) -> list[Escalated]:
    """What bodies have still not done, the highest level first, then what has been due longest."""
    own = escalations.c
    is_undone = dispositions.c.state.in_(UNANSWERED) & (
        (own.clock == Clock.RESOLVE) | (dispositions.c.state == State.OPEN)
    )
    theirs = (dispositions.c.report_id == own.report_id) & (dispositions.c.agency_code == own.agency_code)
    place = (own.levels_above, own.due_at, own.deadline_id)
    query = (
        sa.select(
            own.deadline_id,
            reports.c.tracking_id,
            own.agency_code,
            own.clock,
            own.level,
            own.levels_above,
            own.due_at,
            own.escalated_at,
        )
        .join(dispositions, theirs & is_undone)
        .join(reports, reports.c.id == own.report_id)
        .order_by(*place)
        .limit(limit)
    )
    if after:
        query = query.where(sa.tuple_(*place) > sa.tuple_(*after))
    return [Escalated(**row) for row in connection.execute(query).mappings()]


def _save(tx: Transaction, said: Sequence[DeadlineEscalated]) -> None:
    highest = {(one.report_id, one.deadline_id): one for one in sorted(said, key=lambda one: _LEVELS.index(one.level))}
    rows = [
        {
            "report_id": one.report_id,
            "deadline_id": one.deadline_id,
            "clock": one.clock,
            "level": one.level,
            "levels_above": len(_LEVELS) - 1 - _LEVELS.index(one.level),
            "agency_code": one.agency_code,
            "due_at": one.due_at,
            "escalated_at": one.escalated_at,
        }
        for one in highest.values()
    ]
    tx.write(escalations, rows, _higher_or_newer)


def _higher_or_newer(insert: Any) -> Any:
    new, old = insert.excluded, escalations.c
    return insert.on_conflict_do_update(
        index_elements=["report_id", "deadline_id"],
        set_={name: new[name] for name in ("clock", "level", "levels_above", "agency_code", "due_at", "escalated_at")},
        where=(new.due_at > old.due_at) | ((new.due_at == old.due_at) & (new.levels_above < old.levels_above)),
    )
