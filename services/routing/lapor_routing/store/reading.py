"""What officers and coordinators are shown: lists in one statement, and all about one report."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_contracts.events import Attachment, Evidence, SealedContent
from lapor_contracts.vocabulary import Clock, Kind
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.disposition import Answer, Disposition, Grounds, State
from lapor_routing.store.tables import added_files, answers, deadlines, dispositions, messages, reports
from lapor_routing.store.turns import disposition_of, joined, sealed_content, state_now, with_report


@dataclass(frozen=True, kw_only=True)
class Message:
    """What the reporter wrote back."""

    text: str
    replied_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of an inbox or of the coordinator's queue."""

    id: UUID
    report_id: UUID
    tracking_id: str
    kind: Kind
    title: str
    secret: bool
    agency_code: str | None
    agency_name: str
    hop: int
    state: State
    reason: str
    assigned_at: datetime
    due_at: datetime | None
    replied_at: datetime | None
    answered_at: datetime | None

    @property
    def reporter_replied(self) -> bool:
        """The reporter wrote and nobody has answered that yet."""
        return self.replied_at is not None and (self.answered_at is None or self.replied_at > self.answered_at)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A disposition as history tells it: whose turn, why, and how it ended."""

    id: UUID
    agency_code: str | None
    agency_name: str
    hop: int
    state: State
    assigned_at: datetime
    grounds: Grounds
    ended_at: datetime | None
    ended_reason: str | None
    next_agency_code: str | None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All that an officer sees of one report."""

    disposition: Disposition
    due_at: datetime | None
    turns: tuple[Turn, ...]
    answers: tuple[Answer, ...]
    messages: tuple[Message, ...]

    @property
    def turn(self) -> Turn:
        """The turn that was asked for."""
        return next(turn for turn in self.turns if turn.id == self.disposition.id)


_due_at = (
    sa.select(deadlines.c.due_at)
    .where(
        deadlines.c.report_id == dispositions.c.report_id,
        deadlines.c.clock
        == sa.case(
            (dispositions.c.state == State.OPEN, sa.literal(Clock.FIRST_ANSWER.value)),
            (dispositions.c.state == State.IN_PROGRESS, sa.literal(Clock.RESOLVE.value)),
        ),
    )
    .order_by(deadlines.c.starts_at.desc())
    .limit(1)
    .scalar_subquery()
    .label("due_at")
)


def list_inbox(
    connection: sa.Connection,
    agency_codes: Collection[str],
    own: str,
    states: Iterable[State],
    after: Sequence[UUID] | None,
    limit: int,
) -> list[Entry]:
    """The dispositions of these bodies in these states, the longest waiting first, from behind the one named.

    What is sealed for another body than one's ``own`` is not among them, though one stood above it.
    """
    theirs = dispositions.c.agency_code.in_(agency_codes)
    open_to_them = reports.c.sealed_for.is_(None) | (reports.c.sealed_for == own)
    return _list(connection, theirs & open_to_them, states, after, limit)


def list_waiting(connection: sa.Connection, after: Sequence[UUID] | None, limit: int) -> list[Entry]:
    """The coordinator's queue, the longest waiting first."""
    return _list(connection, dispositions.c.agency_code.is_(None), [State.WAITING], after, limit)


def _list(
    connection: sa.Connection,
    condition: sa.ColumnElement[bool],
    states: Iterable[State],
    after: Sequence[UUID] | None,
    limit: int,
) -> list[Entry]:
    wanted = sorted(states)
    own = dispositions.c
    statement = (
        sa.select(
            own.id,
            own.report_id,
            reports.c.tracking_id,
            reports.c.kind,
            reports.c.title,
            reports.c.secret,
            own.agency_code,
            own.agency_name,
            own.hop,
            state_now,
            own.reason,
            own.assigned_at,
            _due_at,
            _latest(messages.c.replied_at, messages.c.report_id == own.report_id),
            _latest(answers.c.answered_at, answers.c.disposition_id == own.id),
        )
        .select_from(joined)
        .where(condition, state_now.in_([state.value for state in wanted]))
        .order_by(own.id)
        .limit(limit)
    )
    if State.CLOSED not in wanted:  # only then does the column itself tell, and with it the inbox's index
        statement = statement.where(own.state.in_(wanted))
    if after:
        statement = statement.where(own.id > after[0])
    rows = connection.execute(statement).mappings()
    return [Entry(**{**row, "state": State(row["state"])}) for row in rows]


