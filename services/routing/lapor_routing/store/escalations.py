"""Clocks that ran out and went up, level by level: for whoever has to see to it that something is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import DeadlineEscalated
from lapor_contracts.vocabulary import Clock, Level
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.disposition import AT_WORK, State
from lapor_routing.store.backlog import UNANSWERED
from lapor_routing.store.tables import answers, dispositions, escalations, is_unassigned, reports

_LEVELS = list(Level)


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """An overdue report. Its words are left out: who looks here need not know them."""

    deadline_id: UUID
    tracking_id: str
    agency_code: str | None
    """None: nobody has it, and the coordinator is to find somebody."""
    clock: Clock
    level: Level
    held: int
    """0 where nobody has it."""
    levels_above: int
    due_at: datetime
    escalated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What must be known of an overdue report to find out who is above."""

    sealed_for: str | None
    reported_agency_code: str | None
    candidates: Sequence[Candidate]
    """For whom something spoke when it was routed."""


def save_escalations(tx: Transaction, said: Sequence[DeadlineEscalated]) -> None:
    """Keep how far up each is."""
    highest = {(one.report_id, one.deadline_id): one for one in sorted(said, key=lambda one: _LEVELS.index(one.level))}
    rows = [
        {
            "report_id": one.report_id,
            "deadline_id": one.deadline_id,
            "clock": one.clock,
            "level": one.level,
            "held": int(one.agency_code is not None),
            "levels_above": len(_LEVELS) - 1 - _LEVELS.index(one.level),
            "agency_code": one.agency_code,
            "due_at": one.due_at,
            "escalated_at": one.escalated_at,
        }
        for one in highest.values()
    ]
    tx.write(escalations, rows, _higher_or_newer)


def matters(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, Matter]:
    """These reports, as far as they are known here; with the latest weighing of bodies."""
    found = tx.execute(
        sa.select(reports.c.id, reports.c.sealed_for, reports.c.reported_agency_code, dispositions.c.candidates)
        .join(dispositions, dispositions.c.report_id == reports.c.id)
        .where(among(reports.c.id, report_ids, tx.dialect))
        .order_by(dispositions.c.id)
    )
    known: dict[UUID, Matter] = {}
    for report_id, sealed_for, reported, weighed in found:
        candidates = [Candidate(one["agency_code"], one["score"], ()) for one in weighed]
        # Where a person decided, only their choice stands there: the words of the report were weighed before.
        if report_id not in known or len(candidates) > 1:
            known[report_id] = Matter(sealed_for=sealed_for, reported_agency_code=reported, candidates=candidates)
    return known


def list_escalated(connection: sa.Connection, after: Sequence[Any] | None, limit: int) -> list[Escalated]:
    """What has still not been done: first what nobody has, then the highest level, then what has been due longest."""
    own = escalations.c
    place = (own.held, own.levels_above, own.due_at, own.deadline_id)
    query = (
        sa.select(
            own.deadline_id,
            reports.c.tracking_id,
            own.agency_code,
            own.clock,
            own.level,
            own.held,
            own.levels_above,
            own.due_at,
            own.escalated_at,
        )
        .select_from(
            escalations.join(dispositions, (dispositions.c.report_id == own.report_id) & _is_undone).join(
                reports, reports.c.id == own.report_id
            )
        )
        .order_by(*place)
        .limit(limit)
    )
    if after:
        query = query.where(sa.tuple_(*place) > sa.tuple_(*after))
    return [Escalated(**row) for row in connection.execute(query).mappings()]


_answered_since = (
    sa.exists()
    .where(answers.c.disposition_id == dispositions.c.id, answers.c.answered_at >= escalations.c.due_at)
    .correlate(dispositions, escalations)
)
_is_undone = sa.or_(
    escalations.c.agency_code.is_(None) & is_unassigned,
    (dispositions.c.agency_code == escalations.c.agency_code)
    & sa.or_(
        (escalations.c.clock == Clock.FIRST_ANSWER) & (dispositions.c.state == State.OPEN),
        (escalations.c.clock == Clock.RESOLVE) & dispositions.c.state.in_(UNANSWERED),
        (escalations.c.clock == Clock.INTERIM) & dispositions.c.state.in_(sorted(AT_WORK)) & ~_answered_since,
    ),
)


def _higher_or_newer(insert: Any) -> Any:
    new, old = insert.excluded, escalations.c
    return insert.on_conflict_do_update(
        index_elements=["report_id", "deadline_id"],
        set_={
            name: new[name]
            for name in ("clock", "level", "held", "levels_above", "agency_code", "due_at", "escalated_at")
        },
        where=(new.due_at > old.due_at) | ((new.due_at == old.due_at) & (new.levels_above < old.levels_above)),
    )
