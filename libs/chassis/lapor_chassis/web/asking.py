"""How often one network address may ask what everybody may ask without signing in."""

import math
import time
from collections.abc import Callable

from flask import request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from lapor_chassis.refusals import Refusal
from lapor_chassis.web.problems import refused


def limit(text: str) -> RateLimitItem | None:
    """Read a setting such as ``120 per 10 minutes``; ``none`` is no limit."""
    return None if text == "none" else parse(text)


def per_address(limit: RateLimitItem | None, storage: Storage | None, *, what: str) -> Callable[[], None]:
    """Lets each network address ask for something so often; without a storage each process counts for itself."""
    limiter = SlidingWindowCounterRateLimiter(storage or MemoryStorage())

    def admit() -> None:
        asked = what, request.remote_addr or ""
        if limit and not limiter.hit(limit, *asked):
            wait = math.ceil(limiter.get_window_stats(limit, *asked).reset_time - time.time())
            reason = "Terlalu banyak permintaan dari jaringan ini. (Too many questions from this network.)"
            raise refused(Refusal(reason, code="too-many", retry_after=max(1, wait)))

    return admit
