"""Cases, what their reporters added, what verifiers decided or put right, and until when they should have."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import DeadlineMissed, DeadlineSet, Mark, ReportAppealed, ReportReceived, ReportSupplemented
from lapor_contracts.schema import load
from lapor_contracts.vocabulary import Kind, Missing
from lapor_verification.domain.appeals import Appeal
from lapor_verification.domain.case import GONE, OPEN, Case, Decision, State, completed, raised
from lapor_verification.domain.commands import Verification
from lapor_verification.domain.edits import Edit
from lapor_verification.domain.finding import Check, Finding, Hint, Outcome
from lapor_verification.domain.policy import Care
from lapor_verification.domain.redaction import Redaction, as_given
from lapor_verification.store.tables import (
    appeals,
    cases,
    deadlines,
    decisions,
    departures,
    edits,
    redactions,
    supplements,
)

_OPEN = sorted(OPEN)


def add_cases(tx: Transaction, opened: Sequence[Case]) -> set[UUID]:
    """Write new cases; returns the ids of those that were not there yet."""
    rows = [
        {
            "report_id": case.report_id,
            "received_at": case.report.received_at,
            "agency_code": case.report.agency_code,
            "report": orjson.dumps(case.report).decode(),
            "tracking_id": case.report.tracking_id,
            "channel": case.report.channel.value,
            "sort_at": case.sort_at,
            **_changing(case),
        }
        for case in opened
    ]
    new = set(tx.write(cases, rows, unless_exists, returning=(cases.c.report_id,)).scalars())
    put_in_order(tx, new)
    return new


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


def add_edit(tx: Transaction, edit: Edit) -> None:
    """Record an edit, for ever."""
    tx.add(edits, vars(edit))


def add_appeal(tx: Transaction, event: ReportAppealed) -> None:
    """Keep what a reporter says against the archiving."""
    row = {name: getattr(event, name) for name in ("appeal_id", "report_id", "appealed_at", "text")}
    tx.add(appeals, row, unless_exists=True)


def add_redaction(tx: Transaction, redaction: Redaction) -> None:
    """Record a correction, for ever."""
    marks = [asdict(mark) for mark in redaction.marks]
    tx.add(redactions, {**vars(redaction), "marks": marks, "fields": [*redaction.fields]})


def lock_reports(tx: Transaction, report_ids: Iterable[UUID]) -> None:
    """Instances that hear of the same report take turns, so that each sees what the other wrote.

    A report that is new has no row yet to lock. SQLite lets only one write at a time anyway.
    """
    if tx.dialect == "postgresql":
        keys = sorted(report_id.int & 0x7FFF_FFFF_FFFF_FFFF for report_id in report_ids)
        tx.execute(
            sa.text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"), {"keys": keys}
        )


def put_in_order(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Give cases their place in the queue by the clocks that are known; in whatever order these were heard."""
    if report_ids:
        place = sa.func.coalesce(_latest_deadline(), cases.c.received_at)
        tx.execute(cases.update().where(among(cases.c.report_id, report_ids, tx.dialect)).values(sort_at=place))


def lock_supplemented(tx: Transaction, report_ids: Iterable[UUID]) -> list[Case]:
    """Those of the cases that are open and to which their reporter has added something."""
    was_supplemented = sa.exists().where(supplements.c.report_id == cases.c.report_id)
    return _lock(tx, report_ids, cases.c.state.in_(_OPEN), was_supplemented)


def lock_returned(tx: Transaction, report_ids: Iterable[UUID]) -> list[Case]:
    """Those of the cases that wait for their reporter."""
    return _lock(tx, report_ids, cases.c.state == State.RETURNED.value)


def _lock(tx: Transaction, report_ids: Iterable[UUID], *conditions: sa.ColumnElement[bool]) -> list[Case]:
    query = sa.select(cases).where(cases.c.report_id.in_(report_ids), *conditions)
    # Always in one order, so that two instances cannot lock crosswise.
    return cases_of(tx.execute, query.order_by(cases.c.report_id).with_for_update())


def lock_case(tx: Transaction, report_id: UUID) -> Case | None:
    """The case with all that people did about it, while nobody else may change it."""
    return next(iter(_whole(tx.execute, _lock(tx, [report_id]))), None)


def lock_appealed(tx: Transaction, report_ids: Iterable[UUID]) -> list[Case]:
    """Those of the cases that are archived and against which their reporter has said something."""
    was_appealed = sa.exists().where(appeals.c.report_id == cases.c.report_id)
    return _whole(tx.execute, _lock(tx, report_ids, cases.c.state == State.ARCHIVED.value, was_appealed))


def add_departure(tx: Transaction, report_id: UUID, state: State) -> None:
    """Keep that a report was withdrawn or referred."""
    tx.add(departures, {"report_id": report_id, "state": state.value}, unless_exists=True)


def lock_departed(tx: Transaction, report_ids: Collection[UUID]) -> list[tuple[Case, State]]:
    """Those of the cases whose report was withdrawn or referred, each with what was done, unless it is so already."""
    own = among(departures.c.report_id, report_ids, tx.dialect)
    gone = {row.report_id: State(row.state) for row in tx.execute(sa.select(departures).where(own))}
    if not gone:
        return []
    return [(case, gone[case.report_id]) for case in _lock(tx, gone, cases.c.state.not_in(sorted(GONE)))]


