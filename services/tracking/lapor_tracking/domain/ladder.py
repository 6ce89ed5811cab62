"""What is said of a clock while time goes by: warnings, that it ran out, and to whom it then goes, level by level."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import Calendar, extended
from lapor_contracts.vocabulary import Clock, Level
from lapor_tracking.domain.clocks import Deadline

#: Of the time between the beginning and the end.
RAN_OUT = 100


@dataclass(frozen=True, slots=True)
class Rung:
    """Something to be said of a clock."""

    number: int
    """From 1 on; said in this order, each once."""
    percent: int | None
    """When so much of the time has gone by …"""
    working_days: int = 0
    """… or so many working days after all of it."""
    level: Level | None = None
    """Who is to see to it from then on."""

    def at(self, deadline: Deadline, calendar: Calendar) -> datetime:
        """When it is to be said."""
        if self.percent is not None:
            return deadline.starts_at + (deadline.due_at - deadline.starts_at) * (self.percent / RAN_OUT)
        if not self.working_days:
            return deadline.due_at
        office = deadline.office
        return extended(deadline.due_at, self.working_days, ZoneInfo(office.time_zone), calendar.of(office.region_code))


@dataclass(frozen=True)
class Ladder:
    """The rungs of each clock."""

    rungs: Mapping[Clock, Sequence[Rung]]

    def ran_out(self, clock: Clock) -> int:
        """The number of the rung on which it is said that the clock ran out; 0 where that is never said."""
        return next((rung.number for rung in self.rungs.get(clock, ()) if rung.percent == RAN_OUT), 0)

    def first_at(self, deadline: Deadline, calendar: Calendar) -> datetime | None:
        """When there may be something to be said of it, as far as is known without knowing what was said."""
        if deadline.stopped_at:  # what was met too late was missed all the same
            is_late = deadline.stopped_at > deadline.due_at and self.ran_out(deadline.clock)
            return deadline.due_at if is_late else None
        return next((rung.at(deadline, calendar) for rung in self.rungs.get(deadline.clock, ())), None)

    def due(self, deadline: Deadline, said: int, now: datetime, calendar: Calendar) -> list[Rung]:
        """What is to be said now. Of warnings that are late, the last: nobody needs the earlier one any more."""
        found = [rung for rung in self._left(deadline, said) if rung.at(deadline, calendar) <= now]
        warnings = [rung for rung in found if rung.percent not in (None, RAN_OUT)]
        ran_out = any(rung.percent == RAN_OUT for rung in found)
        return [rung for rung in found if rung not in warnings or (rung == warnings[-1] and not ran_out)]

    def last(self, deadline: Deadline, said: int, now: datetime, calendar: Calendar) -> int:
        """The number of the last rung of which nothing is to be said any more."""
        return max(
            (rung.number for rung in self._left(deadline, said) if rung.at(deadline, calendar) <= now), default=said
        )

    def next_at(self, deadline: Deadline, said: int, now: datetime, calendar: Calendar) -> datetime | None:
        """When there is something to be said again."""
        times = (rung.at(deadline, calendar) for rung in self._left(deadline, said))
        return next((at for at in times if at > now), None)

    def _left(self, deadline: Deadline, said: int) -> Iterator[Rung]:
        for rung in self.rungs.get(deadline.clock, ()):
            if rung.number > said and (deadline.stopped_at is None or rung.percent == RAN_OUT):
                yield rung


@cache
def shipped_ladder() -> Ladder:
    """The ladder that comes with this package; data/README.md says where it is from."""
    rungs: dict[Clock, list[Rung]] = {}
    with (files("lapor_tracking") / "data" / "ladder.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            own = rungs.setdefault(Clock(row["clock"]), [])
            percent = int(row["percent"]) if row["percent"] else None
            level = Level(row["level"]) if row["level"] else None
            own.append(Rung(len(own) + 1, percent, int(row["working_days"] or 0), level))
    return Ladder(rungs)
