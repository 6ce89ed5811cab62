"""How often one network address may ask what everybody may ask without signing in."""

from collections.abc import Callable

from flask import request
from limits import RateLimitItem
from limits.storage import MemoryStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from lapor_chassis.limiting import seconds_over
from lapor_chassis.refusals import Refusal
from lapor_chassis.web.problems import refused


def per_address(limit: RateLimitItem | None, storage: Storage | None, *, what: str) -> Callable[[], None]:
    """Lets each network address ask for something so often; without a storage each process counts for itself."""
    limiter = SlidingWindowCounterRateLimiter(storage or MemoryStorage())

    def admit() -> None:
        if limit and (wait := seconds_over(limiter, limit, what, request.remote_addr or "")):
            reason = "Terlalu banyak permintaan dari jaringan ini. (Too many questions from this network.)"
            raise refused(Refusal(reason, code="too-many", retry_after=wait))

    return admit
