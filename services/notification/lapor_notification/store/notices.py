"""Notices: what is to be told, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.regions import DEFAULT_TIME_ZONE
from lapor_notification.domain import Notice, Secrecy, State, Via
from lapor_notification.domain.templates import NEWS, RECEIVED, TemplateName
from lapor_notification.domain.turns import Circumstances
from lapor_notification.store.pauses import paused_ways
from lapor_notification.store.tables import PLANNED, contacts, notices, reports

_is_answer = notices.c.sealed.is_not(None)


@dataclass(frozen=True)
class Due:
    """A notice whose time has come, with the sealed contact where there is one."""

    notice: Notice
    sealed: str | None
    around: Circumstances
    secrecy: Secrecy | None = None
    """Of the report; None where it is not known (yet)."""
    paused: frozenset[Via] = frozenset()
    """The ways by which nothing reaches the reporter any more."""

    @property
    def is_forgotten(self) -> bool:
        """Whether there was a contact, or will be one, that may not be used."""
        return self.sealed is None and self.around.heard_at is not None


def add_notice(notice: Notice, tx: Transaction) -> None:
    """Plan a notice, unless it is planned already."""
    tx.add(notices, {**_changing(notice), **_fixed(notice)}, unless_exists=True)


def lock_due(
    tx: Transaction,
    *,
    overtaking: Collection[TemplateName],
    urgent: Collection[TemplateName],
    held: Collection[str] = (),
    limit: int,
) -> list[Due]:
    """The longest due notices, so that no other sender takes them.

    A notice stands back while an earlier one of its report is not finished: a reporter must not hear of a step
    before the one that led to it. An answer to somebody's question waits for nothing, and nothing for it. What waits
    for a provider is left alone while that provider is ``held``.
    """
    earlier = notices.alias()
    in_turn = _is_answer | ~sa.exists().where(
        earlier.c.report_id == notices.c.report_id,
        earlier.c.state == State.PLANNED.value,
        earlier.c.id < notices.c.id,
        earlier.c.sealed.is_(None),
    )
    query = (
        sa.select(
            notices,
            contacts.c.sealed.label("contact"),
            contacts.c.received_at,
            reports.c.secrecy,
            reports.c.time_zone,
            _is_overtaken(overtaking, tx.dialect).label("is_out_of_date"),
            _followed_by(urgent, [State.PLANNED], tx.dialect).label("is_urged"),
        )
        .outerjoin(contacts, contacts.c.report_id == notices.c.report_id)
        .outerjoin(reports, reports.c.report_id == notices.c.report_id)
        .where(PLANNED, notices.c.due_at <= tx.now, ~_waits_for(held), in_turn)
        .order_by(notices.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=notices)
    )
    due = [_due(row) for row in tx.execute(query).mappings()]
    paused = paused_ways([item.notice.report_id for item in due], tx) if due else {}
    return [
        replace(item, paused=paused[item.notice.report_id])
        # An answer goes to whoever asked, at an address of its own.
        if item.notice.report_id in paused and not item.notice.sealed
        else item
        for item in due
    ]


def _waits_for(providers: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(notices.c.via.is_not(None), notices.c.via.in_(providers))


def _is_overtaken(templates: Collection[TemplateName], dialect: str) -> sa.ColumnElement[bool]:
    """Whether a later one of these waits too, or was sent before this one was lost on its way."""
    # What browsers were told bears no number in order, and looks like any other news once it is sent.
    said = set(templates) - {NEWS}
    waits = _followed_by(templates, [State.PLANNED], dialect)
    return ~_is_answer & (waits | _followed_by(said, [State.SENT], dialect))


def _followed_by(
    templates: Collection[TemplateName], states: Collection[State], dialect: str
) -> sa.ColumnElement[bool]:
    """Whether a later notice of the report is one of these."""
    later = notices.alias()
    return sa.exists().where(
        later.c.report_id == notices.c.report_id,
        later.c.state.in_([state.value for state in states]),
        later.c.id > notices.c.id,
        later.c.sealed.is_(None),
        among(later.c.template, sorted(templates), dialect),
    )


def wake(tx: Transaction, report_ids: Sequence[UUID], *, lease: timedelta) -> None:
    """What of these reports waits for the day is to be told now: something that cannot wait comes after it.

    What a sender may have in hand just now is left to it, or it would be sent twice.
    """
    waits = (notices.c.due_at > tx.now + lease) & (notices.c.attempts == 0)
    of_these = among(notices.c.report_id, report_ids, tx.dialect)
    tx.execute(notices.update().where(of_these, PLANNED, waits).values(due_at=tx.now))


def conceal_notices(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Of these reports it is kept that there is news, and not what; their receipt is told as it is."""
    of_these = among(notices.c.report_id, report_ids, tx.dialect)
    telling = sa.select(notices).where(of_these, notices.c.template.not_in([NEWS, RECEIVED]), ~_is_answer)
    for row in tx.execute(telling).mappings().all():
        concealed = {"template": NEWS, "data": {"tracking_id": row["data"]["tracking_id"]}}
        tx.execute(notices.update().where(notices.c.id == row["id"]).values(concealed))


