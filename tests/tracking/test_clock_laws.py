"""What is true of every clock, whatever happens and in whichever order one hears of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import orjson
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.working_days import Unit, due_at, national_calendar
from lapor_contracts.vocabulary import Clock
from lapor_tracking import handlers
from lapor_tracking.domain.clocks import shipped_rules
from lapor_tracking.domain.ladder import shipped_ladder
from lapor_tracking.domain.steps import ENDS, Step, StepType
from lapor_tracking.domain.timeline import Timeline, fold
from tests.tracking.histories import REPORT, events

RULES = shipped_rules()
ZONES = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]).map(ZoneInfo)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
DAYS, UNITS = st.integers(1, 60), st.sampled_from(Unit)
#: What is written down about a report and is nobody's doing anything about it.
EDITS = (
    StepType.EDITED,
    StepType.REDACTED,
    StepType.COPY_SENT,
    StepType.NOTICE_FAILED,
    StepType.CONTACT_PAUSED,
    StepType.IDENTITY_REQUESTED,
    StepType.IDENTITY_DISCLOSED,
    StepType.IDENTITY_FORGOTTEN,
    StepType.RATED,
    StepType.OUTCOME_ASKED,
    StepType.OUTCOME_REPORTED,
    StepType.APPEALED,
    StepType.APPEAL_UPHELD,
)
histories = st.lists(events, min_size=1, max_size=12).map(lambda told: [_step(event) for event in told])


def _step(event: object) -> Step:
    noted = handlers.SAID.get(type(event)) or handlers.HEARD.get(type(event))  # type: ignore[call-overload]
    if noted is None:
        noted = (
            handlers.ANSWERED[event.answer_kind]  # type: ignore[attr-defined]
            if hasattr(event, "answer_kind")
            else handlers.CO_OWNED
            if hasattr(event, "added_at")
            else handlers.APPEAL_DECIDED[event.granted]  # type: ignore[attr-defined]
        )
    made = handlers.step_of(event, noted, uuid4())  # type: ignore[arg-type]
    return replace(made, data=orjson.loads(orjson.dumps(made.data)))  # as it is kept


def told(*steps: Step) -> Timeline:
    return fold(REPORT, steps, RULES)


def step(happening: StepType, at: datetime, **data: object) -> Step:
    return Step(uuid4(), happening, at, data)


def routed(at: datetime, code: str = "PLN", zone: str = "Asia/Jakarta") -> Step:
    data = {"agency_code": code, "agency_name": code, "time_zone": zone, "kind": "complaint"}
    return step(StepType.ROUTED, at, **data)


@given(first=MOMENTS, wait=st.timedeltas(timedelta(0), timedelta(days=30)), days=DAYS, unit=UNITS, zone=ZONES)
def test_what_begins_later_is_never_due_earlier(
    first: datetime, wait: timedelta, days: int, unit: Unit, zone: ZoneInfo
) -> None:
    calendar = national_calendar()

    assert due_at(first, days, unit, zone, calendar) <= due_at(first + wait, days, unit, zone, calendar)


@given(start=MOMENTS, days=DAYS, unit=UNITS, zone=ZONES)
def test_more_days_are_always_more_time(start: datetime, days: int, unit: Unit, zone: ZoneInfo) -> None:
    calendar = national_calendar()

    assert due_at(start, days, unit, zone, calendar) < due_at(start, days + 1, unit, zone, calendar)


@given(
    start=MOMENTS,
    hops=st.lists(st.tuples(st.timedeltas(timedelta(minutes=1), timedelta(days=3)), st.booleans()), max_size=5),
)
def test_however_often_it_is_handed_on_the_whole_takes_no_longer(
    start: datetime, hops: list[tuple[timedelta, bool]]
) -> None:
    steps, at = [step(StepType.RECEIVED, start, kind="complaint"), routed(start)], start
    for number, (wait, is_refused) in enumerate(hops):
        at += wait
        steps += [step(StepType.REFUSED, at)] * is_refused + [routed(at, f"BADAN-{number}")]

    timeline, alone = told(*steps), told(*steps[:2])

    for clock in (Clock.RESOLVE, Clock.OMBUDSMAN):
        one, other = timeline.runs(clock), alone.runs(clock)
        assert one
        assert other
        assert (one.deadline_id, one.due_at) == (other.deadline_id, other.due_at)


@given(steps=histories, data=st.data())
def test_no_edit_starts_stops_or_moves_a_clock(steps: list[Step], data: st.DataObject) -> None:
    moments = [one.happened_at for one in steps]
    at = data.draw(st.sampled_from(moments)) + data.draw(st.timedeltas(timedelta(0), timedelta(days=3)))
    kind = data.draw(st.sampled_from(EDITS))

    edited = told(*steps, step(kind, at, rating=5, request_id="x", holds=True))

    assert edited.deadlines == told(*steps).deadlines


@given(steps=histories, data=st.data())
def test_the_order_of_hearing_and_repeats_move_no_clock(steps: list[Step], data: st.DataObject) -> None:
    heard = data.draw(st.permutations([*steps, *data.draw(st.lists(st.sampled_from(steps), max_size=4))]))

    unique = {one.event_id: one for one in heard}.values()

    assert told(*unique).deadlines == told(*steps).deadlines


@given(steps=histories)
def test_reckoning_again_gives_the_same(steps: list[Step]) -> None:
    once = told(*steps)

    assert fold(REPORT, once.steps, RULES).deadlines == once.deadlines


@given(steps=histories)
def test_each_clock_has_an_id_of_its_own_and_only_one_of_a_kind_runs_for_a_body(steps: list[Step]) -> None:
    timeline = told(*steps)

    ids = [one.deadline_id for one in timeline.deadlines]
    assert len(ids) == len(set(ids))
    owners: list[Clock] = [one.clock for one in timeline.running if _is_owners(one.deadline_id, one.clock)]
    assert len(owners) == len(set(owners))


def _is_owners(deadline_id: UUID, clock: Clock) -> bool:
    return deadline_id in {uuid5(REPORT, f"{clock}/{number}") for number in range(20)}


@given(steps=histories)
def test_while_it_is_open_a_clock_runs(steps: list[Step]) -> None:
    """So nothing is ever forgotten: somebody's time is always running out, and not only until the Ombudsman's turn."""
    begun = min(one.happened_at for one in steps) - timedelta(days=1)
    # Of a refusal alone we never hear: whose it is then is said along with it.
    others = [one for one in steps if one.type is not StepType.REFUSED]

    timeline = told(step(StepType.RECEIVED, begun, kind="complaint", secret=False), *others)

    running = {one.clock for one in timeline.running} - {Clock.OMBUDSMAN}
    assert timeline.status in ENDS or running, timeline.status


@given(steps=histories)
def test_of_what_is_at_its_end_no_clock_runs(steps: list[Step]) -> None:
    timeline = told(*steps)

    assert timeline.status not in ENDS or not timeline.running, timeline.status


@given(
    start=MOMENTS,
    now=st.lists(st.timedeltas(timedelta(0), timedelta(days=90)), min_size=1, max_size=8),
    clock=st.sampled_from(Clock),
)
def test_however_seldom_somebody_looks_every_level_is_said_once_and_in_order(
    start: datetime, now: list[timedelta], clock: Clock
) -> None:
    ladder, calendar = shipped_ladder(), national_calendar()
    begun = told(step(StepType.RECEIVED, start, kind="complaint"), routed(start)).running[0]
    deadline = replace(begun, clock=clock)

    said, rung = [], 0
    for wait in sorted(now):
        said += ladder.due(deadline, rung, start + wait, calendar)
        rung = ladder.last(deadline, rung, start + wait, calendar)

    levels = [one.level for one in said if one.level]
    assert [one.number for one in said] == sorted({one.number for one in said})
    assert levels == [one.level for one in ladder.rungs.get(clock, ()) if one.level][: len(levels)]
