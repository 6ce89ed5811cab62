"""Counts that everyone may read: none so small that it tells of somebody, and none that can be found by subtraction.

Small counts are put together with others. A table here has one total and parts that make it up, and no part is told in
any other table, so what was put together can only be known as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a table."""

    shown: Mapping[str, int]
    """The parts that are told one by one."""
    others: int | None
    """All other parts together, with what belongs to no part; None where not even the total is told."""
    total: int | None


def told(parts: Mapping[str, int], total: int, least: int) -> Told:
    """Of a total of at least so many, the parts of at least so many.

    What is not told one by one is at least so many together, and at least two parts: the smallest of the others are
    put to it until that is so.
    """
    if total < least:
        return Told({}, None, None)
    rest = total - sum(parts.values())
    by_size = sorted(((count, part) for part, count in parts.items() if count), key=lambda one: (-one[0], one[1]))
    together = [count for count, _ in by_size if count < least] + ([rest] if rest else [])
    shown = [(part, count) for count, part in by_size if count >= least]
    while together and shown and (sum(together) < least or len(together) < _FEWEST):
        together.append(shown.pop()[1])
    return Told(dict(shown), sum(together), total)
