"""Cases, what their reporters added, what verifiers decided or put right, and until when they should have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import DeadlineMissed, DeadlineSet, Mark, ReportReceived, ReportSupplemented
from lapor_contracts.schema import load
from lapor_contracts.vocabulary import Missing
from lapor_verification.domain.case import OPEN, UNDECIDED, Case, Decision, State, completed
from lapor_verification.domain.finding import Finding, Outcome
from lapor_verification.domain.redaction import Redaction, as_given
from lapor_verification.store.tables import cases, deadlines, decisions, redactions, supplements

_OPEN = sorted(OPEN)


def add_cases(tx: Transaction, opened: Sequence[Case]) -> set[UUID]:
    """Write new cases; returns the ids of those that were not there yet."""
    rows = [
        {
            "report_id": case.report_id,
            "received_at": case.report.received_at,
            "report": orjson.dumps(case.report).decode(),
            **_changing(case),
        }
        for case in opened
    ]
    return set(tx.write(cases, rows, unless_exists, returning=(cases.c.report_id,)).scalars())


def add_supplement(tx: Transaction, event: ReportSupplemented) -> None:
    """Keep what a reporter added."""
    row = {
        "supplement_id": event.supplement_id,
        "report_id": event.report_id,
        "supplement": orjson.dumps(event).decode(),
    }
    tx.add(supplements, row, unless_exists=True)


def add_deadline(tx: Transaction, event: DeadlineSet | DeadlineMissed) -> None:
    """Keep until when a case should be decided, or that this time has passed."""
    row = {"report_id": event.report_id, "due_at": event.due_at, "missed": isinstance(event, DeadlineMissed)}
    tx.add(deadlines, row, unless_exists=True)


def add_decision(tx: Transaction, decision: Decision) -> None:
    """Record a decision, for ever."""
    row = {
        "decision_id": decision.decision_id,
        "report_id": decision.report_id,
        "decided_at": decision.decided_at,
        "decided_by": decision.decided_by,
        "state": decision.state.value,
        "note": decision.note,
        "details": dict(decision.details),
    }
    tx.add(decisions, row)


def add_redaction(tx: Transaction, redaction: Redaction) -> None:
    """Record a correction, for ever."""
    marks = [asdict(mark) for mark in redaction.marks]
    tx.add(redactions, {**vars(redaction), "marks": marks, "fields": [*redaction.fields]})


def lock_supplemented(tx: Transaction, report_ids: Iterable[UUID]) -> list[Case]:
    """Those of the cases that are open and to which their reporter has added something."""
    query = (
        sa.select(cases)
        .where(
            cases.c.report_id.in_(report_ids),
            cases.c.state.in_(_OPEN),
            sa.exists().where(supplements.c.report_id == cases.c.report_id),
        )
        .order_by(cases.c.report_id)  # always in one order, so that two instances cannot lock crosswise
        .with_for_update()
    )
    return _cases(tx.execute, query)


def lock_case(tx: Transaction, report_id: UUID) -> Case | None:
    """The case, while nobody else may change it."""
    found = _cases(tx.execute, sa.select(cases).where(cases.c.report_id == report_id).with_for_update())
    return replace(found[0], redactions=_redactions(tx.execute, report_id)) if found else None


def save_cases(tx: Transaction, changed: Sequence[Case]) -> None:
    """Write the state of locked cases."""
    statement = cases.update().where(cases.c.report_id == sa.bindparam("case"))
    tx.execute(statement, [{"case": case.report_id, **_changing(case)} for case in changed])


def read_case(connection: sa.Connection, report_id: UUID) -> Case | None:
    """The case with its clock and all that people decided about it."""
    found = _cases(connection.execute, _with_clock(sa.select(cases).where(cases.c.report_id == report_id)))
    if not found:
        return None
    query = sa.select(decisions).where(decisions.c.report_id == report_id).order_by(decisions.c.decision_id)
    made = tuple(Decision(**{**row, "state": State(row["state"])}) for row in connection.execute(query).mappings())
    return replace(found[0], decisions=made, redactions=_redactions(connection.execute, report_id))


def find_cases(
    connection: sa.Connection, after: tuple[datetime, UUID] | None, limit: int, *, state: State
) -> list[Case]:
    """Cases in a state, the most urgent first; those that are at their end in the order they came."""
    query = sa.select(cases).where(cases.c.state == state.value)
    urgency: sa.ColumnElement[Any] = cases.c.received_at
    if state in UNDECIDED:
        query = _with_clock(query)
        urgency = sa.func.coalesce(_latest_deadline(), cases.c.received_at)
    if after is not None:
        query = query.where(sa.tuple_(urgency, cases.c.report_id) > after)
    return _cases(connection.execute, query.order_by(urgency, cases.c.report_id).limit(limit))


def _with_clock(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.add_columns(
        _latest_deadline().label("due_at"), _latest_deadline(deadlines.c.missed).label("missed_due_at")
    )


def _latest_deadline(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """Of several deadlines of a case (a holiday was decreed, it was returned and came again) the latest counts."""
    return (
        sa.select(sa.func.max(deadlines.c.due_at, type_=UtcDateTime))
        .where(deadlines.c.report_id == cases.c.report_id, *conditions)
        .correlate(cases)
        .scalar_subquery()
    )


def _cases(execute: Any, query: sa.Select[Any]) -> list[Case]:
    """The cases that a query finds, each completed by its supplements: two queries, however many there are."""
    rows = execute(query).mappings().all()
    added = _supplements(execute, [row["report_id"] for row in rows])
    return [_case(row, added[row["report_id"]]) for row in rows]


def _supplements(execute: Any, report_ids: Sequence[UUID]) -> dict[UUID, list[ReportSupplemented]]:
    found: dict[UUID, list[ReportSupplemented]] = defaultdict(list)
    if report_ids:
        query = sa.select(supplements.c.supplement).where(supplements.c.report_id.in_(report_ids))
        for text in execute(query).scalars():
            event = load(ReportSupplemented, orjson.loads(text))
            found[event.report_id].append(event)
    return found


def _redactions(execute: Any, report_id: UUID) -> tuple[Redaction, ...]:
    query = sa.select(redactions).where(redactions.c.report_id == report_id).order_by(redactions.c.redacted_at)
    return tuple(
        Redaction(**{**row, "marks": tuple(load(Mark, mark) for mark in row["marks"]), "fields": tuple(row["fields"])})
        for row in execute(query).mappings()
    )


def _case(row: Mapping[str, Any], added: Sequence[ReportSupplemented]) -> Case:
    due_at, missed_due_at = row.get("due_at"), row.get("missed_due_at")
    report = load(ReportReceived, orjson.loads(row["report"]))
    return Case(
        report=completed(report, added),
        given=as_given(report, added),
        state=State(row["state"]),
        version=row["version"],
        finding=Finding(
            Outcome(row["outcome"]), tuple(row["reasons"]), tuple(Missing(each) for each in row["missing"])
        ),
        due_at=due_at,
        is_late=missed_due_at is not None and missed_due_at == due_at,
    )


def _changing(case: Case) -> dict[str, Any]:
    return {
        "state": case.state.value,
        "version": case.version,
        "outcome": case.finding.outcome.value,
        "reasons": list(case.finding.reasons),
        "missing": list(case.finding.missing),
    }
