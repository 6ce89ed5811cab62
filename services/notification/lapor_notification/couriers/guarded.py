"""A courier with a circuit breaker and a limit: spares a provider that is away, and one that takes only so much.

Both are kept by each process for itself, unless the limit is counted in a storage that all share.
"""

import math
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from limits import RateLimitItem
from limits.storage import MemoryStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import Gauge

from lapor_chassis.clock import Clock
from lapor_chassis.telemetry import log
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers.courier import TIMEOUT, Courier, Message
from lapor_notification.domain import Held, Outcome, Undelivered, Via
from lapor_notification.domain.circuit import Circuit

#: Longer than any exchange with a provider takes: so long others wait while one message is a probe.
_PROBE = timedelta(seconds=4 * TIMEOUT)

breaker_open = Gauge("lapor_provider_away", "1 while notices wait because their provider is away.", ["via"])


class Guarded:
    """Sends by a courier as long as its provider works."""

    def __init__(
        self,
        via: Via,
        courier: Courier,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        limit: RateLimitItem | None = None,
        storage: Storage | None = None,
    ) -> None:
        self._via, self._courier, self._clock, self._jitter = via, courier, clock, jitter
        self._limit, self._limiter = limit, MovingWindowRateLimiter(storage or MemoryStorage())
        self._lock = threading.Lock()
        self._circuit = Circuit()
        breaker_open.labels(via).set(0)

    def held(self) -> Held | None:
        """Why nothing is sent at present, and until when; None where something may be."""
        now = self._clock.now()
        if until := self._circuit.waits_until(now):
            return Held(self._via, "the provider is away", until)
        if self._limit and not self._limiter.test(self._limit, self._via):
            resets = self._limiter.get_window_stats(self._limit, self._via).reset_time
            return Held(self._via, "the provider has had as much as it takes at a time", now + _from_now(resets))
        return None

    def send(self, message: Message) -> Outcome:
        """Send, unless it must wait. What fails because the provider is away is not that message's failure."""
        with self._lock:
            if held := self.held():
                return held
            self._circuit = self._circuit.probing(self._clock.now(), _PROBE)
        if self._limit:
            self._limiter.hit(self._limit, self._via)
        try:
            outcome = self._courier.send(message)
        except Exception:
            self._note(fails=True)
            raise
        fails = isinstance(outcome, Undelivered) and outcome.trouble in (Trouble.AWAY, Trouble.UNKNOWN)
        circuit = self._note(fails=fails)
        if isinstance(outcome, Undelivered) and outcome.trouble is Trouble.AWAY and circuit.open_until:
            return Held(self._via, outcome.reason, circuit.open_until)
        return outcome

    def _note(self, *, fails: bool) -> Circuit:
        with self._lock:
            before = self._circuit
            after = before.after_failure(self._clock.now(), self._jitter()) if fails else before.after_success()
            self._circuit = after
        if after.is_open != before.is_open:
            breaker_open.labels(self._via).set(after.is_open)
            log.warning("provider is away" if after.is_open else "provider is back", via=self._via)
        return after


def _from_now(moment: float) -> timedelta:
    """The limits are counted by the machine's clock."""
    return timedelta(seconds=max(0.0, math.ceil((moment - time.time()) * 1000) / 1000))
