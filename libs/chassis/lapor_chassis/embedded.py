"""The bus of the embedded mode: one process, no server. The outbox is the truth; this only carries it.

Rows of a service's outbox are handed to each service that hears them, in batches; a row leaves the outbox when every
one of them has committed it. A crash at any moment leaves the row where it was; whoever had it already knows it by
its inbox.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from lapor_chassis import outbox
from lapor_chassis.batches import Fate, Incoming, process
from lapor_chassis.database import is_away
from lapor_chassis.dead_letters import set_aside
from lapor_chassis.service import Service
from lapor_chassis.telemetry import fault, log, messages_published
from lapor_chassis.timers import Timers
from lapor_chassis.topology import ATTEMPTS, RETRY_AFTER_MS, hears
from lapor_chassis.transactions import Outgoing, Transactions

BATCH = 200


@dataclass(frozen=True)
class Member:
    """A service on the bus, with its database."""

    service: Service
    transactions: Transactions


class EmbeddedBus:
    """Carries events between the services of one process, in a thread of its own."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members = list(members)
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._carry_on, name="bus", daemon=True)
        self._failures: dict[tuple[str, UUID], int] = defaultdict(int)
        self._timers = Timers([(m.service.name, timer) for m in self._members for timer in m.service.timers])

    def start(self) -> None:
        """Begin with what an earlier run left in the outboxes."""
        self._thread.start()
        self._timers.start()

    def stop(self) -> None:
        """Finish the batch at hand and stop."""
        self._stopping.set()
        self._work.set()
        self._timers.stop()
        self._thread.join()

    def wake(self) -> None:
        """Something was committed to an outbox."""
        self._work.set()

    def carry(self) -> int:
        """Carry all that is due now; returns how many events left their outbox."""
        carried = 0
        while moved := sum(self._relay(member) for member in self._members):
            carried += moved
        return carried

    def _carry_on(self) -> None:
        while not self._stopping.is_set():
            self._work.clear()
            try:
                self.carry()
            except Exception as error:
                if not is_away(error):
                    log.error("the bus stumbled, and goes on", **fault(error))
                self._stopping.wait(1)
            # Retries become due without anybody waking the bus.
            self._work.wait(timeout=1)

    def _relay(self, member: Member) -> int:
        letters = outbox.due(member.transactions, limit=BATCH)
        if not letters:
            return 0
        again: set[UUID] = set()
        for hearer in self._members:
            wanted = [letter for letter in letters if hears(hearer.service, letter.type, letter.routing_key)]
            again |= self._deliver(hearer, wanted)
        delivered = [letter.event_id for letter in letters if letter.event_id not in again]
        outbox.settle(member.transactions, delivered)
        outbox.put_off(member.transactions, list(again), timedelta(milliseconds=RETRY_AFTER_MS))
        messages_published.labels(member.service.name).inc(len(delivered))
        return len(delivered)

    def _deliver(self, hearer: Member, letters: Sequence[Outgoing]) -> set[UUID]:
        """Hand the letters over; returns those that must be brought again."""
        if not letters:
            return set()
        outcomes, _ = process(hearer.service, hearer.transactions, [Incoming(letter.body) for letter in letters])
        again = set()
        for letter, outcome in zip(letters, outcomes, strict=True):
            key = (hearer.service.name, letter.event_id)
            if outcome.fate is Fate.RETRY:
                self._failures[key] += 1
                if self._failures[key] < ATTEMPTS:
                    again.add(letter.event_id)
                    continue
            attempts = self._failures.pop(key, 1)
            if outcome.fate is not Fate.DONE:
                set_aside(hearer.service, hearer.transactions, letter.body, outcome.reason, attempts)
        return again
