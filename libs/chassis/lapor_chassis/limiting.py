"""How much somebody may ask for in a time: what settings say of it, and counting."""

import math
import time

from limits import RateLimitItem, parse
from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string
from limits.strategies import RateLimiter


def limit(text: str) -> RateLimitItem | None:
    """Read a setting such as ``120 per 10 minutes``; ``none`` is no limit."""
    return None if text == "none" else parse(text)


def limits_storage(text: str) -> Storage:
    """Where several processes count together: ``redis://…`` or another storage of the library ``limits``."""
    try:
        storage = storage_from_string(text)
    except ConfigurationError:  # its text may hold the password
        storage = None
    if not isinstance(storage, Storage):
        raise ValueError("not a storage of the library limits, or one whose client is not installed")
    return storage


def seconds_over(limiter: RateLimiter, item: RateLimitItem, *names: str) -> int:
    """Count one more; 0 where that is within the limit, else the seconds after which to come again."""
    if limiter.hit(item, *names):
        return 0
    return max(1, math.ceil(limiter.get_window_stats(item, *names).reset_time - time.time()))
