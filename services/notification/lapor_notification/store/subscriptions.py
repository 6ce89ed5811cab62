"""Browsers in which reporters want to hear that there is news."""

from collections.abc import Collection
from uuid import UUID, uuid5

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import PushSubscribed
from lapor_notification.domain import Notice
from lapor_notification.domain.templates import NEWS
from lapor_notification.store.notices import add_notice
from lapor_notification.store.tables import contacts, push_subscriptions


def add_subscription(event: PushSubscribed, tx: Transaction) -> None:
    """Keep it, sealed as it came, unless the reporter is forgotten since."""
    is_gone = contacts.c.sealed.is_(None) & (contacts.c.received_at >= event.subscribed_at)
    if tx.execute(sa.select(contacts.c.report_id).where(contacts.c.report_id == event.report_id, is_gone)).first():
        return
    row = {
        "subscription_id": event.subscription_id,
        "report_id": event.report_id,
        "sealed": event.sealed,
        "subscribed_at": event.subscribed_at,
    }
    tx.add(push_subscriptions, row, unless_exists=True)


def add_pushes(due: Collection[Notice], tx: Transaction) -> None:
    """Plan that the reporters' browsers are told too, once for each notice whose turn it is."""
    told = {notice.report_id: notice for notice in due if notice.sealed is None and notice.attempts == 0}
    if not told:
        return
    theirs = among(push_subscriptions.c.report_id, told, tx.dialect)
    for found in tx.execute(sa.select(push_subscriptions).where(theirs)).mappings():
        notice = told[found["report_id"]]
        push = Notice(
            id=uuid5(notice.id, str(found["subscription_id"])),
            report_id=notice.report_id,
            template=NEWS,
            data={"tracking_id": "", "subscription_id": str(found["subscription_id"])},
            sealed=found["sealed"],
            planned_at=tx.now,
            due_at=tx.now,
        )
        add_notice(push, tx)


def end_subscription(subscription_id: UUID, tx: Transaction) -> None:
    """The browser takes nothing any more."""
    tx.execute(push_subscriptions.delete().where(push_subscriptions.c.subscription_id == subscription_id))
