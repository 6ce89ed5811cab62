"""To whoever follows a public report: that they are to confirm it, and then its outcome, each thing once.

A follower has an id like a report's, and their contact lies under it: so they are reached, put off and forgotten like
reporters. What they may hear tracking decides: of a report that became secret it says nothing more, and what waits for
the day then is not sent either (`handlers.secrecy`).
"""

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import FollowConfirmed, FollowEnded, FollowInvited, OutcomePublished
from lapor_notification import store
from lapor_notification.domain import Notice
from lapor_notification.domain.templates import TemplateName


def note_invitation(event: FollowInvited, tx: Transaction) -> None:
    """Keep how to reach them, sealed as it came."""
    store.add_contact(event, tx)


def note_confirmation(event: FollowConfirmed, tx: Transaction) -> None:
    """From now on they are told what happens; and what has happened since, where this is heard late."""
    store.note_follower(tx, event.report_id, event.tracking_id, confirmed_at=event.confirmed_at)
    _plan(store.owed_to(tx, event.report_id), tx)


def note_end(event: FollowEnded, tx: Transaction) -> None:
    """They are told nothing more, and forgotten."""
    store.note_follower(tx, event.report_id, event.tracking_id, ended_at=event.ended_at)
    store.forget_contact(event.report_id, tx)


def tell_followers(template: TemplateName, event: OutcomePublished, tx: Transaction) -> None:
    """Plan what each of them is to hear of this, unless it is known by now that the public may hear nothing."""
    if store.is_known_secret(event.report_id, tx):
        return
    store.add_outcome(tx, event.change_id, event.tracking_id, event.happened_at, template)
    _plan(store.owed_of(tx, event.change_id), tx)


def _plan(owed: Iterable[store.Owed], tx: Transaction) -> None:
    for one in owed:
        notice = Notice(
            id=notice_id(one.stem, one.follower_id),
            report_id=one.follower_id,
            template=one.template,
            data={"tracking_id": one.tracking_id},
            planned_at=tx.now,
            due_at=tx.now,
        )
        store.add_notice(notice, tx)


def notice_id(stem: UUID, follower_id: UUID) -> UUID:
    """The same for the same news to the same follower; sorts by when the news came, as all other ids do (UUID 7)."""
    tail = blake2b(follower_id.bytes + stem.bytes, digest_size=8).digest()
    return UUID(int=stem.int >> 64 << 64 | 2 << 62 | int.from_bytes(tail) >> 2)
