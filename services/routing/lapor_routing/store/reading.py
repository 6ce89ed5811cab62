"""What officers and coordinators are shown in lists, each in one statement."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from lapor_contracts.vocabulary import Clock, Kind
from lapor_routing.domain.disposition import State
from lapor_routing.store.standing import joined, state_now
from lapor_routing.store.tables import answers, copies, deadlines, dispositions, messages, recalls, reports


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of an inbox or of the coordinator's queue."""

    id: UUID
    report_id: UUID
    tracking_id: str
    kind: Kind
    title: str
    secret: bool
    urgent: bool
    supervised: bool
    agency_code: str | None
    agency_name: str
    part: UUID | None
    hop: int
    state: State
    officer: str | None
    reason: str
    assigned_at: datetime
    due_at: datetime | None
    replied_at: datetime | None
    answered_at: datetime | None

    @property
    def co_owner(self) -> bool:
        """It is a part of the report only."""
        return self.part is not None

    @property
    def reporter_replied(self) -> bool:
        """The reporter wrote and nobody has answered that yet."""
        return self.replied_at is not None and (self.answered_at is None or self.replied_at > self.answered_at)


due_at = (
    sa.select(deadlines.c.due_at)
    .where(
        deadlines.c.report_id == dispositions.c.report_id,
        deadlines.c.agency_code.is_(None) | (deadlines.c.agency_code == dispositions.c.agency_code),
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


#: A copy goes with the verification after which it was sent.
copy_counts = (copies.c.round == reports.c.round) & ~sa.exists().where(
    recalls.c.report_id == copies.c.report_id, recalls.c.round >= copies.c.round
)


def list_inbox(
    connection: sa.Connection,
    agency_codes: Collection[str],
    own: str,
    states: Iterable[State],
    after: Sequence[UUID] | None,
    limit: int,
    *,
    hidden: Collection[str] = (),
) -> list[Entry]:
    """The dispositions of these bodies in these states, the longest waiting first, from behind the one named.

    What is sealed for another body than one's ``own`` is not among them, though one stood above it; nor is a
    whistleblower's report about one of the ``hidden`` bodies.
    """
    theirs = dispositions.c.agency_code.in_(agency_codes)
    return _list(connection, theirs & open_to(own, hidden), states, after, limit)


def open_to(own: str, hidden: Collection[str]) -> sa.ColumnElement[bool]:
    """Which reports a body may see at all."""
    unsealed = reports.c.sealed_for.is_(None) | (reports.c.sealed_for == own)
    if not hidden:
        return unsealed
    return unsealed & (reports.c.reported_agency_code.is_(None) | reports.c.reported_agency_code.not_in(hidden))


def reported_bodies(connection: sa.Connection) -> list[str]:
    """The bodies of which whistleblowers complain."""
    code = reports.c.reported_agency_code
    return list(connection.execute(sa.select(code).distinct().where(code.is_not(None))).scalars())


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
            reports.c.urgent,
            reports.c.supervised,
            own.agency_code,
            own.agency_name,
            own.part,
            own.officer,
            own.hop,
            state_now,
            own.reason,
            own.assigned_at,
            due_at,
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


@dataclass(frozen=True, kw_only=True)
class CopyEntry:
    """A line of the list of what a body may read along."""

    id: UUID
    report_id: UUID
    tracking_id: str
    kind: Kind
    title: str
    secret: bool
    agency_code: str
    agency_name: str
    sent_at: datetime
    reason: str


def list_copies(
    connection: sa.Connection,
    agency_codes: Collection[str],
    own: str,
    after: Sequence[UUID] | None,
    limit: int,
    *,
    hidden: Collection[str] = (),
) -> list[CopyEntry]:
    """What these bodies may read along, the latest first."""
    statement = (
        sa.select(
            copies.c.id,
            copies.c.report_id,
            reports.c.tracking_id,
            reports.c.kind,
            reports.c.title,
            reports.c.secret,
            copies.c.agency_code,
            copies.c.agency_name,
            copies.c.sent_at,
            copies.c.reason,
        )
        .select_from(copies.join(reports, reports.c.id == copies.c.report_id))
        .where(copies.c.agency_code.in_(agency_codes), copy_counts, open_to(own, hidden))
        .order_by(copies.c.id.desc())
        .limit(limit)
    )
    if after:
        statement = statement.where(copies.c.id < after[0])
    return [CopyEntry(**row) for row in connection.execute(statement).mappings()]
