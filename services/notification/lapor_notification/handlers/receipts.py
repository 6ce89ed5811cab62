"""What becomes of messages after their provider has taken them over, and of addresses that take nothing any more."""

from collections.abc import Callable, Collection

from prometheus_client import Counter

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ContactPaused, DeliveryReported, NoticeFailed
from lapor_notification import store
from lapor_notification.domain import Notice, Receipt, Rulebook, State, Via, after_receipt
from lapor_notification.domain.templates import ANSWERS

#: The ways by which somebody can be reached who is sealed in this.
Ways = Callable[[str], Collection[Via]]

reported = Counter("lapor_delivery_reports_total", "What providers said later of messages.", ["via", "said"])


def hear_receipt(rules: Rulebook, ways: Ways, event: DeliveryReported, tx: Transaction) -> None:
    """A provider says what became of a message; a number that is no notice's, it may say as well."""
    told = store.lock_notice(event.notice_id, tx)
    if told is None or event.via not in list(Via):
        return
    notice = told.notice
    reported.labels(event.via, "delivered" if event.delivered else "dead" if event.permanent else "failed").inc()
    receipt = Receipt(
        via=event.via,
        delivered=event.delivered,
        permanent=event.permanent,
        code=event.reason,
        reported_at=event.reported_at,
    )
    is_theirs = told.contact is not None and notice.template not in ANSWERS
    # The middle of the jitter is as good as chance here: what failed together was sent together, spread already.
    if known := after_receipt(notice, receipt, is_repeatable=is_theirs, at=tx.now, jitter=0.5):
        store.save_notice(known, tx)
        if is_theirs:
            say_given_up(known, rules, tx)
    if event.permanent and told.contact and is_theirs and not told.went_elsewhere:
        pause(notice, event.via, event.reason, ways(told.contact), rules, tx)


def pause(notice: Notice, via: str, reason: str, ways: Collection[Via], rules: Rulebook, tx: Transaction) -> None:
    """Write to this address of the notice's reader no more, and let it be known, once."""
    if store.pause(notice.report_id, via, reason, tx) and _is_to_reporter(notice, rules):
        others = set(ways) - store.paused_ways([notice.report_id], tx)[notice.report_id]
        tx.publish(
            ContactPaused(report_id=notice.report_id, via=via, paused_at=tx.now, reachable=bool(others), reason=reason)
        )


def say_given_up(notice: Notice, rules: Rulebook, tx: Transaction) -> None:
    """Where a reporter is not to hear of something, let that be known. Others' notices are no step of a report."""
    if notice.state is State.GIVEN_UP and _is_to_reporter(notice, rules):
        tx.publish(
            NoticeFailed(
                report_id=notice.report_id,
                notice_id=notice.id,
                template=notice.template,
                via=notice.via or "none",
                attempts=notice.attempts,
                failed_at=tx.now,
                reason=notice.reason or "",
            )
        )


def _is_to_reporter(notice: Notice, rules: Rulebook) -> bool:
    return notice.sealed is None and notice.template not in ANSWERS | rules.to_followers()
