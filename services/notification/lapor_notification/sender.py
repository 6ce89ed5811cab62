"""Sends what is due, outside every transaction, and records what became of it.

A notice is leased, sent, recorded: two commits with the outside world between them. If this process dies after the
sending and before the recording, the notice is sent again when its lease has run out. With a gateway or a mail server
that cannot be excluded, only made rare and recognisable; losing a notice can be excluded, and is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from nacl.public import PrivateKey
from prometheus_client import Counter

from lapor_chassis.telemetry import fault, log
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import NoticeFailed
from lapor_notification import store
from lapor_notification.couriers import Courier, Message
from lapor_notification.domain import (
    Contact,
    Delivered,
    Notice,
    Outcome,
    State,
    Undelivered,
    Via,
    after,
    forgotten,
    without_contact,
)
from lapor_notification.domain.templates import RECEIVED
from lapor_notification.keys import open_contact
from lapor_notification.wording import Wording

#: Notices that one sender takes at a time.
BATCH = 50

attempts = Counter("lapor_notice_attempts_total", "Attempts to deliver a notice.", ["template", "via", "state"])


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Everything that is needed to bring notices to people. Any number of them may work at once."""

    transactions: Transactions
    couriers: Mapping[Via, Courier]
    wording: Wording
    key: PrivateKey
    lease: timedelta
    jitter: Callable[[], float]

    def send_due(self) -> int:
        """Send what is due; returns how many notices were looked at. Without a courier all of them wait."""
        if not self.couriers:
            return 0
        due = self._take()
        # Servers may be slow. What is not begun in the first half of the lease is left to whoever takes it next, so
        # that a notice is under way when its lease runs out only if a server needs half a lease for it alone.
        latest = self.transactions.clock.now() + self.lease / 2
        for item in due:
            if item.sealed is not None and self.transactions.clock.now() <= latest:
                self._record(item.notice, self._deliver(item, item.sealed))
        return len(due)

    def _take(self) -> list[store.Due]:
        with self.transactions.begin() as tx:
            due = store.lock_due(tx, limit=BATCH)
            store.lease(tx, [item.notice.id for item in due if item.sealed], until=tx.now + self.lease)
            for item in due:
                if item.sealed is None:
                    waits = forgotten if item.is_forgotten else without_contact
                    store.save_planned(waits(item.notice, at=tx.now), tx)
        return due

    def _deliver(self, due: store.Due, sealed: str) -> Outcome:
        """Send by the way that the reporter prefers; by the next one where that way is closed for good."""
        try:
            contact = open_contact(sealed, self.key)
        except ValueError as error:
            return Undelivered("none", str(error), permanent=True)
        outcome: Outcome = Undelivered("none", "no courier for any of the reporter's addresses")
        for via, to in contact.by_preference():
            if via in self.couriers:
                outcome = self._send(due, contact, via, to)
                if isinstance(outcome, Delivered) or not outcome.permanent:
                    break
        return outcome

    def _send(self, due: store.Due, contact: Contact, via: Via, to: str) -> Outcome:
        try:
            return self.couriers[via].send(self._written(due, contact, via, to))
        except Exception as error:
            # One notice's trouble must not hold up its neighbours; the text of the error may hold the address.
            log.error("notice stumbled", notice_id=str(due.notice.id), **fault(error))
            return Undelivered(via, type(error).__name__)

    def _written(self, due: store.Due, contact: Contact, via: Via, to: str) -> Message:
        notice = due.notice
        is_first = notice.template == RECEIVED
        data = notice.data
        if is_first:
            # Not of the notice but of the contact: it must not lie in the table. (Notices of 0.1 ask nothing.)
            data = {"asks": [], **data, "receipt": contact.receipt or ""}
        written = self.wording.written(via, notice.template, data)
        return Message(
            notice_id=notice.id,
            template=notice.template,
            tracking_id=str(notice.data["tracking_id"]),
            via=via,
            to=to,
            subject=written.subject,
            text=written.text,
            written_at=self.transactions.clock.now(),
            heard_at=due.heard_at,
            in_reply_to=contact.comment if is_first or notice.sealed else None,
        )

    def _record(self, notice: Notice, outcome: Outcome) -> None:
        with self.transactions.begin() as tx:
            tried = after(notice, outcome, at=tx.now, jitter=self.jitter())
            recorded = store.save_planned(tried, tx)
            # An answer is no step of the report's: nobody else need know that it did not arrive.
            if recorded and tried.state is State.GIVEN_UP and tried.sealed is None:
                tx.publish(
                    NoticeFailed(
                        report_id=tried.report_id,
                        notice_id=tried.id,
                        template=tried.template,
                        via=outcome.via,
                        attempts=tried.attempts,
                        failed_at=tx.now,
                        reason=tried.reason or "",
                    )
                )
        attempts.labels(tried.template, outcome.via, tried.state.value).inc()
        if not isinstance(outcome, Delivered):
            log.warning(
                "notice not delivered",
                notice_id=str(tried.id),
                report_id=str(tried.report_id),
                template=tried.template,
                via=outcome.via,
                state=tried.state.value,
                attempts=tried.attempts,
                reason=outcome.reason,
            )
