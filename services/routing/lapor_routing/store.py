"""Dispositions and what was said about them, in routing's database. The only place of the desk that speaks SQL."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.transactions import Transaction, insert_unless_exists
from lapor_contracts.events import Evidence
from lapor_contracts.vocabulary import AnswerKind, Channel, Clock, ClosedBy, Kind
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.disposition import HOLDING, Disposition, Report, State
from lapor_routing.tables import metadata


def _word(vocabulary: type[Any]) -> sa.Enum:
    """A column of a fixed list of words, written as on the wire."""
    return sa.Enum(vocabulary, native_enum=False, length=40, values_callable=lambda words: [w.value for w in words])


reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False),
    sa.Column("channel", _word(Channel), nullable=False),
    sa.Column("kind", _word(Kind), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("occurred_on", sa.Date),
    sa.Column("region_code", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("anonymous", sa.Boolean, nullable=False),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("verified_at", UtcDateTime, nullable=False),
    comment="What officers read of a report; nothing of who reported.",
)

dispositions = sa.Table(
    "dispositions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey("reports.id"), nullable=False, index=True),
    sa.Column("agency_code", sa.Text),
    sa.Column("agency_name", sa.Text, nullable=False),
    sa.Column("hop", sa.Integer, nullable=False),
    sa.Column("state", _word(State), nullable=False),
    sa.Column("assigned_at", UtcDateTime, nullable=False),
    sa.Column("assigned_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("candidates", Json, nullable=False),
    sa.Column("rules_version", sa.Text, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_by", sa.Text),
    sa.Column("ended_reason", sa.Text),
    sa.Column("next_agency_code", sa.Text),
    comment="Each turn a body or (without agency_code) the coordinator has with a report, and why it was given to it.",
)
_holding = sa.text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(HOLDING))))
# "No wrong door" as far as a database can hold it: never two holders of one report.
sa.Index(
    "one_holder_per_report",
    dispositions.c.report_id,
    unique=True,
    postgresql_where=_holding,
    sqlite_where=_holding,
)
sa.Index("inbox_of_an_agency", dispositions.c.agency_code, dispositions.c.state, dispositions.c.id)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, sa.ForeignKey("dispositions.id"), nullable=False, index=True),
    sa.Column("kind", _word(AnswerKind), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False),
    sa.Column("answered_by", sa.Text, nullable=False),
)

# What tracking says may arrive before the report itself does: so these tables refer to no other.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("replied_at", UtcDateTime, nullable=False),
    comment="What the reporter wrote to the body that holds the report.",
)
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("clock", _word(Clock), nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
)
closures = sa.Table(
    "closures",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("closed_at", UtcDateTime, nullable=False),
    sa.Column("closed_by", _word(ClosedBy), nullable=False),
)

agency_replies = sa.Table(
    "agency_replies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, nullable=False),
    comment="Replies of agencies' own systems that have had their effect: the same id again has none.",
)
connected_agencies = sa.Table(
    "connected_agencies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("connected_at", UtcDateTime, nullable=False),
    comment="Bodies whose own system takes dispositions over the broker.",
)


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why a report goes where it goes: stored, and shown to whoever asks."""

    decided_by: str
    rules_version: str
    reason: str = ""
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a body said to the reporter."""

    id: UUID
    disposition_id: UUID
    kind: AnswerKind
    text: str
    answered_at: datetime
    answered_by: str


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
    assigned_by: str
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


# A report may be closed before it was routed, or both at once in two processes: what counts is the closure.
_state = sa.case(
    (closures.c.report_id.is_not(None) & dispositions.c.state.in_(sorted(HOLDING)), sa.literal(State.CLOSED.value)),
    else_=sa.cast(dispositions.c.state, sa.String),
).label("state")
_joined = dispositions.join(reports, reports.c.id == dispositions.c.report_id).outerjoin(
    closures, closures.c.report_id == dispositions.c.report_id
)
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


def known_reports(tx: Transaction, report_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the reports that were routed before."""
    return set(tx.execute(sa.select(reports.c.id).where(reports.c.id.in_(list(report_ids)))).scalars())


def add_report(tx: Transaction, report: Report) -> None:
    """Keep what officers will read."""
    tx.add(reports, asdict(report))


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
            "evidence": [asdict(evidence) for evidence in grounds.evidence],
            "candidates": [asdict(candidate) for candidate in grounds.candidates],
            "rules_version": grounds.rules_version,
        },
    )


def lock_disposition(tx: Transaction, disposition_id: UUID) -> Disposition | None:
    """The disposition, held until the transaction ends."""
    return _lock(tx, dispositions.c.id == disposition_id)


def lock_holder(tx: Transaction, report_id: UUID) -> Disposition | None:
    """The disposition whose turn it is with a report, held until the transaction ends."""
    return _lock(tx, (dispositions.c.report_id == report_id) & dispositions.c.state.in_(sorted(HOLDING)))


