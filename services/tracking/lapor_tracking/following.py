"""Whoever follows a public report: who may, and how many do. notification knows how to reach them."""

from lapor_chassis.addresses import forget_addresses
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import FollowConfirmed, FollowEnded, FollowInvited, FollowRequested
from lapor_tracking import store
from lapor_tracking.handlers import Refold


def invite(event: FollowRequested, tx: Transaction) -> None:
    """Where everybody may see the report, let whoever asked confirm it; else nobody hears anything."""
    if store.may_be_followed(tx, event.tracking_id):
        tx.publish(
            FollowInvited(
                report_id=event.report_id,
                tracking_id=event.tracking_id,
                invited_at=tx.now,
                sealed=event.sealed,
                key_id=event.key_id,
            )
        )


def note_confirmed(event: FollowConfirmed, tx: Transaction, *, refold: Refold) -> None:
    """From now on they count, and hear what happens; what happened since, if this news is late."""
    store.note_confirmed(tx, event.report_id, event.tracking_id, event.confirmed_at)
    if report_id := store.find_report(tx, event.tracking_id):
        tx.once(refold, report_id)


def note_ended(event: FollowEnded, tx: Transaction) -> None:
    """They count no more, and their address goes from what was said here too."""
    store.note_ended(tx, event.report_id, event.tracking_id, event.ended_at)
    forget_addresses(tx, store.metadata, [event.report_id])
