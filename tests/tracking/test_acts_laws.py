"""Whatever reporters do and bodies answer: no second end, no reopening of nothing, no silence before the answers."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lapor_contracts.events import (
    Event,
    OutcomeAsked,
    ReportAnswered,
    ReportClosed,
    ReportReopened,
    ReportRouted,
    ReportWithdrawn,
)
from lapor_contracts.vocabulary import AnswerKind, ClosedBy
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage
from tests.tracking.case import Case

SERVICE = service

OWNER, HELPER = uuid4(), uuid4()

acts = st.one_of(
    st.tuples(st.just("ratings"), st.fixed_dictionaries({"rating": st.integers(1, 5)})),
    st.tuples(st.just("replies"), st.just({"text": "Masih padam."})),
    st.tuples(st.just("reopenings"), st.sampled_from([{}, {"text": "Belum selesai."}])),
    st.tuples(st.just("outcome"), st.fixed_dictionaries({"holds": st.booleans()})),
    st.tuples(st.sampled_from(["closure", "withdrawal"]), st.just({})),
)
bodies = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(AnswerKind)),
    st.tuples(st.just("help"), st.sampled_from(AnswerKind)),
    st.tuples(st.just("route"), st.none()),
)
waits = st.tuples(st.just("wait"), st.sampled_from([1, 8, 16, 35]))
#: What it takes for most things to be possible, as it often goes.
ANSWERED = [("answer", AnswerKind.SUBSTANTIVE), ("help", AnswerKind.SUBSTANTIVE)]
histories = st.builds(
    lambda first, then: [*first, *then],
    st.sampled_from([[], ANSWERED, [*ANSWERED, ("closure", {})], [*ANSWERED, ("wait", 16)], [("withdrawal", {})]]),
    st.lists(st.one_of(acts, acts, bodies, waits, st.just(ANSWERED[0])), min_size=4, max_size=12),
)


@dataclass
class Life:
    """A report with an owner and a co-owner, and all that was said of it, in its order."""

    case: Case
    said: list[Event] = field(default_factory=list)
    hop: int = 1

    def begin(self) -> None:
        """With two bodies that must act."""
        self.case.stage.clock.set(WEDNESDAY)
        about: dict[str, Any] = {"report_id": self.case.report_id}
        self.hear(self.case.received())
        self.hear(builders.verified(**about, verified_at=self.now))
        self.hear(builders.routed(**about, routed_at=self.now, disposition_id=OWNER))
        self.hear(builders.co_owner_added(**about, added_at=self.now, disposition_id=HELPER))

    @property
    def now(self) -> Any:
        return self.case.stage.clock.now()

    def hear(self, event: Event) -> None:
        """What another service says."""
        self.case.stage.hear(event)
        self.said.append(event)
        self.case.stage.clock.set(self.now + timedelta(minutes=1))

    def go_on(self, what: str, given: Any) -> None:
        """One thing more happens, and then the clocks are looked at."""
        about: dict[str, Any] = {"report_id": self.case.report_id}
        match what:
            case "answer":
                self.hear(builders.answered(**about, answered_at=self.now, answer_kind=given, disposition_id=OWNER))
            case "help":
                self.hear(builders.answered(**about, answered_at=self.now, answer_kind=given, disposition_id=HELPER))
            case "route":
                self.hop += 1
                self.hear(builders.routed(**about, routed_at=self.now, disposition_id=OWNER, hop=self.hop))
            case "wait":
                self.case.stage.clock.set(self.now + timedelta(days=given))
            case _:
                assert self.case.act(what, **given).status_code in (201, 409, 422)
        for timer in ("close_silent", "ask_outcomes"):
            self.case.stage.run(timer)
        self.said += [one for one in self.case.stage.announced(about=self.case.report_id) if one not in self.said]
        self.case.stage.clock.set(self.now + timedelta(minutes=1))


def is_substantive(event: Event, disposition: Any = None) -> bool:
    """An answer that may be the last."""
    return (
        isinstance(event, ReportAnswered)
        and event.answer_kind is AnswerKind.SUBSTANTIVE
        and disposition in (None, event.disposition_id)
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(history=histories)
def test_ends_reopenings_and_silence_keep_to_their_laws(stage: Stage, history: list[tuple[str, Any]]) -> None:
    life = Life(Case(stage))
    life.begin()

    for what, given_ in history:
        life.go_on(what, given_)

    is_open, is_asked, reopenings = True, False, 0
    since_reopened, since_routed = list[Event](), list[Event]()
    for event in life.said:
        match event:
            case ReportClosed(closed_by=by):
                assert is_open, "never two ends"
                if by is ClosedBy.SILENCE:
                    assert any(is_substantive(one, OWNER) for one in since_routed), "silence only after the answers"
                    assert reopenings or any(is_substantive(one, HELPER) for one in since_reopened)
                is_open, is_asked = False, False
            case ReportReopened(times=times):
                reopenings += 1
                assert not is_open or any(is_substantive(one) for one in since_reopened), "something was done or ended"
                assert times == reopenings
                assert event.reason or times == 1
                is_open, since_reopened, since_routed = True, [], []
                continue
            case OutcomeAsked():
                assert not is_open
                assert not is_asked, "asked once after each end"
                is_asked = True
            case ReportWithdrawn():
                assert not any(isinstance(one, ReportAnswered) for one in since_reopened), "not once it is answered"
                is_open = False
        since_reopened.append(event)
        since_routed = [] if isinstance(event, ReportRouted) else [*since_routed, event]
