"""What a simulated month came to, out of tracking's facts and what the people saw."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from lapor_launcher.simulate.world import World
from lapor_tracking.domain.statistics import Figures, Grouping, Months, Share, by_age
from lapor_tracking.domain.statistics import figures as figures_of
from lapor_tracking.store import deadlines, open_by_day, sums, timelines

#: Bodies of which the statistics are printed, those with most reports.
MOST_BODIES = 10
_EVER = Months("2000-01", "2999-12")


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


def statistics(world: World) -> Iterator[tuple[str, ...]]:
    """The statistics as everybody can read them: of the whole country, and of the bodies with most reports.

    Each row: whose, reports, open, verified, first answered and resolved in time, confirmed, rating, band.
    """
    with world.system.services["tracking"].transactions.read() as connection:
        for by, most in ((Grouping.ALL, 1), (Grouping.AGENCY, MOST_BODIES)):
            for row in sums(connection, by, _EVER, None, most):
                yield (row["name"] or "all").removeprefix("Pemerintah "), *_told(figures_of(row))


def backlog(world: World) -> Iterator[tuple[str, int]]:
    """How many reports are open, by age."""
    with world.system.services["tracking"].transactions.read() as connection:
        ages = by_age(open_by_day(connection, Grouping.ALL, ""), world.clock.now().date())
    yield from ((f"open for {one.least} to {one.most or '…'} days", one.reports) for one in ages)


def _told(found: Figures) -> tuple[str, ...]:
    return (
        f"{found.counts['received']:,}",
        f"{found.counts['open']:,}",
        *(_percent(one) for one in (found.verified, found.answered, found.resolved, found.confirmed)),
        f"{found.mean_rating:.1f}" if found.mean_rating else "–",
        f"{found.grade.band}{'' if found.grade.is_sure else '?'}" if found.grade else "–",
    )


def _percent(one: Share | None) -> str:
    return f"{one.share:.0%}" if one else "–"
