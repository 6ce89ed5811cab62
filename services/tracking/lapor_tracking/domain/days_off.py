"""A file of days off, as it is imported: read, and held against the calendar that counts now. Pure."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lapor_chassis.working_days import DayOff
from lapor_contracts.regions import enclosing

COLUMNS = ("date", "name", "kind")
#: Besides, where a day is one region's alone.
REGION = "region_code"
KINDS = ("national_holiday", "joint_leave", "regional_holiday")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file, and in which row (1: the first below the header; 0: the whole file)."""

    row: int
    what: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a file makes of the calendar. The years that it names are replaced, and all others stay."""

    days: Sequence[DayOff]
    """All of the new calendar."""
    added: Sequence[DayOff]
    removed: Sequence[DayOff]


def read_days(lines: Iterable[str]) -> tuple[list[DayOff], list[Fault]]:
    """The days off in the lines of a CSV file, and every mistake in it."""
    rows = csv.DictReader(lines)
    if lacking := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        return [], [Fault(0, f"lacks {', '.join(lacking)}; its columns are {', '.join(COLUMNS)} and {REGION}")]
    days: dict[tuple[date, str | None], DayOff] = {}
    faults = []
    for number, row in enumerate(rows, 1):
        day = _day({name: (row.get(name) or "").strip() for name in (*COLUMNS, REGION)})
        if isinstance(day, str):
            faults.append(Fault(number, day))
        elif (day.day, day.region_code) in days:
            faults.append(Fault(number, f"{day.day} is there already"))
        else:
            days[day.day, day.region_code] = day
    if not days and not faults:
        faults.append(Fault(0, "holds no day"))
    return list(days.values()), faults


def change_of(present: Sequence[DayOff], given: Sequence[DayOff]) -> Change:
    """What these days make of the calendar that counts now."""
    years = {one.day.year for one in given}
    before = {one for one in present if one.day.year in years}
    kept = [one for one in present if one.day.year not in years]
    return Change(
        days=_in_order([*kept, *given]), added=_in_order(set(given) - before), removed=_in_order(before - set(given))
    )


def _in_order(days: Iterable[DayOff]) -> Sequence[DayOff]:
    return sorted(days, key=lambda one: (one.day, one.region_code or ""))


def _day(row: dict[str, str]) -> DayOff | str:
    """The day, or what is wrong with it."""
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        return f"{row['date'] or 'nothing'} is no date such as 2027-01-01"
    if row["kind"] not in KINDS:
        return f"{row['kind'] or 'nothing'} is no kind; there are {', '.join(KINDS)}"
    if not row["name"] or len(row["name"]) > _LONGEST_NAME:
        return f"the name must have 1 to {_LONGEST_NAME} letters"
    is_regional = row["kind"] == "regional_holiday"
    if is_regional != bool(row[REGION]) or (is_regional and not enclosing(row[REGION])):
        return "a regional holiday, and only that, has the code of its region"
    return DayOff(day, row["name"], row["kind"], row[REGION] or None)
