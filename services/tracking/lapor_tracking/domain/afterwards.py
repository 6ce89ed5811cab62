"""How long after its end a report can be reopened, and when its reporter is asked whether it holds: data, not code."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import Unit, due_at, national_calendar
from lapor_tracking.domain.timeline import Timeline

#: Whoever was not asked by then, is not asked any more: of what ended years ago we may hear something still, and a
#: store that is taken over, or made again, must not bring a question to everybody who ever reported.
OVERDUE_FOR_ASKING = timedelta(days=30)


class Term(StrEnum):
    """What is counted from the day on which a report was closed."""

    REOPEN = "reopen"
    """So long "not done" opens it again."""
    ASK_OUTCOME = "ask_outcome"
    """After so long its reporter is asked whether what was done holds."""


@dataclass(frozen=True, slots=True)
class _Row:
    what: Term
    valid_from: date
    valid_to: date | None
    days: int
    unit: Unit


@cache
def _shipped() -> Sequence[_Row]:
    with (files("lapor_tracking") / "data" / "afterwards.csv").open(encoding="utf-8") as lines:
        return [
            _Row(
                what=Term(row["what"]),
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                days=int(row["days"]),
                unit=Unit(row["unit"]),
            )
            for row in csv.DictReader(lines)
        ]


def ends(what: Term, timeline: Timeline) -> datetime | None:
    """When that time is over, counted where the report was handled; None while the report is not closed."""
    closing = timeline.closing
    if closing is None:
        return None
    zone = ZoneInfo(timeline.time_zone)
    day = closing.happened_at.astimezone(zone).date()
    for row in _shipped():
        if row.what is what and row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
            return due_at(closing.happened_at, row.days, row.unit, zone, national_calendar())
    return None


def asks_at(timeline: Timeline) -> datetime | None:
    """When its reporter is to be asked whether it holds; None where nothing is (left) to be asked."""
    return None if timeline.question else ends(Term.ASK_OUTCOME, timeline)
