"""Which step may be taken where: every status with every step."""

import pytest

from lapor_contracts.vocabulary import Status
from lapor_tracking.domain.audiences import TABLE as VIEWS
from lapor_tracking.domain.steps import MOVES, StepType, may_follow
from lapor_tracking.words import STATUSES, STEPS

UNVERIFIED = {
    "returned": "incomplete",
    "verified": "verified",
    "merged": "merged",
    "archived": "archived",
    "unroutable": "verified",
    "routed": "routed",
    "withdrawn": "archived",
    "referred": "referred",
}
HELD = {
    "recalled": "received",
    "refused": "verified",
    "unroutable": "verified",
    "routed": "routed",
    "initial_answer": "in_progress",
    "question": "in_progress",
    "substantive_answer": "in_progress",
    "replied": "reporter_replied",
    "closed": "closed",
    "withdrawn": "archived",
    "referred": "referred",
}
ANSWERED = HELD | {"reopened": "reopened"}
#: For each status, the steps that move the report, and where to. All others leave it where it is.
TABLE: dict[Status, dict[str, str]] = {
    Status.RECEIVED: UNVERIFIED,
    Status.INCOMPLETE: UNVERIFIED | {"supplemented": "received"},
    Status.VERIFIED: {
        "recalled": "received",
        "unroutable": "verified",
        "routed": "routed",
        "withdrawn": "archived",
        "referred": "referred",
    },
    Status.ROUTED: HELD,
    Status.IN_PROGRESS: ANSWERED,
    Status.REPORTER_REPLIED: ANSWERED,
    Status.REOPENED: HELD | {"split": "received"},
    Status.ARCHIVED: {"appeal_granted": "received", "split": "received", "merged": "merged"},
    Status.MERGED: {
        "merged": "merged",
        "split": "received",
        "archived": "archived",
        "closed": "closed",
        "withdrawn": "archived",
    },
    Status.CLOSED: {"reopened": "reopened"},
    # The end: the Ombudsman has its own procedure.
    Status.REFERRED: {},
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", StepType)
def test_a_step_leads_where_the_table_says_or_nowhere(status: Status, step: StepType) -> None:
    leads_to = MOVES[step].to if may_follow(status, step) else None

    assert leads_to == TABLE[status].get(step)


@pytest.mark.parametrize("step", MOVES)
def test_any_news_may_be_the_first_that_is_heard(step: StepType) -> None:
    assert may_follow(None, step)


@pytest.mark.parametrize("step", [StepType.NOTICE_FAILED, StepType.IDENTITY_REQUESTED, StepType.RATED])
def test_what_stands_beside_its_way_never_moves_a_report(step: StepType) -> None:
    assert not may_follow(None, step)


def test_whatever_a_report_can_come_to_has_words() -> None:
    assert {move.to for move in MOVES.values()} == STATUSES.keys()
    assert STEPS.keys() == VIEWS.keys() == set(StepType)
