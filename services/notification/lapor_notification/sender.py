"""Sends what is due, outside every transaction, and records what became of it.

A notice is leased, sent, recorded: two commits with the outside world between them. If this process dies after the
sending and before the recording, the notice is sent again when its lease has run out. With a gateway or a mail server
that cannot be excluded, only made rare and recognisable; losing a notice can be excluded, and is.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from nacl.public import PrivateKey
from prometheus_client import Counter, Gauge

from lapor_chassis.telemetry import fault, log
from lapor_chassis.transactions import Transactions
from lapor_chassis.trouble import Trouble
from lapor_notification import store
from lapor_notification.couriers import Guarded, Message
from lapor_notification.domain import (
    Contact,
    Delivered,
    Delivery,
    Held,
    Notice,
    Outcome,
    Rulebook,
    Secrecy,
    Template,
    Undelivered,
    Via,
    after,
    forgotten,
    without_contact,
)
from lapor_notification.domain.templates import NEWS, RECEIVED
from lapor_notification.domain.turns import PAUSE, Pace, QuietHours, put_off
from lapor_notification.handlers.receipts import pause, say_given_up
from lapor_notification.keys import open_contact
from lapor_notification.wording import Wording

#: Notices that one sender takes at a time.
BATCH = 50

attempts = Counter("lapor_notice_attempts_total", "Attempts to deliver a notice.", ["template", "via", "state"])
waiting = Gauge("lapor_notices_waiting", "Notices that are not sent yet, by the way of the last attempt.", ["via"])


def reaches_people(ways: Collection[Via]) -> bool:
    """Whether reporters are told. A browser is told besides, and an app instead: by neither are most people reached."""
    return not {Via.PUSH, Via.WEBHOOK}.issuperset(ways)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Everything that is needed to bring notices to people. Any number of them may work at once."""

    transactions: Transactions
    couriers: Mapping[Via, Guarded]
    wording: Wording
    key: PrivateKey
    rules: Rulebook
    quiet: QuietHours | None
    pace: Pace
    lease: timedelta
    jitter: Callable[[], float]
    reads_replies: bool = False
    """Whether replies to letters are read."""

    def send_due(self) -> int:
        """Send what is due; returns how many notices were looked at. Where nobody carries them, all of them wait."""
        if not reaches_people(self.couriers):
            return 0
        ready, looked_at = self._take()
        # Servers may be slow. What is not begun in the first half of the lease is left to whoever takes it next, so
        # that a notice is under way when its lease runs out only if a server needs half a lease for it alone.
        latest = self.transactions.clock.now() + self.lease / 2
        for item, sealed in ready:
            if self.transactions.clock.now() <= latest:
                self._bring(item, sealed)
        return looked_at

    def measure(self) -> int:
        """Count what waits, for the operator."""
        with self.transactions.read() as connection:
            found = store.waiting_by_way(connection)
        for via in ("", *Via):
            waiting.labels(via or "new").set(found.get(via, 0))
        return 0

    def _take(self) -> tuple[list[tuple[store.Due, str]], int]:
        """Lease those whose turn it is, with what they are sealed in; all others wait, or are at their end."""
        ready: list[tuple[store.Due, str]] = []
        told: list[Notice] = []  # whose turn it is: browsers are told too, of reporters who left no address as well
        with self.transactions.begin() as tx:
            due = store.lock_due(
                tx, overtaking=self.rules.overtaking(), urgent=self.rules.urgent(), held=self._held(), limit=BATCH
            )
            for item in due:
                waiting = put_off(item.notice, self._template(item), item.around, self.quiet, at=tx.now)
                if item.is_forgotten:
                    store.save_planned(forgotten(item.notice, at=tx.now), tx)
                    continue
                if waiting is None:
                    told.append(item.notice)
                if waiting:
                    store.save_planned(waiting, tx)
                elif item.sealed is None:
                    store.save_planned(without_contact(item.notice, at=tx.now), tx)
                else:
                    ready.append((item, item.sealed))
            store.add_pushes(told, tx)
            store.lease(tx, [item.notice.id for item, _ in ready], until=tx.now + self.lease)
        return ready, len(due)

    def _held(self) -> list[Via]:
        """The ways by which nothing can be sent at present."""
        return [via for via, courier in self.couriers.items() if courier.held()]

    def _template(self, due: store.Due) -> Template:
        return self.rules.templates[due.notice.template]

    def _bring(self, due: store.Due, sealed: str) -> None:
        try:
            contact = open_contact(sealed, self.key)
        except ValueError as error:
            self._record(due.notice, Undelivered("none", str(error), Trouble.REFUSED))
            return
        now = self.transactions.clock.now()
        if self._template(due).delivery is Delivery.BY_DAY and self.pace.is_too_much(contact.digest, at=now):
            with self.transactions.begin() as tx:
                store.save_planned(replace(due.notice, due_at=now + PAUSE), tx)
            return
        outcome, dead = self._deliver(due, contact)
        if isinstance(outcome, Delivered):
            self.pace.note(contact.digest, at=now)
        self._record(due.notice, outcome, dead, [via for via in contact.addresses if via in self.couriers])

    def _deliver(self, due: store.Due, contact: Contact) -> tuple[Outcome, list[Undelivered]]:
        """Send by the way that the reporter prefers; by the next one where that way is closed for good.

        Returned are also the addresses that proved dead.
        """
        outcome: Outcome = Undelivered("none", "no courier for any of the reporter's addresses")
        dead = []
        for via, to in contact.by_preference():
            if via in due.paused:
                outcome = Undelivered(via, "the reporter's address takes nothing any more", Trouble.REFUSED)
            elif via in self.couriers:
                outcome = self._send(due, contact, via, to)
                if not (isinstance(outcome, Undelivered) and outcome.permanent):
                    break
                if outcome.trouble is Trouble.DEAD:
                    dead.append(outcome)
        return outcome, dead

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
        name = self._template(due).as_known(due.secrecy)
        data = notice.data
        if is_first:
            # Not of the notice but of the contact: it must not lie in the table. (Notices of 0.1 ask nothing.)
            data = {"asks": [], **data, "receipt": contact.receipt or ""}
        if token := contact.token or contact.proof:
            data = {**data, "token": token}  # nor must this
        if due.secrecy is not Secrecy.OPEN and "agency_name" in data:
            data = {**data, "agency_name": ""}  # nobody else is to learn from a lock screen whom it concerns
        # A follower's reply, or one to what names no report, would be a new report.
        replies = self.reads_replies and contact.stop is not None and name != NEWS
        written = self.wording.written(via, name, data, contact.language, replies=replies)
        return Message(
            notice_id=notice.id,
            template=name,
            tracking_id=str(notice.data["tracking_id"]),
            via=via,
            to=to,
            subject=written.subject,
            text=written.text,
            written_at=self.transactions.clock.now(),
            heard_at=due.around.heard_at,
            in_reply_to=contact.comment if is_first or notice.sealed else None,
            unsubscribe=self.wording.farewell(contact),
        )

    def _record(
        self, notice: Notice, outcome: Outcome, dead: Sequence[Undelivered] = (), ways: Collection[Via] = ()
    ) -> None:
        with self.transactions.begin() as tx:
            for address in dead:
                if address.via == Via.PUSH:
                    store.end_subscription(UUID(str(notice.data["subscription_id"])), tx)
                elif notice.sealed is None:
                    pause(notice, address.via, address.reason, ways, self.rules, tx)
            tried = after(notice, outcome, at=tx.now, jitter=self.jitter())
            recorded = store.save_planned(tried, tx)
            if recorded:
                say_given_up(tried, self.rules, tx)
        if isinstance(outcome, Held):
            return  # the provider's breaker has said so, once
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
