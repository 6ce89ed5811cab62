"""Writing whose turn it is, and holding it while that is decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, Evidence, SealedContent
from lapor_contracts.schema import load
from lapor_contracts.vocabulary import AnswerKind, Clock, ClosedBy
from lapor_routing.domain.disposition import HOLDING, Answer, Disposition, Grounds, Report, State
from lapor_routing.store.tables import (
    added_files,
    agency_replies,
    answers,
    closures,
    connected_agencies,
    deadlines,
    dispositions,
    messages,
    reports,
    sealed_reports,
)

# A report may be closed before it was routed, or both at once in two processes: what counts is the closure.
state_now = sa.case(
    (closures.c.report_id.is_not(None) & dispositions.c.state.in_(sorted(HOLDING)), sa.literal(State.CLOSED.value)),
    else_=sa.cast(dispositions.c.state, sa.String),
).label("state")
joined = dispositions.join(reports, reports.c.id == dispositions.c.report_id).outerjoin(
    closures, closures.c.report_id == dispositions.c.report_id
)


def known_reports(tx: Transaction, report_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the reports that were routed before."""
    return set(tx.execute(sa.select(reports.c.id).where(among(reports.c.id, report_ids, tx.dialect))).scalars())


def add_report(tx: Transaction, report: Report) -> None:
    """Keep what officers will read."""
    tx.add(reports, vars(report))


def add_sealed(tx: Transaction, report_id: UUID, sealed: SealedContent) -> None:
    """Keep what only one body can open."""
    tx.add(sealed_reports, {"report_id": report_id, **vars(sealed)})


def sealed_of(tx: Transaction, report: Report) -> SealedContent | None:
    """What only one body can open of the report."""
    row = tx.execute(sealed_content(report.id)).mappings().one_or_none() if report.sealed_for else None
    return SealedContent(**row) if row else None


def sealed_content(report_id: UUID) -> sa.Select[Any]:
    columns = [column for column in sealed_reports.c if column.name != "report_id"]
    return sa.select(*columns).where(sealed_reports.c.report_id == report_id)


def add_disposition(tx: Transaction, disposition: Disposition, grounds: Grounds) -> None:
    """A turn begins."""
    tx.add(
        dispositions,
        {
            "id": disposition.id,
            "report_id": disposition.report.id,
            "agency_code": disposition.agency_code,
            "agency_name": disposition.agency_name,
            "hop": disposition.hop,
            "state": disposition.state,
            "assigned_at": tx.now,
            "assigned_by": grounds.decided_by,
            "reason": grounds.reason,
            "confidence": grounds.confidence,
            "evidence": _stored(grounds.evidence),
            "candidates": [
                {"agency_code": one.agency_code, "score": one.score, "evidence": _stored(one.evidence)}
                for one in grounds.candidates
            ],
            "rules_version": grounds.rules_version,
        },
    )


