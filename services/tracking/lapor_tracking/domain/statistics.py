"""What each report adds to the statistics, and how far their figures may be trusted. Counting itself is the store's."""

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lapor_contracts.regions import DEFAULT_TIME_ZONE
from lapor_contracts.vocabulary import Clock, ClosedBy, Status
from lapor_tracking.domain.steps import ENDS

#: In whose days and months is counted and listed, wherever a report is handled: the capital's.
ZONE = ZoneInfo(DEFAULT_TIME_ZONE)
#: Characters of a regency's or city's code, and of a province's.
_REGENCY, _PROVINCE = 5, 2


class Grouping(StrEnum):
    """By what reports are counted."""

    ALL = "all"
    AGENCY = "agency"
    """The body that holds it, or held it last."""
    PROVINCE = "province"
    REGION = "region"
    """Regency or city."""
    TOPIC = "topic"
    CHANNEL = "channel"
    KIND = "kind"


class Measure(StrEnum):
    """What is counted: reports, but for clocks that were kept or missed, passings on, and points given."""

    RECEIVED = "received"
    VERIFIED_IN_TIME = "verified_in_time"
    VERIFIED_LATE = "verified_late"
    """Or not at all though it is due, as all that are late."""
    ANSWERED_IN_TIME = "answered_in_time"
    ANSWERED_LATE = "answered_late"
    RESOLVED_IN_TIME = "resolved_in_time"
    RESOLVED_LATE = "resolved_late"
    CLOSED_BY_REPORTER = "closed_by_reporter"
    CLOSED_BY_ADMINISTRATOR = "closed_by_administrator"
    CLOSED_BY_SILENCE = "closed_by_silence"
    ARCHIVED = "archived"
    MERGED = "merged"
    REFERRED = "referred"
    OPEN = "open"
    REOPENED = "reopened"
    ROUTED = "routed"
    HOPS = "hops"
    RATED = "rated"
    POINTS = "points"


_TIMELY: Mapping[Clock, tuple[str, Measure, Measure]] = {
    Clock.VERIFY: ("verified_at", Measure.VERIFIED_IN_TIME, Measure.VERIFIED_LATE),
    Clock.FIRST_ANSWER: ("first_answered_at", Measure.ANSWERED_IN_TIME, Measure.ANSWERED_LATE),
    Clock.RESOLVE: ("answered_at", Measure.RESOLVED_IN_TIME, Measure.RESOLVED_LATE),
}
_ENDED: Mapping[str, Measure] = {
    Status.ARCHIVED: Measure.ARCHIVED,
    Status.MERGED: Measure.MERGED,
    Status.REFERRED: Measure.REFERRED,
}
_CLOSED: Mapping[str, Measure] = {
    ClosedBy.REPORTER: Measure.CLOSED_BY_REPORTER,
    ClosedBy.ADMINISTRATOR: Measure.CLOSED_BY_ADMINISTRATOR,
    ClosedBy.SILENCE: Measure.CLOSED_BY_SILENCE,
}


class Months(NamedTuple):
    """From the first to the last and with both: ``2026-01``."""

    first: str
    last: str

    @property
    def each(self) -> list[str]:
        """All of them."""
        start, end = (12 * int(month[:4]) + int(month[5:]) - 1 for month in self)
        return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, end + 1)]


class Ran(NamedTuple):
    """A clock of a report, as far as counting needs it."""

    clock: Clock
    due_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one report adds: to the rows of its month, one for each grouping, these measures."""

    month: str
    values: Mapping[str, str]
    """By grouping."""
    measures: Mapping[str, int]
    open_since: str | None
    """The day on which it came in, while it is open."""


def contribution(report: Mapping[str, Any], clocks: Iterable[Ran], now: datetime) -> Contribution | None:
    """What a report adds at present, out of its row (see `facts`) and its clocks; None before it is known when it came.

    A whistleblower's counts as a report and no more: whom and what it is about must not be found by counting.
    """
    received_at = report["received_at"]
    if received_at is None:
        return None
    day = received_at.astimezone(ZONE).date()
    is_open = report["status"] not in ENDS
    return Contribution(
        month=f"{day:%Y-%m}",
        values={str(Grouping.ALL): ""} if report["sealed"] else _values(report),
        measures={measure: count for measure, count in _measures(report, clocks, now, is_open).items() if count},
        open_since=day.isoformat() if is_open else None,
    )


def _values(report: Mapping[str, Any]) -> dict[str, str]:
    region = report["region_code"] or ""
    values = {
        Grouping.ALL: "",
        Grouping.AGENCY: report["agency_code"],
        Grouping.PROVINCE: region[:_PROVINCE],
        Grouping.REGION: region[:_REGENCY] if len(region) >= _REGENCY else "",
        Grouping.TOPIC: report["category"] if report["category_name"] else None,
        Grouping.CHANNEL: report["channel"],
        Grouping.KIND: report["kind"],
    }
    return {str(by): value for by, value in values.items() if value or by is Grouping.ALL}


def _measures(report: Mapping[str, Any], clocks: Iterable[Ran], now: datetime, is_open: bool) -> dict[str, int]:
    found = dict.fromkeys(Measure, 0)
    found[Measure.RECEIVED] = 1
    found[Measure.OPEN] = int(is_open)
    for one in clocks:
        if one.clock in _TIMELY:
            done, in_time, late = _TIMELY[one.clock]
            if (one.stopped_at or now) > one.due_at:
                found[late] += 1
            # What stopped before was a refusal, a return, a recall: the next clock is the one that is kept.
            elif one.stopped_at and report[done] and report[done] <= one.stopped_at:
                found[in_time] += 1
    if measure := _ENDED.get(report["status"]):
        found[measure] = 1
    if report["status"] == Status.CLOSED and report["closed_by"]:
        found[_CLOSED[report["closed_by"]]] = 1
    found[Measure.REOPENED] = int(report["reopenings"] > 0)
    found[Measure.ROUTED] = int(report["hops"] > 0)
    found[Measure.HOPS] = report["hops"]
    if report["rating"]:
        found[Measure.RATED], found[Measure.POINTS] = 1, report["rating"]
    return {str(measure): count for measure, count in found.items()}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and between which shares the true one lies with 95 % confidence (Wilson's interval)."""

    count: int
    total: int
    share: float
    low: float
    high: float


