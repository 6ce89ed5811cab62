"""Which clock runs when, as a civil servant would check it with a calendar."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lapor_contracts.vocabulary import Clock, Status
from lapor_tracking.domain.clocks import shipped_rules
from lapor_tracking.domain.facts import facts_of
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline, fold

REPORT = UUID("01890000-0000-7000-8000-000000000001")
MONDAY = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # 10 o'clock in Jakarta, noon in Jayapura


def step(happening: StepType, *, day: float = 0, **data: object) -> Step:
    return Step(uuid4(), happening, MONDAY + timedelta(days=day), data)


def received(day: float = 0, kind: str = "complaint") -> Step:
    return step(StepType.RECEIVED, day=day, kind=kind, secret=False, title="Jalan berlubang")


def routed(day: float = 0, kind: str = "complaint", agency_code: str = "PLN", time_zone: str = "Asia/Jakarta") -> Step:
    data = {"agency_code": agency_code, "agency_name": agency_code, "time_zone": time_zone, "kind": kind}
    return step(StepType.ROUTED, day=day, **data)


def told(*steps: Step) -> Timeline:
    return fold(REPORT, steps, shipped_rules())


def clocks(timeline: Timeline) -> dict[Clock, str]:
    """The clocks that run, with the moment each is due; but the Ombudsman's, which runs beside all others."""
    running = [deadline for deadline in timeline.running if deadline.clock is not Clock.OMBUDSMAN]
    return {deadline.clock: deadline.due_at.isoformat() for deadline in running}


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        pytest.param("information_request", "2026-11-23T17:00:00+00:00", id="information: 5 working days"),
        pytest.param("complaint", "2026-12-04T17:00:00+00:00", id="complaint: 14 working days"),
        pytest.param("aspiration", "2026-12-04T17:00:00+00:00", id="aspiration: 14 working days"),
    ],
)
def test_a_body_resolves_within_the_days_that_the_kind_allows(kind: str, due: str) -> None:
    timeline = told(routed(kind=kind))

    assert clocks(timeline)[Clock.RESOLVE] == due


def test_a_closing_that_does_not_count_lets_the_clocks_run() -> None:
    refused, waits = step(StepType.REFUSED, day=1), step(StepType.UNROUTABLE, day=1)
    begun = told(routed(), refused, waits)

    timeline = told(routed(), refused, waits, step(StepType.CLOSED, day=2, closed_by="reporter"))

    assert timeline.status is Status.VERIFIED
    assert clocks(timeline) == clocks(begun)
    assert Clock.RESOLVE in clocks(timeline)


def test_an_extension_of_one_day_ends_on_the_next_working_day() -> None:
    monday, tuesday = "2026-12-07T17:00:00+00:00", "2026-12-08T17:00:00+00:00"
    begun = routed(day=1)
    assert clocks(told(begun))[Clock.RESOLVE] == monday

    timeline = told(begun, step(StepType.EXTENDED, day=2, working_days=1))

    assert clocks(timeline)[Clock.RESOLVE] == tuesday


def test_verifiers_have_three_working_days() -> None:
    assert clocks(told(received())) == {Clock.VERIFY: "2026-11-19T17:00:00+00:00"}


def test_a_body_has_five_working_days_for_its_first_answer_where_it_is() -> None:
    timeline = told(routed(time_zone="Asia/Jayapura"))

    assert clocks(timeline)[Clock.FIRST_ANSWER] == "2026-11-23T15:00:00+00:00"


def test_a_returned_report_waits_ten_working_days_for_its_reporter() -> None:
    timeline = told(received(), step(StepType.RETURNED, day=1))

    assert clocks(timeline) == {Clock.COMPLETION: "2026-12-01T17:00:00+00:00"}


def test_a_completed_report_is_to_be_verified_anew() -> None:
    timeline = told(received(), step(StepType.RETURNED, day=1), step(StepType.SUPPLEMENTED, day=2))

    assert clocks(timeline) == {Clock.VERIFY: "2026-11-23T17:00:00+00:00"}


def test_an_initial_answer_stops_only_the_clock_of_the_first_answer() -> None:
    timeline = told(routed(), step(StepType.INITIAL_ANSWER, day=1))

    assert clocks(timeline).keys() == {Clock.RESOLVE}


def test_only_a_substantive_answer_starts_the_clock_of_the_reporters_silence() -> None:
    timeline = told(routed(), step(StepType.SUBSTANTIVE_ANSWER, day=1))

    assert clocks(timeline) == {Clock.REPORTER_SILENCE: "2026-12-01T17:00:00+00:00"}


def test_another_substantive_answer_gives_the_reporter_the_full_time_again() -> None:
    answer, better = step(StepType.SUBSTANTIVE_ANSWER, day=1), step(StepType.SUBSTANTIVE_ANSWER, day=7)

    timeline = told(routed(), answer, better)

    assert clocks(timeline) == {Clock.REPORTER_SILENCE: "2026-12-07T17:00:00+00:00"}


def test_a_reply_stops_the_clock_of_silence_and_is_to_be_answered() -> None:
    timeline = told(routed(), step(StepType.SUBSTANTIVE_ANSWER, day=1), step(StepType.REPLIED, day=2))

    assert clocks(timeline) == {Clock.INTERIM: "2026-12-02T17:00:00+00:00"}