def _stored(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """As JSON; not by `dataclasses.asdict`, whose deep copies were a third of the time it takes to route."""
    return [vars(one) for one in evidence]


def lock_disposition(tx: Transaction, disposition_id: UUID) -> Disposition | None:
    """The disposition, held until the transaction ends."""
    return _lock(tx, dispositions.c.id == disposition_id)


def lock_holder(tx: Transaction, report_id: UUID) -> Disposition | None:
    """The disposition whose turn it is with a report, held until the transaction ends."""
    return _lock(tx, (dispositions.c.report_id == report_id) & dispositions.c.state.in_(sorted(HOLDING)))


def _lock(tx: Transaction, condition: sa.ColumnElement[bool]) -> Disposition | None:
    statement = with_report().where(condition).with_for_update(of=dispositions)
    row = tx.execute(statement).mappings().one_or_none()
    return disposition_of(row) if row else None


def with_report(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    own = [c.label(f"disposition_{c.name}") for c in dispositions.c if c.name != "state"]
    return sa.select(*own, state_now, *reports.c, *columns).select_from(joined)


def disposition_of(row: sa.RowMapping) -> Disposition:
    return Disposition(
        id=row["disposition_id"],
        report=_report_of(row),
        agency_code=row["disposition_agency_code"],
        agency_name=row["disposition_agency_name"],
        hop=row["disposition_hop"],
        state=State(row["state"]),
    )


def _report_of(row: sa.RowMapping) -> Report:
    given = {column.name: row[column] for column in reports.c}
    return Report(**{**given, "attachments": tuple(load(Attachment, one) for one in given["attachments"])})


def save_state(tx: Transaction, disposition: Disposition) -> None:
    """The disposition goes on in its new state."""
    tx.execute(sa.update(dispositions).where(dispositions.c.id == disposition.id).values(state=disposition.state))


def end_turn(tx: Transaction, disposition: Disposition, by: str, reason: str, next_agency_code: str) -> None:
    """The holder gives the report out of hand; the caller gives it to the next in the same transaction."""
    tx.execute(
        sa.update(dispositions)
        .where(dispositions.c.id == disposition.id)
        .values(
            state=disposition.state,
            ended_at=tx.now,
            ended_by=by,
            ended_reason=reason,
            next_agency_code=next_agency_code,
        )
    )


def add_answer(tx: Transaction, answer: Answer) -> None:
    """Keep an answer."""
    tx.add(answers, vars(answer))


def same_answer(tx: Transaction, disposition_id: UUID, kind: AnswerKind, text: str, answered_by: str) -> Answer | None:
    """The answer with these very words by this officer, if it was given before (a form sent twice)."""
    found = answers.c
    row = (
        tx.execute(
            sa.select(answers).where(
                found.disposition_id == disposition_id,
                found.kind == kind,
                found.text == text,
                found.answered_by == answered_by,
            )
        )
        .mappings()
        .first()
    )
    return Answer(**row) if row else None


def claim_reply(tx: Transaction, reply_id: UUID, disposition_id: UUID) -> bool:
    """Whether this reply of an agency's system is new; from now on it is not."""
    row = {"id": reply_id, "disposition_id": disposition_id}
    return tx.write(agency_replies, [row], unless_exists, returning=(agency_replies.c.id,)).first() is not None


def add_closure(tx: Transaction, report_id: UUID, closed_at: datetime, closed_by: ClosedBy) -> None:
    """The report is at its end, whether it is known here already or not."""
    row = {"report_id": report_id, "closed_at": closed_at, "closed_by": closed_by}
    tx.add(closures, row, unless_exists=True)
    tx.once(_close_dispositions, report_id)


def _close_dispositions(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Take closed reports out of the inboxes' index; `state_now` already sees the closure without this."""
    tx.execute(
        sa.update(dispositions)
        .where(dispositions.c.report_id.in_(report_ids), dispositions.c.state.in_(sorted(HOLDING)))
        .values(state=State.CLOSED)
    )


def add_message(tx: Transaction, reply_id: UUID, report_id: UUID, text: str, replied_at: datetime) -> None:
    """Keep what the reporter wrote."""
    row = {"id": reply_id, "report_id": report_id, "text": text, "replied_at": replied_at}
    tx.add(messages, row, unless_exists=True)


def add_file(tx: Transaction, report_id: UUID, file: Attachment) -> None:
    """Keep that the reporter added a file."""
    tx.add(added_files, {"report_id": report_id, **vars(file)}, unless_exists=True)


def add_deadline(
    tx: Transaction, deadline_id: UUID, report_id: UUID, clock: Clock, starts_at: datetime, due_at: datetime
) -> None:
    """Keep until when something is due."""
    row = {"id": deadline_id, "report_id": report_id, "clock": clock, "starts_at": starts_at, "due_at": due_at}
    tx.add(deadlines, row, unless_exists=True)


def connect_agency(tx: Transaction, code: str) -> None:
    """From now on this body's own system is told of its dispositions."""
    tx.add(connected_agencies, {"code": code, "connected_at": tx.now}, unless_exists=True)


def connected(connection: sa.Connection) -> frozenset[str]:
    """The bodies whose own systems are connected."""
    return frozenset(connection.execute(sa.select(connected_agencies.c.code)).scalars())
