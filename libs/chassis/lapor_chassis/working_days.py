"""Which days civil servants work, and when a time limit that counts them ends. Pure: no clock, no database.

The rule: the day something starts is not counted, whatever the hour and whether or not it is a working day. The
first day counted is the next one that counts (any day for calendar days, a working day for working days). The limit
ends with the last day counted, that is at the midnight after it where the handling body is.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SATURDAY = 5


class Unit(StrEnum):
    """What a time limit counts."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Calendar:
    """National holidays and joint leave, and what single regions have besides; weekends need no list."""

    days_off: frozenset[date]
    regional: Mapping[str, frozenset[date]] = field(default_factory=dict, hash=False)
    """By Kemendagri code: off in that province, regency or city, and in all that lies in it."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on that day, wherever no region has it off."""
        return day.weekday() < _SATURDAY and day not in self.days_off

    def of(self, region_code: str | None) -> "Calendar":
        """The calendar of offices there."""
        if not region_code or not self.regional:
            return self
        own = [days for code, days in self.regional.items() if f"{region_code}.".startswith(f"{code}.")]
        return Calendar(self.days_off.union(*own)) if own else self


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which offices are closed."""

    day: date
    name: str
    kind: str
    """``national_holiday``, ``joint_leave`` or ``regional_holiday``."""
    region_code: str | None = None
    """Only there; None: everywhere."""


def calendar_of(days: Iterable[DayOff]) -> Calendar:
    """The calendar that these days make."""
    off: dict[str | None, set[date]] = defaultdict(set)
    for one in days:
        off[one.region_code].add(one.day)
    everywhere = frozenset(off.pop(None, set()))
    return Calendar(everywhere, {code: frozenset(own) for code, own in off.items() if code})


@cache
def national_days_off() -> tuple[DayOff, ...]:
    """The days that come with this package; see data/README.md for where they are from."""
    with (files("lapor_chassis") / "data" / "days_off.csv").open(encoding="utf-8") as lines:
        return tuple(DayOff(date.fromisoformat(row["date"]), row["name"], row["kind"]) for row in csv.DictReader(lines))


@cache
def national_calendar() -> Calendar:
    """The calendar that they make."""
    return calendar_of(national_days_off())


def due_at(start: datetime, days: int, unit: Unit, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """The moment (UTC) at which a limit of ``days`` that began at ``start`` has run out."""
    return _end_of(_last_day(start.astimezone(zone).date(), days, unit, calendar), zone)


def extended(due: datetime, days: int, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """The moment at which a limit that was to end at ``due`` ends, if it is given so many working days more."""
    return _end_of(_last_day(last_day(due, zone), days, Unit.WORKING, calendar), zone)


def working_days_between(begin: datetime, end: datetime, zone: ZoneInfo, calendar: Calendar) -> int:
    """How many working days have passed at ``end``; the day of ``begin`` is not counted."""
    first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    return sum(calendar.is_working_day(first + n * _DAY) for n in range(1, (last - first).days + 1))


def last_day(due: datetime, zone: ZoneInfo) -> date:
    """The last day of a limit, as people name it: the one before the midnight at which it ends."""
    return (due.astimezone(zone) - timedelta(microseconds=1)).date()


def working_days_left(now: datetime, due: datetime, zone: ZoneInfo, calendar: Calendar) -> int:
    """How many working days remain after today; 0 on the last day, and after it."""
    return working_days_between(now, due - timedelta(microseconds=1), zone, calendar)


# Thousands of reports start on the same few days.
@lru_cache(maxsize=1024)
def _last_day(day: date, days: int, unit: Unit, calendar: Calendar) -> date:
    while days > 0:
        day += _DAY
        if unit is Unit.CALENDAR or calendar.is_working_day(day):
            days -= 1
    return day


@lru_cache(maxsize=1024)
def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + _DAY, datetime.min.time(), zone).astimezone(UTC)
