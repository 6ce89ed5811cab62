"""When to stop asking a provider that does not answer, and when to ask again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

#: So many failures in a row, and the provider counts as away.
MOST_FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)


@dataclass(frozen=True)
class Circuit:
    """A circuit breaker: closed at first; open after a number of failures; then one message at a time is a probe."""

    failures: int = 0
    """In a row."""
    open_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the provider counts as away."""
        return self.open_until is not None

    def waits_until(self, at: datetime) -> datetime | None:
        """Until when nothing is tried; None where something may be."""
        return self.open_until if self.open_until and at < self.open_until else None

    def probing(self, at: datetime, lasts: timedelta) -> "Circuit":
        """While one message is a probe all others wait, for as long as the provider may take to answer it."""
        return replace(self, open_until=at + lasts) if self.is_open else self

    def after_failure(self, at: datetime, jitter: float) -> "Circuit":
        """One more; ``jitter``, from 0 to 1, keeps many senders from coming back at once."""
        failures = self.failures + 1
        if failures < MOST_FAILURES:
            return replace(self, failures=failures)
        doublings = min(failures - MOST_FAILURES, 10)  # more would be too large a number
        pause = min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)
        return Circuit(failures, at + pause * (0.75 + jitter / 2))

    def after_success(self) -> "Circuit":
        """All is well again."""
        return Circuit()
