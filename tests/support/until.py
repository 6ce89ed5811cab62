"""Wait for the thing, never for a while."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def until(condition: Callable[[], Value], seconds: float = 30) -> Value:
    """What ``condition`` returns, as soon as that is true; fails when it is not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s; the last answer was {value!r}")
        time.sleep(0.02)
    return value