@pytest.mark.parametrize("word", [StepType.INITIAL_ANSWER, StepType.QUESTION])
@pytest.mark.parametrize("supervised", [True, False], ids=["with supervision", "without"])
def test_who_was_replied_to_is_not_rid_of_it_with_a_word_that_is_no_answer(word: StepType, supervised: bool) -> None:
    verified = step(StepType.VERIFIED, kind="complaint", supervised=supervised)
    replied = [step(StepType.SUBSTANTIVE_ANSWER, day=1), step(StepType.REPLIED, day=2)]

    timeline = told(verified, routed(), *replied, step(word, day=3))

    assert clocks(timeline) == {Clock.INTERIM: "2026-12-03T17:00:00+00:00"}


@pytest.mark.parametrize("moved", [StepType.ROUTED, StepType.REFUSED, StepType.UNROUTABLE])
def test_nobody_is_taken_for_silent_once_another_body_is_to_answer(moved: StepType) -> None:
    """What the body before it answered does not count any more."""
    answered = step(StepType.SUBSTANTIVE_ANSWER, day=1)
    moving = routed(day=2, agency_code="PDAM") if moved is StepType.ROUTED else step(moved, day=2, agency_name="PLN")

    timeline = told(routed(), answered, moving)

    assert Clock.REPORTER_SILENCE not in clocks(timeline)


def test_the_next_body_has_its_own_first_answer_but_the_time_to_resolve_goes_on() -> None:
    refused = step(StepType.REFUSED, day=2, agency_name="PLN")

    timeline = told(routed(), refused, routed(day=2, agency_code="PDAM"))

    assert clocks(timeline) == {
        Clock.FIRST_ANSWER: "2026-11-25T17:00:00+00:00",
        Clock.RESOLVE: "2026-12-04T17:00:00+00:00",
    }
    assert {deadline.agency_code for deadline in timeline.running} == {"PDAM"}


def test_passing_on_to_a_unit_wins_no_time() -> None:
    timeline = told(routed(), routed(day=3, agency_code="PLN/UP3"))

    assert clocks(timeline)[Clock.FIRST_ANSWER] == "2026-11-23T17:00:00+00:00"
    assert {deadline.agency_code for deadline in timeline.running} == {"PLN/UP3"}


def test_nothing_runs_once_a_report_is_closed() -> None:
    timeline = told(received(), routed(), step(StepType.CLOSED, day=3, closed_by="reporter"))

    assert clocks(timeline) == {}


def test_a_clock_that_lags_on_another_machine_does_not_start_a_clock_that_was_met() -> None:
    timeline = told(step(StepType.RETURNED, day=0), received(day=0.0001))

    assert clocks(timeline).keys() == {Clock.COMPLETION}


def test_who_verifies_by_a_clock_that_lags_takes_neither_the_ombudsman_nor_the_class_from_a_report() -> None:
    verified = step(StepType.VERIFIED, kind="information_request", supervised=False)

    timeline = told(verified, routed(day=0.0002, kind="information_request"), received(day=0.0001))

    assert {one.clock for one in timeline.running} == {Clock.FIRST_ANSWER, Clock.RESOLVE, Clock.OMBUDSMAN}
    assert timeline.status is Status.ROUTED
    assert facts_of(timeline).kind == "information_request"


def test_a_deadline_names_the_regulation_that_was_valid_when_it_began() -> None:
    before = Step(uuid4(), StepType.RECEIVED, datetime(2024, 6, 3, tzinfo=UTC), {"kind": "complaint"})

    assert told(before).running[0].regulation == "Permen PANRB 62/2018"
    assert told(received()).running[0].regulation == "Permen PANRB 5/2025"


def test_a_question_to_the_reporter_stops_the_clock_until_the_answer() -> None:
    asked = [routed(), step(StepType.QUESTION, day=1)]  # Monday, Tuesday
    answered = [*asked, step(StepType.REPLIED, day=3)]  # Thursday: two working days later

    assert clocks(told(routed()))[Clock.RESOLVE] == "2026-12-04T17:00:00+00:00"
    assert clocks(told(*answered))[Clock.RESOLVE] == "2026-12-08T17:00:00+00:00"


def test_a_reporter_who_never_answers_stops_the_clock_for_ten_working_days_at_most() -> None:
    asked = [routed(), step(StepType.QUESTION, day=1)]

    waiting = told(*asked)
    late = told(*asked, step(StepType.REPLIED, day=60))

    assert clocks(waiting)[Clock.RESOLVE] == clocks(late)[Clock.RESOLVE] == "2026-12-18T17:00:00+00:00"
    assert waiting.running[-1].paused_at == MONDAY + timedelta(days=1)


def test_a_question_that_comes_when_the_time_is_over_gives_none_back() -> None:
    overdue = told(routed(), step(StepType.QUESTION, day=20))
    answered = told(routed(), step(StepType.QUESTION, day=20), step(StepType.REPLIED, day=25))

    assert clocks(overdue)[Clock.RESOLVE] == clocks(answered)[Clock.RESOLVE] == clocks(told(routed()))[Clock.RESOLVE]
    assert {one.paused_at for one in overdue.running} == {None}


def test_asking_again_and_again_wins_no_more_than_asking_once() -> None:
    questions = [step(StepType.QUESTION, day=day) for day in (1, 8, 15, 22)]
    answers = [step(StepType.REPLIED, day=day) for day in (7, 14, 21, 28)]

    assert clocks(told(routed(), *questions, *answers))[Clock.RESOLVE] == "2026-12-18T17:00:00+00:00"


def test_a_question_is_no_first_answer() -> None:
    assert Clock.FIRST_ANSWER in clocks(told(routed(), step(StepType.QUESTION, day=1)))
