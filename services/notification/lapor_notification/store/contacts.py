"""How reporters are reached: kept sealed, and forgotten."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ContactSealed, FollowInvited
from lapor_notification.store.pauses import resume
from lapor_notification.store.tables import PLANNED, contacts, notices, push_subscriptions


def add_contact(event: ContactSealed | FollowInvited, tx: Transaction) -> None:
    """Keep the sealed contact of a report's reporter, or of a follower."""
    row = {
        "report_id": event.report_id,
        "sealed": event.sealed,
        "key_id": event.key_id,
        # When they wrote, not when this is heard: an address that they gave since counts, and they may be asleep.
        "received_at": tx.envelope.time if tx.envelope else tx.now,
    }
    tx.add(contacts, row, unless_exists=True)


def replace_contact(event: ContactSealed, given_at: datetime, tx: Transaction) -> None:
    """Keep the address that a reporter gave later, unless a still later one is known: then that one counts."""
    row = {"report_id": event.report_id, "sealed": event.sealed, "key_id": event.key_id, "received_at": given_at}
    if tx.write(contacts, [row], _if_later, returning=(contacts.c.report_id,)).scalar():
        resume(event.report_id, tx)
        theirs = (notices.c.report_id == event.report_id) & notices.c.sealed.is_(None)
        # What waits for the provider of the address before this one waits for it no more.
        tx.execute(notices.update().where(theirs, PLANNED).values(via=None))


def forget_contact(report_id: UUID, tx: Transaction, *, stopped_at: datetime | None = None) -> None:
    """Throw the contact away, also the one that is still under way, and those of answers that are not sent yet.

    Whoever only wanted no more notices (``stopped_at``), and has given an address since, is told there.
    """
    row = {"report_id": report_id, "sealed": None, "key_id": None, "received_at": stopped_at or tx.now}
    written = tx.write(contacts, [row], _unless_later if stopped_at else replacing, returning=(contacts.c.report_id,))
    if not written.scalar():
        return
    resume(report_id, tx)
    tx.execute(push_subscriptions.delete().where(push_subscriptions.c.report_id == report_id))
    tx.execute(
        notices.update().where(notices.c.report_id == report_id, notices.c.sealed.is_not(None)).values(sealed=None)
    )


def _if_later(insert: Any) -> Any:
    return _replacing(insert, contacts.c.received_at < insert.excluded.received_at)


def _unless_later(insert: Any) -> Any:
    return _replacing(insert, contacts.c.received_at <= insert.excluded.received_at)


def _replacing(insert: Any, where: sa.ColumnElement[bool]) -> Any:
    changed = {name: insert.excluded[name] for name in ("sealed", "key_id", "received_at")}
    return insert.on_conflict_do_update(index_elements=["report_id"], set_=changed, where=where)
