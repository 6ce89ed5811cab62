"""Writing whose turn it is, and holding it while that is decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among, replacing, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, Evidence, Point, SealedContent
from lapor_contracts.schema import load
from lapor_routing.domain.answers import Answer, Substance
from lapor_routing.domain.disposition import AT_WORK, HOLDING, Disposition, Grounds, Report, State
from lapor_routing.store.standing import joined, state_now
from lapor_routing.store.tables import agency_replies, answers, dispositions, recalls, reports, sealed_reports


def known_rounds(tx: Transaction, report_ids: Collection[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """The last verification of each report that was routed, and the last one that was undone."""
    routed = tx.execute(sa.select(reports.c.id, reports.c.round).where(among(reports.c.id, report_ids, tx.dialect)))
    undone = tx.execute(
        sa.select(recalls.c.report_id, sa.func.max(recalls.c.round))
        .where(among(recalls.c.report_id, report_ids, tx.dialect))
        .group_by(recalls.c.report_id)
    )
    return dict(map(tuple, routed)), dict(map(tuple, undone))


def begin_again(tx: Transaction, again: Sequence[Report]) -> list[UUID]:
    """These reports were verified anew: what was known of them is replaced; returns the turns that ended thereby."""
    theirs = dispositions.c.report_id.in_([report.id for report in again])
    ended = tx.execute(
        sa.update(dispositions)
        .where(theirs, dispositions.c.state.in_(sorted(HOLDING)))
        .values(state=State.RECALLED)
        .returning(dispositions.c.id)
    )
    turns = list(ended.scalars())
    tx.write(reports, [vars(report) for report in again], replacing)
    return turns


def find_turns(tx: Transaction, disposition_ids: Collection[UUID]) -> list[Disposition]:
    """These turns, as they are."""
    statement = with_report().where(dispositions.c.id.in_(disposition_ids))
    return [disposition_of(row) for row in tx.execute(statement).mappings()]


def report_called(tx: Transaction, tracking_id: str) -> UUID | None:
    """The report that people know by this name."""
    return tx.execute(sa.select(reports.c.id).where(reports.c.tracking_id == tracking_id)).scalar_one_or_none()


def last_body(tx: Transaction, part: UUID) -> tuple[str, str]:
    """The code and the name of the last body that had this part."""
    own = dispositions.c
    had = sa.select(own.agency_code, own.agency_name).where(own.part == part, own.agency_code.is_not(None))
    code, name = tx.execute(had.order_by(own.id.desc()).limit(1)).one()
    return code, name


def add_report(tx: Transaction, report: Report) -> None:
    """Keep what officers will read."""
    tx.add(reports, vars(report), unless_exists=True)


def add_sealed(tx: Transaction, report_id: UUID, sealed: SealedContent) -> None:
    """Keep what only one body can open."""
    tx.add(sealed_reports, {"report_id": report_id, **vars(sealed)}, unless_exists=True)


def sealed_of(tx: Transaction, report: Report) -> SealedContent | None:
    """What only one body can open of the report."""
    row = tx.execute(sealed_content(report.id)).mappings().one_or_none() if report.sealed_for else None
    return SealedContent(**row) if row else None


def not_taken_over(tx: Transaction, agency_codes: Mapping[UUID, str]) -> list[tuple[Report, str]]:
    """Those of these reports that are known here and that the Ombudsman does not have yet, with its code."""
    has_it = sa.exists().where(dispositions.c.report_id == reports.c.id, dispositions.c.state == State.TAKEN_OVER)
    wanted = among(reports.c.id, agency_codes, tx.dialect)
    found = tx.execute(sa.select(reports).where(wanted, ~has_it)).mappings() if agency_codes else ()
    return [(_report_of(row), agency_codes[row["id"]]) for row in found]


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
            "model_version": grounds.model_version,
            "part": disposition.part,
            "officer": disposition.officer,
            "not_by": disposition.not_by,
            "round": disposition.report.round,
        },
    )


def _stored(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """As JSON; not by `dataclasses.asdict`, whose deep copies were a third of the time it takes to route."""
    return [vars(one) for one in evidence]


def lock_disposition(tx: Transaction, disposition_id: UUID) -> Disposition | None:
    """The disposition, held until the transaction ends."""
    return _lock(tx, dispositions.c.id == disposition_id)


def lock_holder(tx: Transaction, report_id: UUID) -> Disposition | None:
    """The owner's disposition, or the coordinator's instead, held until the transaction ends."""
    is_owners = (dispositions.c.report_id == report_id) & dispositions.c.part.is_(None)
    return _lock(tx, is_owners & dispositions.c.state.in_(sorted(HOLDING)))


def parts_of(tx: Transaction, report_id: UUID) -> list[Disposition]:
    """All who have to do something about a report that is locked: its owner, and the holders of parts of it."""
    at_work = (dispositions.c.report_id == report_id) & dispositions.c.state.in_(sorted(AT_WORK))
    return [disposition_of(row) for row in tx.execute(with_report().where(at_work)).mappings()]


def held_by(tx: Transaction, agency_codes: Collection[str], limit: int) -> list[Disposition]:
    """What these bodies have to do something about, the oldest first, held until the transaction ends."""
    theirs = among(dispositions.c.agency_code, agency_codes, tx.dialect) & dispositions.c.state.in_(sorted(AT_WORK))
    statement = with_report().where(theirs).order_by(dispositions.c.id).limit(limit)
    rows = tx.execute(statement.with_for_update(of=[dispositions, reports], skip_locked=True)).mappings()
    return [disposition_of(row) for row in rows]


def held_complaints(tx: Transaction) -> list[Disposition]:
    """What bodies have to do about whistleblowers' complaints of another body, held until the transaction ends."""
    complaints = reports.c.reported_agency_code.is_not(None) & reports.c.sealed_for.is_(None)
    held = dispositions.c.agency_code.is_not(None) & dispositions.c.state.in_(sorted(AT_WORK))
    statement = with_report().where(complaints, held).with_for_update(of=[dispositions, reports], skip_locked=True)
    return [disposition_of(row) for row in tx.execute(statement).mappings()]


