"""What its reporter may do with a report as it stands: the same on the page, in the API and by a message."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from lapor_contracts.vocabulary import Status
from lapor_tracking.domain.afterwards import Term, ends
from lapor_tracking.domain.steps import ANSWERS, Step, StepType, may_follow
from lapor_tracking.domain.timeline import Timeline

#: Without a reason "not done" opens a report so often.
FREE_REOPENINGS = 1


class Act(StrEnum):
    """What a reporter can do, in the order in which it is offered."""

    OUTCOME = "outcome"
    """Answer whether what was done holds, some time after the end."""
    REFER = "refer"
    REPLY = "reply"
    ATTACH = "attach"
    """Add photos and documents: intake takes them."""
    CLOSE = "close"
    REOPEN = "reopen"
    """Say that it is not done."""
    RATE = "rate"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"


#: What lies in hand and may be added to; what is incomplete has a form of its own.
_TAKES_FILES = frozenset(
    {
        Status.RECEIVED,
        Status.VERIFIED,
        Status.ROUTED,
        Status.IN_PROGRESS,
        Status.REPORTER_REPLIED,
        Status.REOPENED,
    }
)


def acts(timeline: Timeline, now: datetime) -> frozenset[Act]:
    """All that may be done now."""
    return frozenset(act for act, is_open in _OPEN.items() if is_open(timeline, now))


def answer_of(timeline: Timeline) -> Step | None:
    """The latest substantive answer."""
    return next((step for step in reversed(timeline.steps) if step.type is StepType.SUBSTANTIVE_ANSWER), None)


def reopenings_of(timeline: Timeline) -> int:
    """How often "not done" was said."""
    return sum(step.type is StepType.REOPENED for step in timeline.steps)


def needs_reason(timeline: Timeline) -> bool:
    """Whether "not done" must say why: the next desk has to learn what the last one missed."""
    return reopenings_of(timeline) >= FREE_REOPENINGS


def _may_reopen(timeline: Timeline, now: datetime) -> bool:
    """There is something with which not to be content: an answer of those who have it, or an end not long ago."""
    if until := ends(Term.REOPEN, timeline):
        return now < until
    return timeline.is_answered


def _may_rate(timeline: Timeline, _: datetime) -> bool:
    return timeline.is_answered or timeline.status is Status.CLOSED


def _may_withdraw(timeline: Timeline, _: datetime) -> bool:
    is_answered = any(step.type in ANSWERS for step in timeline.steps)
    return may_follow(timeline.status, StepType.WITHDRAWN) and not is_answered


def _takes_files(timeline: Timeline, _: datetime) -> bool:
    return timeline.status in _TAKES_FILES and timeline.oversight_key is None


def _may_report_outcome(timeline: Timeline, _: datetime) -> bool:
    return timeline.question is not None and timeline.outcome is None


_OPEN: Mapping[Act, Callable[[Timeline, datetime], bool]] = {
    Act.OUTCOME: _may_report_outcome,
    Act.REFER: lambda timeline, _: timeline.may_be_referred,
    Act.REPLY: lambda timeline, _: may_follow(timeline.status, StepType.REPLIED),
    Act.ATTACH: _takes_files,
    Act.CLOSE: lambda timeline, _: may_follow(timeline.status, StepType.CLOSED),
    Act.REOPEN: _may_reopen,
    Act.RATE: _may_rate,
    Act.APPEAL: lambda timeline, _: timeline.may_be_appealed,
    Act.WITHDRAW: _may_withdraw,
}