def end_notices(
    tx: Transaction, report_ids: Collection[UUID], reason: str, *, template: TemplateName | None = None
) -> None:
    """Send nothing of this that waits, and keep no address for it."""
    theirs = among(notices.c.report_id, report_ids, tx.dialect)
    these = theirs if template is None else theirs & (notices.c.template == template)
    ended = {"state": State.UNREACHABLE.value, "finished_at": tx.now, "reason": reason, "sealed": None}
    tx.execute(notices.update().where(these, PLANNED).values(ended))


def lease(tx: Transaction, notice_ids: list[UUID], *, until: datetime) -> None:
    """Keep the notices from other senders beyond this transaction, but not for ever: this process may die."""
    if notice_ids:
        tx.execute(notices.update().where(notices.c.id.in_(notice_ids)).values(due_at=until))


def save_planned(notice: Notice, tx: Transaction) -> bool:
    """Record what became of a planned notice; False where another sender has already finished it."""
    statement = (
        notices.update().where(notices.c.id == notice.id, PLANNED).values(_changing(notice)).returning(notices.c.id)
    )
    return tx.execute(statement).scalar() is not None


@dataclass(frozen=True)
class Told:
    """A notice, and how its report's reporter, or the follower, is reached now."""

    notice: Notice
    contact: str | None
    given_at: datetime | None
    """Since when."""

    @property
    def went_elsewhere(self) -> bool:
        """Whether another address was given since: what is said of the one before says nothing of it."""
        sent_at = self.notice.finished_at
        return sent_at is not None and self.given_at is not None and self.given_at > sent_at


def lock_notice(notice_id: UUID, tx: Transaction) -> Told | None:
    """A notice of which there is news."""
    query = (
        sa.select(notices, contacts.c.sealed.label("contact"), contacts.c.received_at)
        .outerjoin(contacts, contacts.c.report_id == notices.c.report_id)
        .where(notices.c.id == notice_id)
        .with_for_update(of=notices)
    )
    row = tx.execute(query).mappings().one_or_none()
    return Told(_notice(row), row["contact"], row["received_at"]) if row else None


def save_notice(notice: Notice, tx: Transaction) -> None:
    """Record what became of a notice that nobody else has in hand."""
    tx.execute(notices.update().where(notices.c.id == notice.id).values(_changing(notice)))


def waiting_by_way(connection: sa.Connection) -> dict[str, int]:
    """How many notices wait, by the way of their last attempt; under an empty name those that were not tried yet."""
    way = sa.func.coalesce(notices.c.via, "").label("via")
    query = sa.select(way, sa.func.count().label("waiting")).where(PLANNED).group_by(way)
    return {row.via: row.waiting for row in connection.execute(query)}


def find_notices(
    connection: sa.Connection,
    after: tuple[UUID] | None,
    limit: int,
    *,
    report_id: UUID | None = None,
    state: State | None = None,
) -> list[Notice]:
    """Notices, the newest first, beginning behind ``after``; a whistleblower's are in no list."""
    is_sealed = sa.exists().where(reports.c.report_id == notices.c.report_id, reports.c.secrecy == Secrecy.SEALED.value)
    query = sa.select(notices).where(notices.c.template != NEWS, ~is_sealed).order_by(notices.c.id.desc()).limit(limit)
    if report_id is not None:
        query = query.where(notices.c.report_id == report_id)
    if state is not None:
        query = query.where(notices.c.state == state.value)
    if after is not None:
        query = query.where(notices.c.id < after[0])
    return [_notice(row) for row in connection.execute(query).mappings()]


def _due(row: sa.RowMapping) -> Due:
    notice = _notice(row)
    around = Circumstances(
        zone=ZoneInfo(row["time_zone"] or DEFAULT_TIME_ZONE),
        heard_at=notice.planned_at if notice.sealed else row["received_at"],
        is_out_of_date=row["is_out_of_date"],
        is_urged=row["is_urged"],
    )
    secrecy = Secrecy(row["secrecy"]) if row["secrecy"] else None
    return Due(notice, notice.sealed or row["contact"], around, secrecy)


def _fixed(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "report_id": notice.report_id,
        "template": notice.template,
        "data": dict(notice.data),
        "planned_at": notice.planned_at,
        "sealed": notice.sealed,
    }


def _changing(notice: Notice) -> dict[str, Any]:
    return {
        "due_at": notice.due_at,
        "state": notice.state.value,
        "attempts": notice.attempts,
        "via": notice.via,
        "reason": notice.reason,
        "finished_at": notice.finished_at,
        "delivered_at": notice.delivered_at,
        # Only ever thrown away: whoever is forgotten while they are written to stays forgotten.
        **({} if notice.state is State.PLANNED else {"sealed": None}),
    }


def _notice(row: sa.RowMapping) -> Notice:
    return Notice(
        id=row["id"],
        report_id=row["report_id"],
        template=row["template"],
        data=row["data"],
        sealed=row["sealed"],
        planned_at=row["planned_at"],
        due_at=row["due_at"],
        state=State(row["state"]),
        attempts=row["attempts"],
        via=row["via"],
        reason=row["reason"],
        finished_at=row["finished_at"],
        delivered_at=row["delivered_at"],
    )