def _lock(tx: Transaction, condition: sa.ColumnElement[bool]) -> Disposition | None:
    # The report too: who holds which part of it is decided by one at a time.
    statement = with_report().where(condition).with_for_update(of=[dispositions, reports])
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
        part=row["disposition_part"],
        officer=row["disposition_officer"],
        not_by=row["disposition_not_by"],
    )


def _report_of(row: sa.RowMapping) -> Report:
    given = {column.name: row[column] for column in reports.c}
    point = given["point"] and load(Point, given["point"])
    files = tuple(load(Attachment, one) for one in given["attachments"])
    return Report(**{**given, "attachments": files, "point": point})


def save_state(tx: Transaction, disposition: Disposition) -> None:
    """The disposition goes on in its new state."""
    tx.execute(sa.update(dispositions).where(dispositions.c.id == disposition.id).values(state=disposition.state))


def save_officer(tx: Transaction, disposition_id: UUID, officer: str | None) -> None:
    """Who of the body has taken it on."""
    tx.execute(sa.update(dispositions).where(dispositions.c.id == disposition_id).values(officer=officer))


def end_turn(
    tx: Transaction, disposition: Disposition, by: str, reason: str, next_agency_code: str | None = None
) -> None:
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
    tx.add(answers, as_row(answer))


def answers_to(tx: Transaction, disposition_id: UUID) -> list[Answer]:
    """What was said in this turn, in its order."""
    statement = sa.select(answers).where(answers.c.disposition_id == disposition_id)
    rows = tx.execute(statement.order_by(answers.c.answered_at, answers.c.id)).mappings()
    return [Answer(**of_row(row)) for row in rows]


def as_row(said: Substance) -> dict[str, Any]:
    """An answer, or a draft of one, as it is kept."""
    return {**vars(said), "evidence": [str(file) for file in said.evidence]}


def of_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The same again."""
    return {**row, "evidence": tuple(map(UUID, row["evidence"]))}


def claim_reply(tx: Transaction, reply_id: UUID, disposition_id: UUID) -> bool:
    """Whether this reply of an agency's system is new; from now on it is not."""
    row = {"id": reply_id, "disposition_id": disposition_id}
    return tx.write(agency_replies, [row], unless_exists, returning=(agency_replies.c.id,)).first() is not None
