"""What becomes of messages after their provider has taken them over, and of addresses that take nothing any more."""

from collections.abc import Callable, Collection
from uuid import UUID

from prometheus_client import Counter

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ContactPaused, DeliveryReported
from lapor_notification import store
from lapor_notification.domain import Receipt, Via, after_receipt
from lapor_notification.domain.templates import ANSWERS

#: The ways by which somebody can be reached who is sealed in this.
Ways = Callable[[str], Collection[Via]]

reported = Counter("lapor_delivery_reports_total", "What providers said later of messages.", ["via", "said"])


def hear_receipt(ways: Ways, event: DeliveryReported, tx: Transaction) -> None:
    """A provider says what became of a message; a number that is no notice's, it may say as well."""
    found = store.lock_notice(event.notice_id, tx)
    if found is None:
        return
    notice, contact = found
    reported.labels(event.via, "delivered" if event.delivered else "dead" if event.permanent else "failed").inc()
    receipt = Receipt(
        via=event.via,
        delivered=event.delivered,
        permanent=event.permanent,
        code=event.reason,
        reported_at=event.reported_at,
    )
    # Half of the longest pause is as good as chance here: what failed together was sent together, spread already.
    if known := after_receipt(notice, receipt, at=tx.now, jitter=0.5):
        store.save_notice(known, tx)
    if event.permanent and contact and notice.template not in ANSWERS:
        pause(notice.report_id, event.via, event.reason, ways(contact), tx)


def pause(report_id: UUID, via: str, reason: str, ways: Collection[Via], tx: Transaction) -> None:
    """Write to this address no more, and let it be known, once; of a follower's nobody need know."""
    if store.pause(report_id, via, reason, tx) and store.is_report(report_id, tx):
        others = set(ways) - store.paused_ways([report_id], tx)[report_id]
        tx.publish(ContactPaused(report_id=report_id, via=via, paused_at=tx.now, reachable=bool(others), reason=reason))