def save_cases(tx: Transaction, changed: Sequence[Case]) -> None:
    """Write the state of locked cases."""
    statement = cases.update().where(cases.c.report_id == sa.bindparam("case"))
    tx.execute(statement, [{"case": case.report_id, **_changing(case)} for case in changed])


def read_case(connection: sa.Connection, report_id: UUID) -> Case | None:
    """The case with its clock and all that people did about it."""
    query = with_clock(sa.select(cases).where(cases.c.report_id == report_id))
    return next(iter(_whole(connection.execute, cases_of(connection.execute, query))), None)


def read_cases(connection: sa.Connection, report_ids: Sequence[UUID]) -> list[Case]:
    """Several cases, in no order."""
    return cases_of(connection.execute, with_clock(sa.select(cases).where(cases.c.report_id.in_(report_ids))))


def read_names(connection: sa.Connection, report_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The tracking IDs of those of the reports that are here."""
    query = sa.select(cases.c.report_id, cases.c.tracking_id).where(cases.c.report_id.in_(report_ids))
    return {row.report_id: row.tracking_id for row in connection.execute(query)}


def with_clock(query: sa.Select[Any]) -> sa.Select[Any]:
    """Until when each case of a query is to be decided, and which of its times have passed."""
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


def cases_of(execute: Any, query: sa.Select[Any]) -> list[Case]:
    """The cases that a query finds, each completed by its supplements: two queries, however many there are."""
    rows = execute(query).mappings().all()
    added = _supplements(execute, [row["report_id"] for row in rows])
    return [_case(row, added[row["report_id"]]) for row in rows]


def _whole(execute: Any, found: Sequence[Case]) -> list[Case]:
    """The same with all that people did about them."""
    if not found:
        return []
    ids = [case.report_id for case in found]
    made = _rows_of(execute, decisions, ids, decisions.c.decision_id)
    put_right = _rows_of(execute, redactions, ids, redactions.c.redacted_at)
    edited = _rows_of(execute, edits, ids, edits.c.edited_at)
    said = _rows_of(execute, appeals, ids, appeals.c.appealed_at)
    return [
        replace(
            case,
            decisions=tuple(Decision(**{**row, "state": State(row["state"])}) for row in made[case.report_id]),
            redactions=tuple(map(_redaction, put_right[case.report_id])),
            edits=tuple(Edit(**row) for row in edited[case.report_id]),
            appeals=tuple(Appeal(**row) for row in said[case.report_id]),
        )
        for case in found
    ]


def _rows_of(
    execute: Any, table: sa.Table, report_ids: Sequence[UUID], order: sa.Column[Any]
) -> dict[UUID, list[Mapping[str, Any]]]:
    rows: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in execute(sa.select(table).where(table.c.report_id.in_(report_ids)).order_by(order)).mappings():
        rows[row["report_id"]].append(row)
    return rows


def _supplements(execute: Any, report_ids: Sequence[UUID]) -> dict[UUID, list[ReportSupplemented]]:
    found: dict[UUID, list[ReportSupplemented]] = defaultdict(list)
    if report_ids:
        query = sa.select(supplements.c.supplement).where(supplements.c.report_id.in_(report_ids))
        for text in execute(query).scalars():
            event = load(ReportSupplemented, orjson.loads(text))
            found[event.report_id].append(event)
    return found


def _redaction(row: Mapping[str, Any]) -> Redaction:
    marks = tuple(load(Mark, mark) for mark in row["marks"])
    return Redaction(**{**row, "marks": marks, "fields": tuple(row["fields"])})


def _case(row: Mapping[str, Any], added: Sequence[ReportSupplemented]) -> Case:
    due_at, missed_due_at = row.get("due_at"), row.get("missed_due_at")
    report, filed = load(ReportReceived, orjson.loads(row["report"])), _filed(row["filed"])
    return Case(
        report=raised(completed(report, added), filed),
        given=as_given(report, added),
        state=State(row["state"]),
        version=row["version"],
        finding=Finding(
            Outcome(row["outcome"]),
            tuple(row["reasons"]),
            tuple(Missing(each) for each in row["missing"]),
            tuple(Hint(**{**hint, "check": Check(hint["check"])}) for hint in row["hints"]),
        ),
        round=row["round"],
        care=Care(
            urgent=row["urgent"],
            sensitive=row["sensitive"],
            supervised=bool(filed.supervised),
            supervision_reason=filed.supervision_reason or "",
            reported_agency_code=filed.reported_agency_code,
        ),
        filed=filed,
        due_at=due_at,
        is_late=missed_due_at is not None and missed_due_at == due_at,
        taken_by=row["taken_by"],
        taken_until=row["taken_until"],
    )


def _filed(content: Mapping[str, Any]) -> Verification:
    kind = content.get("kind")
    return Verification(**{**content, "kind": Kind(kind) if kind else None})


def _changing(case: Case) -> dict[str, Any]:
    return {
        "state": case.state.value,
        "version": case.version,
        "outcome": case.finding.outcome.value,
        "reasons": list(case.finding.reasons),
        "missing": list(case.finding.missing),
        "hints": [asdict(hint) for hint in case.finding.hints],
        "round": case.round,
        "urgent": case.care.urgent,
        "sensitive": case.care.sensitive,
        "filed": dict(case.filed.completed),
        "rank": case.rank,
        "kind": case.report.kind.value,
        "region_code": case.report.region_code,
        "taken_by": case.taken_by,
        "taken_until": case.taken_until,
    }
