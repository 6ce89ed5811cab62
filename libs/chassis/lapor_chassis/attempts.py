"""How often receipts may be tried: wrong ones are counted, for the report and for the address they come from.

What is counted is what was typed, whether there is such a report or not, so the limit tells nothing. A right receipt is
never counted; while somebody else has used a report's limit up it has to wait too, until the oldest wrong one is a
quarter of an hour ago. What is tried meanwhile makes that no longer.
"""

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import MovingWindowRateLimiter

#: Ten guesses at a receipt every quarter of an hour are hopeless, and more than a person mistypes.
PER_REPORT = RateLimitItemPerMinute(10, 15, namespace="receipts of a report")
#: Thousands of people may share the address of a mobile network.
PER_ADDRESS = RateLimitItemPerMinute(100, 15, namespace="receipts from an address")


class Attempts:
    """Counts wrong receipts; without a storage each process counts for itself."""

    def __init__(
        self,
        storage: Storage | None = None,
        *,
        per_report: RateLimitItem = PER_REPORT,
        per_address: RateLimitItem = PER_ADDRESS,
    ) -> None:
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())
        self._per_report, self._per_address = per_report, per_address

    def seconds_to_wait(self, tracking_id: str, address: str) -> int:
        """How long nobody may try a receipt of this report, or nobody from this address; 0: now."""
        used_up = [
            self._limiter.get_window_stats(limit, name).reset_time
            for limit, name in self._counted(tracking_id, address)
            if not self._limiter.test(limit, name)
        ]
        return max(1, math.ceil(max(used_up) - time.time())) if used_up else 0

    def note_wrong(self, tracking_id: str, address: str) -> None:
        """A wrong receipt was tried."""
        for limit, name in self._counted(tracking_id, address):
            self._limiter.hit(limit, name)

    def _counted(self, tracking_id: str, address: str) -> list[tuple[RateLimitItem, str]]:
        return [(self._per_report, tracking_id), (self._per_address, address)]