def _lock(tx: Transaction, condition: sa.ColumnElement[bool]) -> Disposition | None:
    statement = _with_report().where(condition).with_for_update(of=dispositions)
    row = tx.execute(statement).mappings().one_or_none()
    return _disposition(row) if row else None


def _with_report(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    own = [c.label(f"disposition_{c.name}") for c in dispositions.c if c.name != "state"]
    return sa.select(*own, _state, *reports.c, *columns).select_from(_joined)


def _disposition(row: sa.RowMapping) -> Disposition:
    return Disposition(
        id=row["disposition_id"],
        report=Report(**{column.name: row[column] for column in reports.c}),
        agency_code=row["disposition_agency_code"],
        agency_name=row["disposition_agency_name"],
        hop=row["disposition_hop"],
        state=State(row["state"]),
    )


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
    tx.add(answers, asdict(answer))


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
    statement = insert_unless_exists(agency_replies, tx.dialect).returning(agency_replies.c.id)
    row = {"id": reply_id, "disposition_id": disposition_id}
    return tx.execute(statement, [row]).scalar_one_or_none() is not None


def add_closure(tx: Transaction, report_id: UUID, closed_at: datetime, closed_by: ClosedBy) -> None:
    """The report is at its end, whether it is known here already or not."""
    row = {"report_id": report_id, "closed_at": closed_at, "closed_by": closed_by}
    tx.add(closures, row, unless_exists=True)
    tx.once(_close_dispositions, report_id)


def _close_dispositions(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Take closed reports out of the inboxes' index; `_state` already sees the closure without this."""
    tx.execute(
        sa.update(dispositions)
        .where(dispositions.c.report_id.in_(report_ids), dispositions.c.state.in_(sorted(HOLDING)))
        .values(state=State.CLOSED)
    )


def add_message(tx: Transaction, reply_id: UUID, report_id: UUID, text: str, replied_at: datetime) -> None:
    """Keep what the reporter wrote."""
    row = {"id": reply_id, "report_id": report_id, "text": text, "replied_at": replied_at}
    tx.add(messages, row, unless_exists=True)


def add_deadline(
    tx: Transaction, deadline_id: UUID, report_id: UUID, clock: Clock, starts_at: datetime, due_at: datetime
) -> None:
    """Keep until when something is due."""
    row = {"id": deadline_id, "report_id": report_id, "clock": clock, "starts_at": starts_at, "due_at": due_at}
    tx.add(deadlines, row, unless_exists=True)


def list_inbox(
    connection: sa.Connection,
    agency_codes: Collection[str],
    states: Iterable[State],
    after: Sequence[UUID] | None,
    limit: int,
) -> list[Entry]:
    """The dispositions of these bodies in these states, the longest waiting first, from behind the one named."""
    return _list(connection, dispositions.c.agency_code.in_(agency_codes), states, after, limit)


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
            _state,
            own.reason,
            own.assigned_at,
            _due_at,
            _latest(messages.c.replied_at, messages.c.report_id == own.report_id),
            _latest(answers.c.answered_at, answers.c.disposition_id == own.id),
        )
        .select_from(_joined)
        .where(condition, _state.in_([state.value for state in wanted]))
        .order_by(own.id)
        .limit(limit)
    )
    if State.CLOSED not in wanted:
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


def _dossier(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Dossier | None:
    row = connection.execute(_with_report(_due_at).where(condition)).mappings().one_or_none()
    if row is None:
        return None
    disposition = _disposition(row)
    turns = connection.execute(
        _with_report().where(dispositions.c.report_id == disposition.report.id).order_by(dispositions.c.id)
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
    return Dossier(
        disposition=disposition,
        due_at=row["due_at"],
        turns=tuple(_turn(turn) for turn in turns),
        answers=tuple(Answer(**answer) for answer in said),
        messages=tuple(Message(**message) for message in written),
    )


def _turn(row: sa.RowMapping) -> Turn:
    disposition = _disposition(row)
    return Turn(
        id=disposition.id,
        agency_code=disposition.agency_code,
        agency_name=disposition.agency_name,
        hop=disposition.hop,
        state=disposition.state,
        assigned_at=row["disposition_assigned_at"],
        assigned_by=row["disposition_assigned_by"],
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


def connect_agency(tx: Transaction, code: str) -> None:
    """From now on this body's own system is told of its dispositions."""
    tx.add(connected_agencies, {"code": code, "connected_at": tx.now}, unless_exists=True)


def connected(connection: sa.Connection) -> frozenset[str]:
    """The bodies whose own systems are connected."""
    return frozenset(connection.execute(sa.select(connected_agencies.c.code)).scalars())
