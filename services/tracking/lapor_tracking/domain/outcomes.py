"""What whoever follows a public report hears of it: that it was answered, ended, or opened again. Pure."""

from collections.abc import Iterator, Sequence

from lapor_contracts.vocabulary import Status
from lapor_tracking.domain.steps import MOVES, StepType, may_follow
from lapor_tracking.domain.timeline import Standing

#: All else is between the reporter and the state, or no outcome.
OUTCOMES = frozenset({StepType.SUBSTANTIVE_ANSWER, StepType.CLOSED, StepType.REOPENED, StepType.REFERRED})


def outcomes(standings: Sequence[Standing]) -> Iterator[Standing]:
    """Those of a report's steps that followers hear of; what did not fit where the report stood is none."""
    before: Status | None = None
    for standing in standings:
        step = standing.step.type
        if step in OUTCOMES and may_follow(before, step) and standing.status is MOVES[step].to:
            yield standing
        before = standing.status
