"""What a simulated month came to, out of tracking's facts and what the people saw."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from lapor_launcher.simulate.world import World
from lapor_tracking.store import deadlines, timelines


def figures(world: World) -> Iterator[tuple[str, int]]:
    """Each figure with its name."""
    own = timelines.c
    with world.system.services["tracking"].transactions.read() as connection:

        def by(column: sa.Column[str], *conditions: sa.ColumnElement[bool]) -> list[tuple[str, int]]:
            query = sa.select(column, sa.func.count()).where(*conditions).group_by(column).order_by(column)
            return [(name, number) for name, number in connection.execute(query) if name]

        yield "reports", world.submitted
        yield from ((f"  {status}", number) for status, number in by(own.status))
        yield from ((f"closed by {who}", number) for who, number in by(own.closed_by, own.closed_at.is_not(None)))
        for name, column in (("verified", own.verified_at), ("answered", own.answered_at)):
            yield f"{name} at all", connection.scalar(sa.select(sa.func.count(column))) or 0
        yield "handed on at least once", connection.scalar(sa.select(sa.func.count()).where(own.hops > 1)) or 0
        yield "opened again", connection.scalar(sa.select(sa.func.count()).where(own.reopenings > 0)) or 0
        yield from ((f"clocks: {clock}", number) for clock, number in by(deadlines.c.clock))
    yield "clocks that ran out", sum(world.missed.values())
    levels = Counter(level for dates in world.escalated.values() for levels in dates.values() for level in levels)
    yield from ((f"escalated to {level}", number) for level, number in sorted(levels.items()))
    yield from ((f"no longer possible: {why}", number) for why, number in sorted(world.refused.items()))