def share(count: int, total: int) -> Share | None:
    """None where there is nothing to be a share of."""
    if total == 0:
        return None
    z = 1.959964
    p = count / total
    spread = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    middle, scale = p + z * z / (2 * total), 1 + z * z / total
    return Share(count, total, p, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


class Band(StrEnum):
    """How well a body does."""

    GOOD = "baik"
    FAIR = "sedang"
    POOR = "kurang"


class Grade(NamedTuple):
    """A band, and whether there are enough reports to be sure of it."""

    band: Band
    is_sure: bool


def grade(kept: Share) -> Grade:
    """In which band a share of clocks kept lies; it is sure where both ends of the interval lie in the same."""
    return Grade(_band(kept.share), _band(kept.low) == _band(kept.high))


def _band(kept: float) -> Band:
    return next(band for band, least in bands() if kept >= least)


@cache
def bands() -> tuple[tuple[Band, float], ...]:
    """The bands, the best first, and from which share on each holds: data/README.md says where it is from."""
    with (files("lapor_tracking") / "data" / "bands.csv").open(encoding="utf-8") as lines:
        return tuple((Band(row["band"]), float(row["least"])) for row in csv.DictReader(lines))


class Age(NamedTuple):
    """Open reports that came in so many days ago: from, up to and with; None: and more."""

    least: int
    most: int | None
    reports: int


#: Upper ends, in calendar days.
AGES = (3, 14, 60)


def by_age(open_by_day: Iterable[tuple[date, int]], today: date) -> list[Age]:
    """The backlog by age."""
    known = [((today - day).days, count) for day, count in open_by_day]
    ends = [*AGES, None]
    starts = [0, *(end + 1 for end in AGES)]
    return [
        Age(least, most, sum(count for age, count in known if age >= least and (most is None or age <= most)))
        for least, most in zip(starts, ends, strict=True)
    ]


#: The most points that a reporter can give.
_BEST = 5
#: To what the public's counts are rounded, so that nobody is found by counting; staff read them as they are.
PUBLIC_BASE = 5
#: Of fewer than so many the public is told no share.
PUBLIC_LEAST = 20


def rounded(count: int, base: int = PUBLIC_BASE) -> int:
    """To the nearest multiple."""
    return (count + base // 2) // base * base


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The statistics of some reports, as people read them."""

    counts: Mapping[str, int]
    """By measure."""
    verified: Share | None
    """In time, as the two that follow: of those of which it is known."""
    answered: Share | None
    resolved: Share | None
    confirmed: Share | None
    """Closed by their reporters, of all that are closed."""
    reopened: Share | None
    grade: Grade | None
    """By the clocks of the bodies: first answer and resolution together."""
    mean_hops: float | None
    """Bodies for each report that came to any."""
    mean_rating: float | None


def figures(counts: Mapping[str, int], least: int = 1) -> Figures:
    """What a row of tallies says; without shares and means of fewer than ``least``."""

    def of(part: int, total: int) -> Share | None:
        return share(min(part, total), total) if total >= least else None

    def in_time(kept: int, late: int) -> Share | None:
        return of(kept, kept + late)

    def mean(total: int, number: int) -> float | None:
        return total / number if number >= least else None

    closed = sum(counts[measure] for measure in _CLOSED.values())
    both = in_time(
        counts[Measure.ANSWERED_IN_TIME] + counts[Measure.RESOLVED_IN_TIME],
        counts[Measure.ANSWERED_LATE] + counts[Measure.RESOLVED_LATE],
    )
    return Figures(
        counts={measure.value: counts[measure] for measure in Measure},
        verified=in_time(counts[Measure.VERIFIED_IN_TIME], counts[Measure.VERIFIED_LATE]),
        answered=in_time(counts[Measure.ANSWERED_IN_TIME], counts[Measure.ANSWERED_LATE]),
        resolved=in_time(counts[Measure.RESOLVED_IN_TIME], counts[Measure.RESOLVED_LATE]),
        confirmed=of(counts[Measure.CLOSED_BY_REPORTER], closed),
        reopened=of(counts[Measure.REOPENED], counts[Measure.RECEIVED]),
        grade=grade(both) if both else None,
        mean_hops=mean(counts[Measure.HOPS], counts[Measure.ROUTED]),
        # Rounded for themselves, the points may come to more than there can be.
        mean_rating=mean(min(counts[Measure.POINTS], _BEST * counts[Measure.RATED]), counts[Measure.RATED]),
    )
