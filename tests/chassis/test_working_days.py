"""When a time limit ends: a table that a civil servant can check with a calendar on the wall."""

import csv
from datetime import date, datetime, time
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.working_days import (
    Unit,
    due_at,
    last_day,
    national_calendar,
    working_days_left,
)

CALENDAR = national_calendar()
JAKARTA, MAKASSAR, JAYAPURA = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))


@pytest.mark.parametrize(
    ("start", "days", "unit", "zone", "ends_with"),
    [
        pytest.param("2026-11-16 09:00", 3, "working", JAKARTA, "2026-11-19", id="Monday morning: Thursday"),
        pytest.param("2026-11-16 23:59", 3, "working", JAKARTA, "2026-11-19", id="Monday before midnight: Thursday"),
        pytest.param("2026-11-19 09:00", 3, "working", JAKARTA, "2026-11-24", id="over a weekend"),
        pytest.param("2026-11-21 09:00", 3, "working", JAKARTA, "2026-11-25", id="started on a Saturday"),
        pytest.param("2026-08-14 09:00", 5, "working", JAKARTA, "2026-08-24", id="over Independence Day, a Monday"),
        pytest.param("2026-08-17 10:00", 3, "working", JAKARTA, "2026-08-20", id="started on Independence Day"),
        pytest.param("2026-12-22 09:00", 3, "working", JAKARTA, "2026-12-29", id="over Christmas and its joint leave"),
        pytest.param("2026-03-17 09:00", 5, "working", JAKARTA, "2026-03-31", id="over Nyepi, Idulfitri, joint leave"),
        pytest.param("2026-03-18 09:00", 1, "working", JAKARTA, "2026-03-25", id="started on joint leave"),
        pytest.param("2026-11-16 23:30", 1, "working", JAYAPURA, "2026-11-17", id="before midnight in Jayapura"),
        pytest.param("2026-11-17 00:30", 1, "working", JAYAPURA, "2026-11-18", id="after midnight in Jayapura"),
        pytest.param("2026-11-16 22:30", 1, "working", JAKARTA, "2026-11-17", id="the same moment in Jakarta"),
        pytest.param("2026-12-31 09:00", 2, "working", MAKASSAR, "2027-01-06", id="over New Year and Isra Mikraj"),
        pytest.param("2026-11-16 09:00", 60, "calendar", JAKARTA, "2027-01-15", id="60 calendar days"),
        pytest.param("2026-11-21 09:00", 1, "calendar", JAKARTA, "2026-11-22", id="calendar days end on a Sunday too"),
    ],
)
def test_a_limit_ends_at_the_midnight_after_its_last_day(
    start: str, days: int, unit: str, zone: ZoneInfo, ends_with: str
) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=zone)

    due = due_at(begun, days, Unit(unit), zone, CALENDAR)

    assert due.utcoffset() is not None
    assert due.astimezone(zone).time().isoformat() == "00:00:00"
    assert last_day(due, zone).isoformat() == ends_with


@pytest.mark.parametrize(
    ("now", "left"),
    [
        pytest.param("2026-11-19 10:00", 2, id="Thursday: Friday and Monday remain"),
        pytest.param("2026-11-21 10:00", 1, id="Saturday: Monday remains"),
        pytest.param("2026-11-23 23:59", 0, id="the last day itself"),
        pytest.param("2026-11-25 08:00", 0, id="after it"),
    ],
)
def test_what_remains_is_counted_in_working_days_after_today(now: str, left: int) -> None:
    due = datetime(2026, 11, 24, tzinfo=JAKARTA)

    assert working_days_left(datetime.fromisoformat(now).replace(tzinfo=JAKARTA), due, JAKARTA, CALENDAR) == left


@given(day=st.dates(date(2024, 1, 1), date(2027, 10, 1)), time=st.times(), days=st.integers(1, 60))
def test_a_limit_of_n_working_days_leaves_exactly_n_of_them(day: date, time: time, days: int) -> None:
    start = datetime.combine(day, time, JAYAPURA)

    due = due_at(start, days, Unit.WORKING, JAYAPURA, CALENDAR)

    assert working_days_left(start, due, JAYAPURA, CALENDAR) == days
    assert CALENDAR.is_working_day(last_day(due, JAYAPURA))


#: Days on which our calendar knowingly differs from the library, with the reason. None at the moment.
KNOWN_DIFFERENCES: dict[date, str] = {}


def test_the_calendar_agrees_with_the_holidays_library() -> None:
    years = range(2024, 2028)
    with (files("lapor_chassis") / "data" / "days_off.csv").open(encoding="utf-8") as lines:
        ours = {(date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(lines)}

    theirs = {(day, "national_holiday") for day in holidays.country_holidays("ID", years=years, categories="public")}
    theirs |= {(day, "joint_leave") for day in holidays.country_holidays("ID", years=years, categories="government")}

    assert {day for day, _ in ours ^ theirs} == KNOWN_DIFFERENCES.keys()