def _latest(column: sa.Column[datetime], condition: sa.ColumnElement[bool]) -> sa.Label[datetime]:
    return sa.select(sa.func.max(column)).where(condition).scalar_subquery().label(column.name)


def find_dossier(connection: sa.Connection, disposition_id: UUID) -> Dossier | None:
    """All that an officer sees of a report, entered by one of its dispositions."""
    return _dossier(connection, dispositions.c.id == disposition_id)


def find_waiting(connection: sa.Connection, report_id: UUID) -> Dossier | None:
    """All that the coordinator sees of a report that waits for a decision."""
    return _dossier(connection, (dispositions.c.report_id == report_id) & (dispositions.c.state == State.WAITING))


def find_sealed(connection: sa.Connection, report_id: UUID) -> SealedContent | None:
    """What a whistleblower wrote, sealed."""
    row = connection.execute(sealed_content(report_id)).mappings().one_or_none()
    return SealedContent(**row) if row else None


def _dossier(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Dossier | None:
    row = connection.execute(with_report(_due_at).where(condition)).mappings().one_or_none()
    if row is None:
        return None
    disposition = disposition_of(row)
    turns = connection.execute(
        with_report().where(dispositions.c.report_id == disposition.report.id).order_by(dispositions.c.id)
    ).mappings()
    said = connection.execute(
        sa.select(answers)
        .join(dispositions, dispositions.c.id == answers.c.disposition_id)
        .where(dispositions.c.report_id == disposition.report.id)
        .order_by(answers.c.answered_at, answers.c.id)
    ).mappings()
    written = connection.execute(
        sa.select(messages.c.text, messages.c.replied_at)
        .where(messages.c.report_id == disposition.report.id)
        .order_by(messages.c.replied_at)
    ).mappings()
    added = connection.execute(
        sa.select(added_files.c.id, added_files.c.media_type, added_files.c.size)
        .where(added_files.c.report_id == disposition.report.id)
        .order_by(added_files.c.id)
    ).mappings()
    report = disposition.report.with_files(Attachment(**file) for file in added)
    return Dossier(
        disposition=replace(disposition, report=report),
        due_at=row["due_at"],
        turns=tuple(_turn(turn) for turn in turns),
        answers=tuple(Answer(**answer) for answer in said),
        messages=tuple(Message(**message) for message in written),
    )


def _turn(row: sa.RowMapping) -> Turn:
    disposition = disposition_of(row)
    return Turn(
        id=disposition.id,
        agency_code=disposition.agency_code,
        agency_name=disposition.agency_name,
        hop=disposition.hop,
        state=disposition.state,
        assigned_at=row["disposition_assigned_at"],
        grounds=Grounds(
            decided_by=row["disposition_assigned_by"],
            rules_version=row["disposition_rules_version"],
            reason=row["disposition_reason"],
            confidence=row["disposition_confidence"],
            evidence=_evidence(row["disposition_evidence"]),
            candidates=tuple(
                Candidate(one["agency_code"], one["score"], _evidence(one["evidence"]))
                for one in row["disposition_candidates"]
            ),
        ),
        ended_at=row["disposition_ended_at"],
        ended_reason=row["disposition_ended_reason"],
        next_agency_code=row["disposition_next_agency_code"],
    )


def _evidence(stored: Sequence[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**one) for one in stored)
