"""What rarely changes: kept in memory, and looked after at most once a minute."""

from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Generic, TypeVar

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions

#: So long a change may take to be noticed by other processes.
LOOK_EVERY = timedelta(minutes=1)

T = TypeVar("T")


class Current(Generic[T]):
    """Gives something as it stands; reads it when it is first asked, and again when its version has changed."""

    def __init__(
        self,
        transactions: Transactions,
        version: Callable[[sa.Connection], int],
        read: Callable[[sa.Connection], T],
    ) -> None:
        self._transactions, self._version, self._read = transactions, version, read
        self._lock = Lock()
        self._known: tuple[int, T] | None = None
        self._look_at = transactions.clock.now()

    def __call__(self) -> T:
        """As it stands."""
        now = self._transactions.clock.now()
        with self._lock:
            if self._known is None or now >= self._look_at:
                self._known = self._look(self._known)
                self._look_at = now + LOOK_EVERY
            return self._known[1]

    def forget(self) -> None:
        """Look again when next asked: it has just been changed here."""
        with self._lock:
            self._known = None

    def _look(self, known: tuple[int, T] | None) -> tuple[int, T]:
        with self._transactions.read() as connection:
            version = self._version(connection)
            return known if known and known[0] == version else (version, self._read(connection))
