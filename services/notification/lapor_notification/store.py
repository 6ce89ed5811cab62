"""Sealed contacts and notices: what is to be told, and what became of it. Ciphertext only, never an address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction, chassis_tables
from lapor_contracts.events import ContactSealed
from lapor_notification.domain import Notice, State
from lapor_notification.domain.templates import NEWS

metadata = sa.MetaData()
chassis_tables(metadata)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    # A row without these two: the reporter is forgotten, whatever else is heard.
    sa.Column("sealed", sa.Text),
    sa.Column("key_id", sa.Text),
    sa.Column("received_at", UtcDateTime, nullable=False),
    comment="How to reach the reporter, sealed; opened in memory only, while a notice is being sent.",
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("planned_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("via", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("finished_at", UtcDateTime),
    sa.Index("notices_of_report", "report_id", "id"),
    sa.Index("notices_in_state", "state", "id"),
    comment="One row for each thing to tell a reporter.",
)
# Written out in the statement: with a parameter in its place PostgreSQL would not trust the partial index.
_planned = notices.c.state == sa.literal(State.PLANNED.value, literal_execute=True)
_is_answer = notices.c.sealed.is_not(None)
sa.Index("notices_due", notices.c.due_at, postgresql_where=_planned, sqlite_where=_planned)


@dataclass(frozen=True)
class Due:
    """A notice whose time has come, with the sealed contact where there is one."""

    notice: Notice
    sealed: str | None
    heard_at: datetime | None
    """When the contact came."""

    @property
    def is_forgotten(self) -> bool:
        """Whether there was a contact, or will be one, that may not be used."""
        return self.sealed is None and self.heard_at is not None


def add_contact(event: ContactSealed, tx: Transaction) -> None:
    """Keep the sealed contact of a report."""
    row = {
        "report_id": event.report_id,
        "sealed": event.sealed,
        "key_id": event.key_id,
        "received_at": tx.now,
    }
    tx.add(contacts, row, unless_exists=True)


def forget_contact(report_id: UUID, tx: Transaction) -> None:
    """Throw the contact away, also the one that is still under way, and those of answers that are not sent yet."""
    row = {"report_id": report_id, "sealed": None, "key_id": None, "received_at": tx.now}
    tx.write(contacts, [row], replacing)
    tx.execute(notices.update().where(notices.c.report_id == report_id, _is_answer).values(sealed=None))


def add_notice(notice: Notice, tx: Transaction) -> None:
    """Plan a notice, unless it is planned already."""
    tx.add(notices, {**_changing(notice), **_fixed(notice)}, unless_exists=True)


def lock_due(tx: Transaction, *, limit: int) -> list[Due]:
    """The longest due notices, so that no other sender takes them.

    A notice stands back while an earlier one of its report is not finished: a reporter must not hear of a step
    before the one that led to it. An answer to somebody's question waits for nothing, and nothing for it.
    """
    earlier = notices.alias()
    in_turn = _is_answer | ~sa.exists().where(
        earlier.c.report_id == notices.c.report_id,
        earlier.c.state == State.PLANNED.value,
        earlier.c.id < notices.c.id,
        earlier.c.sealed.is_(None),
    )
    query = (
        sa.select(notices, contacts.c.sealed.label("contact"), contacts.c.received_at)
        .outerjoin(contacts, contacts.c.report_id == notices.c.report_id)
        .where(_planned, notices.c.due_at <= tx.now, in_turn)
        .order_by(notices.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=notices)
    )
    return [_due(row) for row in tx.execute(query).mappings()]


def lease(tx: Transaction, notice_ids: list[UUID], *, until: datetime) -> None:
    """Keep the notices from other senders beyond this transaction, but not for ever: this process may die."""
    if notice_ids:
        tx.execute(notices.update().where(notices.c.id.in_(notice_ids)).values(due_at=until))


def save_planned(notice: Notice, tx: Transaction) -> bool:
    """Record what became of a planned notice; False where another sender has already finished it."""
    statement = (
        notices.update().where(notices.c.id == notice.id, _planned).values(_changing(notice)).returning(notices.c.id)
    )
    return tx.execute(statement).scalar() is not None


def find_notices(
    connection: sa.Connection,
    after: tuple[UUID] | None,
    limit: int,
    *,
    report_id: UUID | None = None,
    state: State | None = None,
) -> list[Notice]:
    """Notices, the newest first, beginning behind ``after``; a whistleblower's are in no list."""
    query = sa.select(notices).where(notices.c.template != NEWS).order_by(notices.c.id.desc()).limit(limit)
    if report_id is not None:
        query = query.where(notices.c.report_id == report_id)
    if state is not None:
        query = query.where(notices.c.state == state.value)
    if after is not None:
        query = query.where(notices.c.id < after[0])
    return [_notice(row) for row in connection.execute(query).mappings()]


def _due(row: sa.RowMapping) -> Due:
    notice = _notice(row)
    if notice.sealed:
        return Due(notice, notice.sealed, notice.planned_at)
    return Due(notice, row["contact"], row["received_at"])


def _fixed(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "report_id": notice.report_id,
        "template": notice.template,
        "data": dict(notice.data),
        "planned_at": notice.planned_at,
    }


def _changing(notice: Notice) -> dict[str, Any]:
    return {
        "due_at": notice.due_at,
        "state": notice.state.value,
        "sealed": notice.sealed if notice.state is State.PLANNED else None,
        "attempts": notice.attempts,
        "via": notice.via,
        "reason": notice.reason,
        "finished_at": notice.finished_at,
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
    )
