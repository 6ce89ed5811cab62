"""How reporters are reached: kept sealed, and forgotten."""

from uuid import UUID

from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ContactSealed
from lapor_notification.store.tables import contacts, notices


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
    tx.execute(
        notices.update().where(notices.c.report_id == report_id, notices.c.sealed.is_not(None)).values(sealed=None)
    )
