"""How long to go on trying, and how long to wait in between."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

#: However long something is away, it is asked again about this often.
LONGEST_PAUSE = 30.0


@dataclass
class Pauses:
    """Pauses that double, with some chance in them so that a thousand clients do not come back at once."""

    first: float
    _next: float = 0.0

    def following(self) -> float:
        """Seconds to wait before the next attempt."""
        self._next = min(max(self.first, self._next * 2), LONGEST_PAUSE)
        return self._next * random.uniform(0.75, 1.25)  # noqa: S311 -- chance, not secrecy

    def reset(self) -> None:
        """It worked: begin again with the first one."""
        self._next = 0.0


class Patience:
    """Attempts until the time given has run out: ``for _ in patience.attempts(): ...``."""

    def __init__(self, seconds: float, first_pause: float) -> None:
        self._seconds = seconds
        self._first_pause = first_pause
        self.wished = 0.0
        """The least pause before the next attempt, where the other side named one (Retry-After)."""

    def attempts(self) -> Iterator[None]:
        """Once at least; again after ever longer pauses for as long as one more fits into the time."""
        deadline = time.monotonic() + self._seconds
        pauses = Pauses(self._first_pause)
        while True:
            self.wished = 0.0
            yield
            pause = max(pauses.following(), self.wished)
            if time.monotonic() + pause > deadline:
                return
            time.sleep(pause)
