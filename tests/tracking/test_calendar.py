"""The calendar changes: what that moves, what it leaves alone, and what a wrong file is answered."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from lapor_chassis.working_days import DayOff, national_days_off
from lapor_contracts.events import DeadlineSet
from lapor_contracts.vocabulary import Clock
from lapor_tracking import service, store, sweeps
from lapor_tracking.domain.days_off import change_of, read_days
from tests.support import builders
from tests.support.stage import Stage

SERVICE = service

#: Everything begins on a Wednesday; the fifth working day after it is the next one.
JOINT_LEAVE = DayOff(date(2026, 1, 9), "Cuti Bersama tambahan", "joint_leave")
IN_RIAU = DayOff(date(2026, 1, 12), "Hari Jadi", "regional_holiday", "14")
HEADER = "date,name,kind,region_code"


def announce(stage: Stage, *more: DayOff) -> None:
    """The government makes these days free too, and every clock is reckoned anew."""
    with stage.transactions.begin() as tx:
        store.add_calendar(tx, [*store.present_days(tx), *more], "keputusan bersama")
    while stage.run("reckon_anew"):
        pass


def due(stage: Stage, report_id: UUID, clock: Clock = Clock.FIRST_ANSWER) -> str:
    """The moment at which a clock of the report is due."""
    (row,) = (one for one in stage.rows(store.deadlines) if (one["report_id"], one["clock"]) == (report_id, clock))
    return f"{row['due_at']:%d %b %H:%M}"


def routed(stage: Stage, **changes: Any) -> UUID:
    """A report with a body."""
    report_id = uuid4()
    stage.hear(builders.routed(report_id=report_id, **changes))
    return report_id


def test_joint_leave_that_is_announced_in_between_moves_what_is_open_and_says_why(stage: Stage) -> None:
    report_id = routed(stage)
    stage.clock.advance(seconds=20)
    stage.run("announce_deadlines")
    assert due(stage, report_id) == "14 Jan 17:00"

    announce(stage, JOINT_LEAVE)
    stage.run("announce_deadlines")

    assert due(stage, report_id) == "15 Jan 17:00"
    said = [one for one in stage.announced(DeadlineSet) if one.clock is Clock.FIRST_ANSWER]
    assert [(f"{one.due_at:%d %b}", one.reason) for one in said] == [("14 Jan", None), ("15 Jan", "calendar")]
    assert len({one.deadline_id for one in said}) == 1


def test_what_ended_before_the_announcement_stays_as_it_was(stage: Stage) -> None:
    report_id = routed(stage)
    stage.hear(builders.answered(report_id=report_id))
    stage.clock.advance(days=3)

    announce(stage, JOINT_LEAVE)
    stage.hear(builders.notice_failed(report_id=report_id))

    assert due(stage, report_id) == "14 Jan 17:00"


def test_a_regions_own_holiday_counts_for_its_offices_alone(stage: Stage) -> None:
    in_riau = routed(stage, agency_region="14.02")
    elsewhere = routed(stage, agency_region="32.73")

    announce(stage, IN_RIAU)

    assert (due(stage, in_riau), due(stage, elsewhere)) == ("15 Jan 17:00", "14 Jan 17:00")


def test_reckoning_again_changes_nothing(stage: Stage) -> None:
    routed(stage)
    announce(stage, JOINT_LEAVE)
    before = stage.rows(store.deadlines)

    again = sweeps.reckon_anew(stage.transactions, store.Rules())

    assert again == 0
    assert stage.rows(store.deadlines) == before


def test_a_file_replaces_the_years_that_it_names_and_leaves_the_others() -> None:
    days, faults = read_days(
        [HEADER, "2026-01-01,Tahun Baru 2026 Masehi,national_holiday,", "2026-02-01,HUT,regional_holiday,14"]
    )

    change = change_of(national_days_off(), days)

    assert faults == []
    assert [one.day for one in change.days if one.day.year == 2026] == [date(2026, 1, 1), date(2026, 2, 1)]
    assert [one for one in change.days if one.day.year != 2026] == [
        one for one in national_days_off() if one.day.year != 2026
    ]
    assert all(one.day.year == 2026 for one in [*change.added, *change.removed])


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("2027-13-01,Tahun Baru,national_holiday,", id="no such day"),
        pytest.param("2027-01-01,Tahun Baru,libur,", id="no such kind"),
        pytest.param("2027-01-01,,joint_leave,", id="no name"),
        pytest.param("2027-01-01,HUT,regional_holiday,", id="a regional one without its region"),
        pytest.param("2027-01-01,HUT,regional_holiday,99.99", id="no such region"),
        pytest.param("2027-01-01,Tahun Baru,national_holiday,14", id="a national one in one region"),
        pytest.param("2027-01-02,Lagi,joint_leave,", id="the same day twice"),
    ],
)
def test_a_mistake_is_named_with_its_row(row: str) -> None:
    _, faults = read_days([HEADER, "2027-01-02,Cuti Bersama,joint_leave,", row])

    assert [fault.row for fault in faults] == [2]


def test_a_file_without_the_columns_is_refused_as_a_whole() -> None:
    days, faults = read_days(["tanggal,nama", "2027-01-01,Tahun Baru"])

    assert (days, [fault.row for fault in faults]) == ([], [0])
