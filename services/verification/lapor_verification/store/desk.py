"""The verifier's queue: in which order, how much of it, and who takes what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Channel, Kind
from lapor_verification.domain.case import UNDECIDED, Case, State
from lapor_verification.store.agencies import is_self_verifying
from lapor_verification.store.cases import cases_of, with_clock
from lapor_verification.store.tables import cases, decisions

#: Nobody needs to know how many more there are; and a database takes long to count them.
MOST_COUNTED = 5_000

#: By what the queue is ordered, as the cursor of a list holds it.
Position = tuple[int, datetime, UUID]


@dataclass(frozen=True, kw_only=True)
class Sift:
    """Which cases somebody wants to see."""

    by: str
    """Who asks."""
    now: datetime
    state: State = State.WAITING
    kind: Kind | None = None
    channel: Channel | None = None
    region_code: str | None = None
    """And all places within it."""
    tracking_id: str | None = None
    mine: bool = False
    untaken: bool = False
    urgent: bool = False
    body: str | None = None
    """Only what this body, which verifies itself, is to decide."""
    everywhere: bool = False
    """Also what bodies that verify themselves are to decide."""


def find_cases(connection: sa.Connection, after: Position | None, limit: int, *, sift: Sift) -> list[Case]:
    """Cases in a state: those that cannot wait first, then by what is due. One that is asked for by its ID, in any."""
    wanted = _sieves(sift) if sift.tracking_id else _conditions(sift)
    chosen = sa.select(cases.c.report_id).where(*wanted)
    if after is not None:
        chosen = chosen.where(sa.tuple_(*_ORDER) > after)
    page = chosen.order_by(*_ORDER).limit(limit).subquery()
    return cases_of(
        connection.execute,
        with_clock(sa.select(cases).join(page, page.c.report_id == cases.c.report_id).order_by(*_ORDER)),
    )


def count_cases(connection: sa.Connection, sift: Sift) -> Mapping[State, int]:
    """How many there are in each state in which a person is to decide; `MOST_COUNTED` stands for all above it."""
    counts = []
    for state in sorted(UNDECIDED):
        wanted = _conditions(replace(sift, state=state))
        some = sa.select(cases.c.report_id).where(*wanted).limit(MOST_COUNTED).subquery()
        counts.append(sa.select(sa.literal(state.value), sa.func.count()).select_from(some))
    return {State(state): number for state, number in connection.execute(sa.union_all(*counts))}


def lock_next(tx: Transaction, sift: Sift) -> Case | None:
    """The first case that nobody has in hand; one that somebody takes at this moment is passed over."""
    query = sa.select(cases).where(*_conditions(replace(sift, mine=False, untaken=True)))
    query = query.order_by(*_ORDER).limit(1).with_for_update(skip_locked=True)
    return next(iter(cases_of(tx.execute, query)), None)


def save_holder(tx: Transaction, case: Case) -> None:
    """Write who has a locked case in hand."""
    holder = {"taken_by": case.taken_by, "taken_until": case.taken_until}
    tx.execute(cases.update().where(cases.c.report_id == case.report_id).values(holder))


_ORDER = (cases.c.rank, cases.c.sort_at, cases.c.report_id)


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(cases.c.taken_until.is_(None), cases.c.taken_until <= now)


def _conditions(sift: Sift) -> Iterable[sa.ColumnElement[bool]]:
    yield cases.c.state == sift.state.value
    yield from _sieves(sift)


def _sieves(sift: Sift) -> Iterable[sa.ColumnElement[bool]]:
    if sift.kind:
        yield cases.c.kind == sift.kind.value
    if sift.channel:
        yield cases.c.channel == sift.channel.value
    if sift.region_code:
        within = cases.c.region_code.startswith(f"{sift.region_code}.", autoescape=True)
        yield sa.or_(cases.c.region_code == sift.region_code, within)
    if sift.urgent:
        yield cases.c.rank == 0
    if sift.body:
        yield sa.and_(cases.c.agency_code == sift.body, is_self_verifying(cases.c.agency_code))
    elif not (sift.everywhere or sift.tracking_id):
        yield sa.or_(cases.c.agency_code.is_(None), ~is_self_verifying(cases.c.agency_code))
    if sift.mine:
        yield sa.and_(cases.c.taken_by == sift.by, cases.c.taken_until > sift.now)
    if sift.untaken:
        yield _is_free(sift.now)
    if sift.tracking_id:
        yield cases.c.tracking_id == sift.tracking_id
    else:
        yield from _not_ones_own(sift)


def _not_ones_own(sift: Sift) -> Iterable[sa.ColumnElement[bool]]:
    """What somebody archived or proposed to archive, somebody else judges (see `second_look.archivers`)."""
    made: sa.Select[Any] = sa.select(decisions.c.decided_by).where(decisions.c.report_id == cases.c.report_id)
    if sift.state is State.ARCHIVE_PROPOSED:
        latest = made.order_by(decisions.c.decision_id.desc()).limit(1)
        yield latest.correlate(cases).scalar_subquery() != sift.by
    if sift.state is State.APPEALED:
        archiving = (State.ARCHIVED.value, State.ARCHIVE_PROPOSED.value)
        yield ~made.where(decisions.c.state.in_(archiving), decisions.c.decided_by == sift.by).correlate(cases).exists()
