"""When a notice waits: the quiet hours of three zones, what is out of date, and what is too much for one person."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_notification.domain import Notice, State, shipped_rules
from lapor_notification.domain.turns import AWAKE, FRESH, Circumstances, Pace, QuietHours, put_off

JAKARTA, MAKASSAR, JAYAPURA = map(ZoneInfo, ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))
NIGHT = QuietHours(time(21), time(7))
TEMPLATES = shipped_rules().templates


def utc(text: str) -> datetime:
    """A moment of January 2026, as ``7 14:00``."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 1, int(day), int(hour), int(minute), tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        pytest.param("7 13:59", JAKARTA, None, id="20:59 in Jakarta"),
        pytest.param("7 14:00", JAKARTA, "8 00:00", id="21:00 in Jakarta: until 7 of the next day"),
        pytest.param("7 16:59", JAKARTA, "8 00:00", id="23:59 in Jakarta"),
        pytest.param("7 17:00", JAKARTA, "8 00:00", id="midnight in Jakarta: until 7 of the day that begins"),
        pytest.param("7 23:59", JAKARTA, "8 00:00", id="6:59 in Jakarta"),
        pytest.param("8 00:00", JAKARTA, None, id="7:00 in Jakarta"),
        pytest.param("7 13:00", JAKARTA, None, id="20:00 in Jakarta"),
        pytest.param("7 13:00", MAKASSAR, "7 23:00", id="the same moment is 21:00 in Makassar"),
        pytest.param("7 12:00", MAKASSAR, None, id="20:00 in Makassar"),
        pytest.param("7 12:00", JAYAPURA, "7 22:00", id="the same moment is 21:00 in Jayapura"),
        pytest.param("7 22:00", JAYAPURA, None, id="7:00 in Jayapura, while Jakarta sleeps"),
        pytest.param("7 22:00", JAKARTA, "8 00:00", id="5:00 in Jakarta"),
    ],
)
def test_nobody_is_woken_between_nine_and_seven(at: str, zone: ZoneInfo, until: str | None) -> None:
    assert NIGHT.end_of(utc(at), zone) == (utc(until) if until else None)


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from([JAKARTA, MAKASSAR, JAYAPURA]), st.times(), st.times())
def test_quiet_hours_end_within_a_day_and_outside_of_themselves(
    at: datetime, zone: ZoneInfo, begin: time, end: time
) -> None:
    if not datetime(1970, 1, 1, tzinfo=UTC) < at < datetime(2100, 1, 1, tzinfo=UTC):
        return
    quiet = QuietHours(begin.replace(fold=0), end.replace(fold=0))

    until = quiet.end_of(at, zone)

    assert until is None or at < until <= at + timedelta(days=1)
    assert begin == end or until is None or quiet.end_of(until, zone) is None


def test_quiet_hours_may_lie_within_a_day() -> None:
    prayer = QuietHours(time(11, 30), time(13))

    assert prayer.end_of(utc("9 05:00"), JAKARTA) == utc("9 06:00")
    assert prayer.end_of(utc("9 06:00"), JAKARTA) is None


@pytest.mark.parametrize("text", ["21-7", "21:00-24:00", "", "25:00-07:00", "21:00"])
def test_quiet_hours_that_cannot_be_read_stop_the_service(text: str) -> None:
    with pytest.raises(ValueError, match=r"21:00-07:00, or none"):
        QuietHours.read(text)


def test_quiet_hours_can_be_switched_off() -> None:
    assert QuietHours.read("none") is None
    assert QuietHours.read("21:00-07:00") == NIGHT


NOTICE = Notice(
    id=uuid4(), report_id=uuid4(), template="routed", data={}, planned_at=utc("7 15:00"), due_at=utc("7 15:00")
)
ALONE = Circumstances(zone=JAKARTA)


def told_at(template: str, around: Circumstances, at: datetime) -> str:
    """What becomes of a notice now: it is told, waits, or ends."""
    waiting = put_off(replace(NOTICE, template=template), TEMPLATES[template], around, NIGHT, at=at)
    if waiting is None:
        return "now"
    return f"at {waiting.due_at:%d %H:%M}" if waiting.state is State.PLANNED else str(waiting.state)


@pytest.mark.parametrize(
    ("template", "around", "told"),
    [
        pytest.param("routed", ALONE, "at 08 07:00", id="a step at ten in the evening"),
        pytest.param("disclosed", ALONE, "now", id="news of a right cannot wait"),
        pytest.param("received", ALONE, "now", id="a receipt answers what somebody just did"),
        pytest.param("routed", replace(ALONE, is_urged=True), "now", id="what cannot wait must not come before it"),
        pytest.param(
            "routed", replace(ALONE, heard_at=NOTICE.planned_at - AWAKE / 2), "now", id="whoever just wrote is awake"
        ),
        pytest.param("routed", replace(ALONE, heard_at=NOTICE.planned_at - AWAKE), "at 08 07:00", id="and then asleep"),
        pytest.param("routed", replace(ALONE, is_out_of_date=True), "at 08 07:00", id="fresh news is no old news"),
    ],
)
def test_a_notice_waits_for_the_day_unless_it_cannot(template: str, around: Circumstances, told: str) -> None:
    assert told_at(template, around, NOTICE.planned_at) == told


@pytest.mark.parametrize(
    ("template", "told"),
    [
        pytest.param("routed", "overtaken", id="how it stood"),
        pytest.param("asked", "now", id="what asks the reporter for something"),
        pytest.param("disclosed", "now", id="a right"),
        pytest.param("received", "now", id="a receipt"),
    ],
)
def test_of_what_piled_up_only_the_latest_state_is_said(template: str, told: str) -> None:
    later = NOTICE.planned_at + FRESH + timedelta(hours=10)

    assert told_at(template, replace(ALONE, is_out_of_date=True), later) == told


def test_a_person_hears_so_much_in_an_hour_and_the_rest_later() -> None:
    pace, at = Pace(most=2), utc("7 03:00")
    for minutes in (0, 10):
        pace.note(b"siti", at=at + timedelta(minutes=minutes))

    assert pace.is_too_much(b"siti", at=at + timedelta(minutes=59))
    assert not pace.is_too_much(b"budi", at=at + timedelta(minutes=59))
    assert not pace.is_too_much(b"siti", at=at + timedelta(minutes=60))
