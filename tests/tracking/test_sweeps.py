"""What happens by the clock: deadlines are told once, missed ones once, and silence closes only after an answer."""

from uuid import uuid4

import pytest

from lapor_contracts.events import DeadlineEscalated, DeadlineMissed, DeadlineSet, DeadlineWarned, ReportClosed
from lapor_contracts.vocabulary import AnswerKind, Clock, ClosedBy
from lapor_tracking import service, store
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service


def told(stage: Stage) -> list[Clock]:
    """The clocks that were announced, in order."""
    return [event.clock for event in stage.announced(DeadlineSet)]


def test_a_clock_that_runs_is_announced_once(stage: Stage) -> None:
    stage.hear(builders.received())
    stage.clock.advance(seconds=20)

    announced = stage.run("announce_deadlines") + stage.run("announce_deadlines")

    assert announced == 1
    assert told(stage) == [Clock.VERIFY]


def test_a_clock_that_was_met_at_once_is_never_announced(stage: Stage) -> None:
    report_id = uuid4()
    stage.hear(builders.received(report_id=report_id), builders.archived(report_id=report_id))
    stage.clock.advance(seconds=20)

    assert stage.run("announce_deadlines") == 0


def test_a_clock_that_has_only_just_begun_is_not_announced_yet(stage: Stage) -> None:
    stage.hear(builders.received())
    stage.clock.advance(seconds=1)

    assert stage.run("announce_deadlines") == 0


def test_a_clock_that_another_body_takes_over_is_announced_again(stage: Stage) -> None:
    report_id = uuid4()
    stage.hear(builders.routed(report_id=report_id, agency_code="PLN"))
    stage.clock.advance(seconds=20)
    stage.run("announce_deadlines")

    stage.hear(builders.routed(report_id=report_id, agency_code="PLN/UP3", routed_at=later(1)))
    stage.clock.advance(seconds=20)
    stage.run("announce_deadlines")

    said = [(event.clock, event.agency_code) for event in stage.announced(DeadlineSet)]
    assert sorted(said) == [
        (Clock.FIRST_ANSWER, "PLN"),
        (Clock.FIRST_ANSWER, "PLN/UP3"),
        (Clock.RESOLVE, "PLN"),
        (Clock.RESOLVE, "PLN/UP3"),
    ]


def test_a_missed_deadline_is_told_once_the_oldest_first(stage: Stage) -> None:
    stage.hear(builders.routed(), builders.received())
    stage.clock.advance(days=10)

    stage.run("announce_rungs")
    stage.run("announce_rungs")

    assert [event.clock for event in stage.announced(DeadlineMissed)] == [Clock.VERIFY, Clock.FIRST_ANSWER]


def test_what_was_met_in_time_is_not_missed(stage: Stage) -> None:
    report_id = uuid4()
    stage.hear(builders.received(report_id=report_id), builders.archived(report_id=report_id))
    stage.clock.advance(days=10)

    assert stage.run("announce_rungs") == 0


def test_what_was_met_too_late_was_missed_even_if_we_look_only_afterwards(stage: Stage) -> None:
    report_id = uuid4()
    stage.clock.advance(days=10)
    stage.hear(builders.received(report_id=report_id), builders.archived(report_id=report_id, archived_at=later(240)))

    stage.run("announce_rungs")

    assert [event.clock for event in stage.announced(DeadlineMissed)] == [Clock.VERIFY]


def test_a_report_that_nobody_completes_is_missed_but_not_closed(stage: Stage) -> None:
    stage.hear(builders.returned())
    stage.clock.advance(days=20)

    stage.run("announce_rungs")
    stage.run("close_silent")

    assert [event.clock for event in stage.announced(DeadlineMissed)] == [Clock.COMPLETION]
    assert stage.announced(ReportClosed) == []


def test_silence_after_a_substantive_answer_closes_the_report_once(stage: Stage) -> None:
    report_id = uuid4()
    stage.hear(builders.routed(report_id=report_id), builders.answered(report_id=report_id))
    stage.clock.advance(days=20)

    closed = stage.run("close_silent") + stage.run("close_silent")

    assert closed == 1
    assert [event.closed_by for event in stage.announced(ReportClosed)] == [ClosedBy.SILENCE]
    assert [row["status"] for row in stage.rows(store.timelines)] == ["closed"]
    assert stage.run("announce_rungs") == 0


def test_a_report_with_which_something_is_wrong_holds_up_no_other(stage: Stage) -> None:
    wrong, right = uuid4(), uuid4()
    for report_id in (wrong, right):
        stage.hear(builders.routed(report_id=report_id), builders.answered(report_id=report_id))
        stage.clock.advance(minutes=1)
    with stage.transactions.begin() as tx:
        tx.execute(store.steps.update().where(store.steps.c.report_id == wrong).values(data={}))
    stage.clock.advance(days=20)

    with pytest.raises(KeyError):
        stage.run("close_silent")

    assert [event.report_id for event in stage.announced(ReportClosed)] == [right]


