"""What officers and coordinators are shown in lists, each in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_contracts.vocabulary import Clock, Kind
from lapor_routing.domain.disposition import State
from lapor_routing.store.sifting import Sift, conditions
from lapor_routing.store.standing import joined, state_now
from lapor_routing.store.tables import answers, copies, deadlines, dispositions, messages, recalls, reports

NO_DATE = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of an inbox or of the coordinator's queue."""

    id: UUID
    report_id: UUID
    tracking_id: str
    kind: Kind
    title: str
    category: str | None
    region_code: str | None
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
    urgency: datetime
    """Until when; where no clock runs, at the end of all days."""
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


_due_at = (
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
)
due_at = _due_at.label("due_at")
#: What has no date comes last.
urgency = sa.func.coalesce(_due_at, sa.literal(NO_DATE, UtcDateTime), type_=UtcDateTime)


def _latest(column: sa.Column[datetime], condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[datetime]:
    return sa.select(sa.func.max(column)).where(condition).scalar_subquery()


_replied_at = _latest(messages.c.replied_at, messages.c.report_id == dispositions.c.report_id)
_answered_at = _latest(answers.c.answered_at, answers.c.disposition_id == dispositions.c.id)


#: A copy goes with the verification after which it was sent.
copy_counts = (copies.c.round == reports.c.round) & ~sa.exists().where(
    recalls.c.report_id == copies.c.report_id, recalls.c.round >= copies.c.round
)


def list_inbox(
    connection: sa.Connection,
    agency_codes: Collection[str],
    own: str,
    sift: Sift,
    after: Sequence[Any] | None,
    limit: int,
    *,
    hidden: Collection[str] = (),
) -> list[Entry]:
    """The dispositions of these bodies that are wanted, what is due first before the rest, from behind the one named.

    What is sealed for another body than one's ``own`` is not among them, though one stood above it; nor is a
    whistleblower's report about one of the ``hidden`` bodies.
    """
    wanted = _sifted(agency_codes, own, sift, hidden)
    return _list(connection, wanted, sift.states, after, limit, by_due_date=True)


def count_inbox(
    connection: sa.Connection,
    agency_codes: Collection[str],
    own: str,
    sift: Sift,
    most: int,
    *,
    hidden: Collection[str] = (),
) -> int:
    """How many of these there are, counted no further than that."""
    wanted = _sifted(agency_codes, own, sift, hidden) & _in_states(sift.states)
    some = sa.select(dispositions.c.id).select_from(joined).where(wanted).limit(most).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()


def _sifted(agency_codes: Collection[str], own: str, sift: Sift, hidden: Collection[str]) -> sa.ColumnElement[bool]:
    theirs = dispositions.c.agency_code.in_(agency_codes) & open_to(own, hidden)
    return sa.and_(theirs, *conditions(sift, due_at=_due_at, replied_at=_replied_at, answered_at=_answered_at))


def _in_states(states: Collection[State]) -> sa.ColumnElement[bool]:
    wanted = sorted(states)
    condition = state_now.in_([state.value for state in wanted])
    # Only then does the column itself tell, and with it the inbox's index.
    return condition if State.CLOSED in wanted else condition & dispositions.c.state.in_(wanted)


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
    states: Collection[State],
    after: Sequence[Any] | None,
    limit: int,
    *,
    by_due_date: bool = False,
) -> list[Entry]:
    order = (urgency, dispositions.c.id) if by_due_date else (dispositions.c.id,)
    own = dispositions.c
    statement = (
        sa.select(
            own.id,
            own.report_id,
            reports.c.tracking_id,
            reports.c.kind,
            reports.c.title,
            reports.c.category,
            reports.c.region_code,
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
            urgency.label("urgency"),
            _replied_at.label("replied_at"),
            _answered_at.label("answered_at"),
        )
        .select_from(joined)
        .where(condition, _in_states(states))
        .order_by(*order)
        .limit(limit)
    )
    if after:
        statement = statement.where(sa.tuple_(*order) > tuple(after))
    rows = connection.execute(statement).mappings()
    return [Entry(**{**row, "state": State(row["state"])}) for row in rows]


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
