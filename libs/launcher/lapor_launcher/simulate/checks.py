"""What must be true at the end: nothing is forgotten, no deadline passes unsaid, nobody hears a thing twice."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import orjson
import sqlalchemy as sa

from lapor_contracts.vocabulary import Clock, Status
from lapor_launcher.simulate.world import World
from lapor_tracking.domain.ladder import shipped_ladder
from lapor_tracking.domain.statistics import Grouping, Measure, Months
from lapor_tracking.store import deadlines, sums, timelines

ENDS = (Status.CLOSED, Status.ARCHIVED, Status.MERGED, Status.REFERRED)


class Finding(NamedTuple):
    """A promise, and where it was not kept."""

    promise: str
    counterexamples: list[str]


def findings(world: World) -> list[Finding]:
    """Every promise, with what speaks against it."""
    with world.system.services["tracking"].transactions.read() as connection:
        return [
            Finding("every report that came in is known", _unknown(connection, world)),
            Finding("every report is at its end, or open with a running clock", _forgotten(connection)),
            Finding("every clock that ran out was announced, once", _unsaid(connection, world)),
            Finding("no level of escalation was skipped", _skipped(connection, world)),
            Finding("no reporter heard a thing twice", _twice(world.notices)),
            Finding("the statistics say what a recount says", _miscounted(connection)),
        ]


def _unknown(connection: sa.Connection, world: World) -> list[str]:
    known = connection.scalar(sa.select(sa.func.count()).select_from(timelines))
    return [] if known == world.submitted else [f"{world.submitted} came in, {known} are known"]


def _forgotten(connection: sa.Connection) -> list[str]:
    runs = sa.exists().where(deadlines.c.report_id == timelines.c.report_id, deadlines.c.stopped_at.is_(None))
    forgotten = sa.select(timelines.c.tracking_id, timelines.c.status).where(timelines.c.status.not_in(ENDS), ~runs)
    return [f"{row.tracking_id} is {row.status}, and no clock runs" for row in connection.execute(forgotten)]


def _unsaid(connection: sa.Connection, world: World) -> list[str]:
    told = [clock for clock in Clock if shipped_ladder().ran_out(clock)]
    now = world.clock.now()
    over = sa.select(deadlines.c.deadline_id, deadlines.c.due_at, deadlines.c.clock, timelines.c.tracking_id).where(
        deadlines.c.clock.in_(told),
        sa.func.coalesce(deadlines.c.stopped_at, now) > deadlines.c.due_at,
        timelines.c.report_id == deadlines.c.report_id,
    )
    return [
        f"{row.clock} of {row.tracking_id}, due {row.due_at:%Y-%m-%d}: announced {said} times"
        for row in connection.execute(over)
        if (said := world.missed[row.deadline_id, row.due_at]) != 1
    ]


def _skipped(connection: sa.Connection, world: World) -> list[str]:
    clocks = sa.select(deadlines.c.deadline_id, deadlines.c.clock, timelines.c.tracking_id).where(
        deadlines.c.rung > 0, timelines.c.report_id == deadlines.c.report_id
    )
    found = []
    for row in connection.execute(clocks):
        ladder = [rung.level for rung in shipped_ladder().rungs.get(Clock(row.clock), ()) if rung.level]
        for due_at, levels in world.escalated.get(row.deadline_id, {}).items():
            if levels != ladder[: len(levels)]:
                found.append(f"{row.clock} of {row.tracking_id}, due {due_at:%Y-%m-%d}: {', '.join(levels)}")
    return found


def _miscounted(connection: sa.Connection) -> list[str]:
    (told,) = sums(connection, Grouping.ALL, Months("2000-01", "2999-12"), None, 1)
    own = timelines.c
    recount = {
        Measure.RECEIVED: sa.true(),
        Measure.OPEN: own.status.not_in(ENDS),
        Measure.ARCHIVED: own.status == Status.ARCHIVED,
        Measure.MERGED: own.status == Status.MERGED,
        Measure.REOPENED: own.reopenings > 0,
        Measure.RATED: own.rating.is_not(None),
    }
    found = []
    for measure, condition in recount.items():
        counted = connection.scalar(sa.select(sa.func.count()).select_from(timelines).where(condition))
        if counted != told[measure]:
            found.append(f"{measure}: {told[measure]} by the statistics, {counted} by counting")
    return found


def _twice(sink: Path) -> list[str]:
    """The same notice, or another one of the same sort about the same report at the same moment."""
    if not sink.exists():
        return ["nobody heard anything"]
    heard: Counter[str] = Counter()
    with sink.open("rb") as lines:
        for line in lines:
            notice = orjson.loads(line)
            heard[notice["notice_id"]] += 1
            heard["{tracking_id} {template} {text} {written_at}".format(**notice)] += 1
    return [f"{times} times: {what}" for what, times in heard.items() if times > 1]
