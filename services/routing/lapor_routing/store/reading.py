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
from lapor_routing.store.tables import (
    answers,
    copies,
    deadlines,
    dispositions,
    is_unassigned,
    is_waiting_part,
    messages,
    recalls,
    reports,
)

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
    def rank(self) -> int:
        """What nobody holds stands before a part of what somebody does."""
        return int(self.co_owner)

    @property
    def co_owner(self) -> bool:
        """It is a part of the report only."""
        return self.part is not None

    @property
    def reporter_replied(self) -> bool:
        """The reporter wrote and nobody has answered that yet."""
        return self.replied_at is not None and (self.answered_at is None or self.replied_at > self.answered_at)


def _latest(column: sa.Column[datetime], condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[datetime]:
    return sa.select(sa.func.max(column)).where(condition).scalar_subquery()


_replied_at = _latest(messages.c.replied_at, messages.c.report_id == dispositions.c.report_id)
_answered_at = _latest(answers.c.answered_at, answers.c.disposition_id == dispositions.c.id)
_own_clocks = (deadlines.c.report_id == dispositions.c.report_id) & (
    deadlines.c.agency_code.is_(None) | (deadlines.c.agency_code == dispositions.c.agency_code)
)


def _last_due(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[datetime]:
    last = sa.select(deadlines.c.due_at).where(_own_clocks, *conditions)
    return last.order_by(deadlines.c.starts_at.desc()).limit(1).scalar_subquery()


_to_do = _last_due(
    deadlines.c.clock
    == sa.case(
        (dispositions.c.state == State.OPEN, sa.literal(Clock.FIRST_ANSWER.value)),
        (dispositions.c.state == State.IN_PROGRESS, sa.literal(Clock.RESOLVE.value)),
    )
)
# It runs from an answer or a reply on, until the next answer.
_next_word = _last_due(
    deadlines.c.clock == Clock.INTERIM,
    dispositions.c.state.in_((State.IN_PROGRESS, State.ANSWERED)),
    _answered_at.is_(None) | (deadlines.c.starts_at >= _answered_at),
)
_due_at = sa.case((_to_do.is_(None) | (_next_word < _to_do), _next_word), else_=_to_do)
due_at = _due_at.label("due_at")
#: What has no date comes last.
urgency = sa.func.coalesce(_due_at, sa.literal(NO_DATE, UtcDateTime), type_=UtcDateTime)


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
    return _list(connection, wanted, sift.states, (urgency, dispositions.c.id), after, limit)


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
    readable = open_to(own, hidden) | ((dispositions.c.state == State.TAKEN_OVER) & not_about(hidden))
    theirs = dispositions.c.agency_code.in_(agency_codes) & readable
    return sa.and_(theirs, *conditions(sift, due_at=_due_at, replied_at=_replied_at, answered_at=_answered_at))


def _in_states(states: Collection[State]) -> sa.ColumnElement[bool]:
    wanted = sorted(states)
    condition = state_now.in_([state.value for state in wanted])
    # Only then does the column itself tell, and with it the inbox's index.
    return condition if State.CLOSED in wanted else condition & dispositions.c.state.in_(wanted)


def open_to(own: str, hidden: Collection[str]) -> sa.ColumnElement[bool]:
    """Which reports a body may see at all."""
    return (reports.c.sealed_for.is_(None) | (reports.c.sealed_for == own)) & not_about(hidden)


def not_about(hidden: Collection[str]) -> sa.ColumnElement[bool]:
    """Which reports no whistleblower wrote about one of these bodies."""
    if not hidden:
        return sa.true()
    return reports.c.reported_agency_code.is_(None) | reports.c.reported_agency_code.not_in(hidden)


def reported_bodies(connection: sa.Connection) -> list[str]:
    """The bodies of which whistleblowers complain."""
    code = reports.c.reported_agency_code
    return list(connection.execute(sa.select(code).distinct().where(code.is_not(None))).scalars())


def list_waiting(connection: sa.Connection, after: Sequence[Any] | None, limit: int) -> list[Entry]:
    """The coordinator's queue: what nobody holds before parts of what somebody does, the longest waiting first."""
    by_id = (dispositions.c.id,)
    rank, *last = after or (0,)
    found = [] if rank else _list(connection, is_unassigned, [State.WAITING], by_id, last, limit)
    behind = last if rank else None
    return found + _list(connection, is_waiting_part, [State.WAITING], by_id, behind, limit - len(found))


def _list(
    connection: sa.Connection,
    condition: sa.ColumnElement[bool],
    states: Collection[State],
    order: tuple[sa.ColumnElement[Any], ...],
    after: Sequence[Any] | None,
    limit: int,
) -> list[Entry]:
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
