"""Brings bodies' own systems what is due to them, and fetches what they say, outside every transaction.

A round is one body's: its connection is leased, what is due to it goes out one after the other, and each result is
recorded at once. So its order is kept; and rounds run beside each other, so a slow body holds up none but itself. If
this process dies between the sending and the recording, something is brought twice, under the same id.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid5

from prometheus_client import Counter

from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import fault, log
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import AgencyReplied, DispositionAssigned
from lapor_routing.domain.delivering import (
    CARRY_SEALED,
    Connection,
    Delivered,
    Fault,
    Health,
    Means,
    Outcome,
    Undelivered,
    health_after,
    letter_due_after,
)
from lapor_routing.outbound import store
from lapor_routing.outbound.keys import Locked, Strongbox
from lapor_routing.outbound.links import Links
from lapor_routing.outbound.open311 import Heard, Open311
from lapor_routing.outbound.store import Delivery, Line
from lapor_routing.outbound.web import Unreachable

#: Bodies that one process serves at a time, and what one of them gets in a round.
ROUNDS, BATCH = 16, 20
#: So long a round may have a connection to itself: far longer than one call takes.
LEASE = timedelta(minutes=2)
#: How often updates are fetched.
FETCH_EVERY = timedelta(minutes=10)
#: Whoever was away for so long gets what waits in its order, whatever was tried meanwhile.
OUTAGE = timedelta(hours=1)
#: How the threads of rounds are called.
ROUND = "round of"
#: Seconds to wait for the rounds that were begun, before looking for others.
_TOGETHER = 1.0

attempts = Counter("lapor_agency_deliveries_total", "Attempts to tell a body's own system.", ["means", "outcome"])


class Courier(Protocol):
    """Brings something by one of the means. Expected trouble is an outcome, not an exception."""

    def send(self, connection: Connection, delivery: Delivery, *, reference: str | None, at: datetime) -> Outcome:
        """Bring it; ``reference`` is what the body's system calls the assignment, if it does."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sender:
    """Serves bodies' systems. Any number of them may work at once."""

    transactions: Transactions
    strongbox: Strongbox
    couriers: Mapping[Means, Courier]
    open311: Open311
    links: Links
    take_reply: Callable[[AgencyReplied, Transaction], object]
    jitter: Callable[[], float]
    _free: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(ROUNDS))

    def serve(self) -> int:
        """Begin a round for each body that has something due; returns how many were begun."""
        free = 0
        while free < ROUNDS and self._free.acquire(blocking=False):
            free += 1
        lines: list[Line] = []
        try:
            if free:
                with self.transactions.begin() as tx:
                    lines = store.take_lines(tx, self.couriers, limit=free, until=tx.now + LEASE)
        finally:
            for _ in range(free - len(lines)):
                self._free.release()
        rounds = [
            threading.Thread(target=self._round, args=[line], name=f"{ROUND} {line.code}", daemon=True)
            for line in lines
        ]
        for one in rounds:
            one.start()
        # Quick ones are waited for, so that what is left of them is due at once; slow ones are not.
        deadline = time.monotonic() + _TOGETHER
        for one in rounds:
            one.join(max(0.0, deadline - time.monotonic()))
        return len(rounds)

    def _round(self, line: Line) -> None:
        try:
            self._serve(line)
        except Exception as error:  # nobody above could do more; the lease runs out, and it is tried again
            log.error("round failed", agency=line.code, **fault(error))
        finally:
            self._free.release()

    def _serve(self, line: Line) -> None:
        now = self.transactions.clock.now
        health, fetch_at = line.health, line.fetch_at
        try:
            connection = self.strongbox.connection(line, at=now())
        except Locked as locked:
            health = self._after(health, Undelivered(str(locked)), at=now())
        else:
            health = self._bring_due(connection, health)
            if fetch_at and max(fetch_at, health.next_at) <= now():
                health, fetch_at = self._fetch(connection, health, fetch_at)
        has_worked = health is not line.health and not health.failures
        succeeded_at = now() if has_worked else line.succeeded_at
        with self.transactions.begin() as tx:
            store.save_health(tx, line.code, health, succeeded_at=succeeded_at, fetch_at=fetch_at)
        if health.disabled_at:
            log.error("a body's system is asked no more", agency=line.code, means=line.means, reason=health.trouble)

    def _bring_due(self, connection: Connection, health: Health) -> Health:
        """Bring what is due, one after the other, for as long as the system takes it and half a lease allows."""
        code, now = connection.agency_code, self.transactions.clock.now
        latest = now() + LEASE / 2
        with self.transactions.read() as reading:
            due = store.due_deliveries(reading, code, now(), BATCH)
        for delivery in due:
            outcome = self._bring(connection, delivery)
            tried_at = now()
            was_away = health.failing_since is not None and tried_at - health.failing_since > OUTAGE
            is_back = was_away and isinstance(outcome, Delivered)
            health = self._after(health, outcome, at=tried_at)
            self._record(delivery, outcome, everything_is_due=is_back)
            attempts.labels(connection.means, outcome.fault if isinstance(outcome, Undelivered) else "delivered").inc()
            if isinstance(outcome, Undelivered):
                log.warning("not delivered", agency=code, delivery_id=str(delivery.id), reason=outcome.reason)
            if is_back or health.disabled_at or health.next_at > tried_at or tried_at > latest:
                break
        return health

    def _bring(self, connection: Connection, delivery: Delivery) -> Outcome:
        try:
            with self.transactions.read() as reading:
                # It may have been meant for the body's webhook, before it was connected otherwise.
                if connection.means not in CARRY_SEALED and store.is_sealed(reading, delivery.report_id):
                    return Delivered()
                reference = store.reference_of(reading, delivery.disposition_id, delivery.agency_code)
            now = self.transactions.clock.now()
            linked = self.links.put_into(delivery, at=now)
            return self.couriers[connection.means].send(connection, linked, reference=reference, at=now)
        except Exception as error:  # one body's trouble must not become its neighbours'
            log.error("delivery stumbled", delivery_id=str(delivery.id), **fault(error))
            return Undelivered(type(error).__name__, Fault.LETTER)

    def _record(self, delivery: Delivery, outcome: Outcome, *, everything_is_due: bool) -> None:
        with self.transactions.begin() as tx:
            if isinstance(outcome, Delivered):
                store.save_delivered(tx, delivery, outcome.reference)
                if everything_is_due:  # the next round then begins with what is due first
                    store.make_due(tx, delivery.agency_code)
            else:
                due_at = letter_due_after(delivery.attempts + 1, outcome, at=tx.now, jitter=self.jitter())
                store.save_undelivered(tx, delivery, due_at=due_at, reason=outcome.reason)

    def _fetch(self, connection: Connection, health: Health, fetch_at: datetime) -> tuple[Health, datetime]:
        """Hear what the body's server says; where it does not tell, it is asked again for the same time."""
        now = self.transactions.clock.now()
        with self.transactions.read() as reading:
            open_ones = store.referred(reading, connection.agency_code, DispositionAssigned.type)
        if not open_ones:
            return health, now + FETCH_EVERY
        try:
            for fetched in self.open311.fetch(connection, open_ones, since=fetch_at - FETCH_EVERY, at=now):
                for heard in fetched.heard:
                    self._take(heard)
                with self.transactions.begin() as tx:
                    # A slow server with many open requests has one round, however long that takes it.
                    store.prolong(tx, connection.agency_code, until=tx.now + LEASE)
                    for delivery, reference in fetched.references.items():
                        store.save_reference(tx, delivery.id, reference)
        except Unreachable as trouble:
            return self._after(health, Undelivered(str(trouble)), at=now), fetch_at
        return self._after(health, Delivered(), at=now), now + FETCH_EVERY

    def _take(self, heard: Heard) -> None:
        """As if the body itself had said so, which it has."""
        delivery = heard.delivery
        reply = AgencyReplied(
            report_id=delivery.report_id,
            disposition_id=delivery.disposition_id,
            reply_id=uuid5(delivery.disposition_id, f"{heard.name}/{heard.kind}/{heard.text}"),
            agency_code=delivery.agency_code,
            answer_kind=heard.kind,
            answer_type=heard.type,
            text=heard.text,
        )
        with self.transactions.begin() as tx:
            outcome = self.take_reply(reply, tx)
        if isinstance(outcome, Refusal):
            log.warning("update not taken", agency=delivery.agency_code, reason=outcome.code)

    def _after(self, health: Health, outcome: Outcome, *, at: datetime) -> Health:
        return health_after(health, outcome, at=at, jitter=self.jitter())