@pytest.mark.parametrize("days", [0, 9, 13])
def test_a_reporter_who_still_has_time_is_not_cut_short(stage: Stage, days: int) -> None:
    report_id = uuid4()
    stage.hear(builders.routed(report_id=report_id), builders.answered(report_id=report_id))
    stage.clock.advance(days=days)

    assert stage.run("close_silent") == 0


def test_an_initial_answer_never_lets_silence_close_a_report(stage: Stage) -> None:
    report_id = uuid4()
    answer = builders.answered(report_id=report_id, answer_kind=AnswerKind.INITIAL)
    stage.hear(builders.routed(report_id=report_id), answer)
    stage.clock.advance(days=100)

    assert stage.run("close_silent") == 0


def test_a_reporter_who_replied_is_not_silent(case: Case, stage: Stage) -> None:
    case.told().reply("Masih rusak.")
    stage.clock.advance(days=100)

    assert stage.run("close_silent") == 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite lets one write at a time
def test_two_sweeps_at_once_tell_of_different_deadlines(stage: Stage) -> None:
    stage.hear(builders.received(), builders.received())
    stage.clock.advance(days=10)

    with stage.transactions.begin() as one, stage.transactions.begin() as other:
        first = store.lock_unsaid(one, limit=1)
        second = store.lock_unsaid(other, limit=2)

    assert len({row.deadline.deadline_id for row in (*first, *second)}) == 2


def test_half_of_the_time_and_most_of_it_are_warned_of_once_each(stage: Stage) -> None:
    stage.hear(builders.routed())

    for _ in range(16):
        stage.clock.advance(hours=12)
        stage.run("announce_rungs")

    warned = [(event.clock, event.percent) for event in stage.announced(DeadlineWarned)]
    assert warned == [(Clock.FIRST_ANSWER, 50), (Clock.FIRST_ANSWER, 80)]
    assert [event.clock for event in stage.announced(DeadlineMissed)] == [Clock.FIRST_ANSWER]


def test_after_an_outage_only_the_last_warning_is_said(stage: Stage) -> None:
    stage.hear(builders.routed())
    stage.clock.advance(days=7)

    stage.run("announce_rungs")

    assert [event.percent for event in stage.announced(DeadlineWarned)] == [80]


def test_what_is_not_done_goes_up_level_by_level_and_none_is_skipped(stage: Stage) -> None:
    stage.hear(builders.routed())

    stage.clock.advance(days=15)
    stage.run("announce_rungs")
    early = [event.level for event in stage.announced(DeadlineEscalated)]
    stage.clock.advance(days=100)
    stage.run("announce_rungs")

    levels = [event.level for event in stage.announced(DeadlineEscalated) if event.clock is Clock.FIRST_ANSWER]
    assert early == ["unit", "agency", "coordinator"]
    assert levels == ["unit", "agency", "coordinator", "ministry", "panrb"]


def test_what_nobody_holds_goes_to_the_coordinator_at_once(stage: Stage) -> None:
    stage.hear(builders.received())
    stage.clock.advance(days=6)

    stage.run("announce_rungs")

    assert [(event.clock, event.level, event.agency_code) for event in stage.announced(DeadlineEscalated)] == [
        (Clock.VERIFY, "coordinator", None)
    ]


def test_whoever_answers_in_time_is_warned_of_nothing_more(stage: Stage) -> None:
    report_id = uuid4()
    stage.hear(builders.routed(report_id=report_id))
    stage.hear(builders.answered(report_id=report_id, answer_kind=AnswerKind.INITIAL))
    stage.clock.advance(days=10)

    stage.run("announce_rungs")

    said = [*stage.announced(DeadlineWarned), *stage.announced(DeadlineMissed), *stage.announced(DeadlineEscalated)]
    assert Clock.FIRST_ANSWER not in {event.clock for event in said}


def test_a_clock_that_got_more_time_is_not_warned_of_twice_and_missed_anew(stage: Stage) -> None:
    report_id = uuid4()
    routed = builders.routed(report_id=report_id)
    stage.hear(routed)
    stage.clock.advance(days=22)
    stage.run("announce_rungs")

    stage.hear(builders.extension_granted(report_id=report_id, disposition_id=routed.disposition_id, working_days=5))
    stage.run("announce_rungs")
    stage.clock.advance(days=10)
    stage.run("announce_rungs")

    resolve = [event for event in stage.announced(DeadlineMissed) if event.clock is Clock.RESOLVE]
    assert len({event.due_at for event in resolve}) == len(resolve) == 2
    assert len([event for event in stage.announced(DeadlineWarned) if event.clock is Clock.RESOLVE]) <= 1
