"""What its reporter took back, and what the Ombudsman has, no verifier decides any more."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lapor_contracts.events import Event, ReferralFiled, ReportMerged, ReportSplit
from lapor_verification import handlers, service, store
from lapor_verification.domain.case import State
from lapor_verification.domain.commands import Merging, Recall, Verification
from tests.support.builders import closed, received, referred, reopened, withdrawn
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

LEAVING = pytest.mark.parametrize(
    ("leaves", "state"),
    [pytest.param(withdrawn, State.WITHDRAWN, id="withdrawn"), pytest.param(referred, State.REFERRED, id="referred")],
)
VAGUE = {"title": "Mohon bantuan", "body": "Mohon dibantu segera, terima kasih.", "place": None, "region_code": None}


def state_of(stage: Stage, report: Event) -> str:
    """Where the case of this report stands."""
    return next(str(row["state"]) for row in stage.rows(store.cases) if row["report_id"] == report.report_id)


@LEAVING
def test_the_case_is_off_the_queue_and_nobody_can_decide_it(stage: Stage, leaves: object, state: State) -> None:
    report = received(**VAGUE)
    stage.hear(report)

    stage.hear(leaves(report_id=report.report_id))  # type: ignore[operator]

    assert state_of(stage, report) == state
    with stage.transactions.begin() as tx:
        refused = handlers.verify(report.report_id, Verification(version=2), "officer-1", tx)
    assert getattr(refused, "code", None) == "wrong_state"


@LEAVING
def test_that_may_be_heard_before_the_report_itself(stage: Stage, leaves: object, state: State) -> None:
    report = received(**VAGUE)

    stage.hear(leaves(report_id=report.report_id), report)  # type: ignore[operator]

    assert state_of(stage, report) == state


def test_a_verified_report_that_was_withdrawn_is_not_recalled_any_more(stage: Stage) -> None:
    report = received()
    stage.hear(report, withdrawn(report_id=report.report_id))

    with stage.transactions.begin() as tx:
        refused = handlers.recall(report.report_id, Recall(version=2, reason="Keliru."), "officer-1", tx)

    assert getattr(refused, "code", None) == "wrong_state"


@LEAVING
def test_the_oldest_that_followed_it_takes_its_place_and_the_others_follow_that_one(
    stage: Stage, leaves: object, state: State
) -> None:
    parent, *followers = (received(**VAGUE, received_at=WEDNESDAY + timedelta(hours=hour)) for hour in range(4))
    stage.hear(parent, *followers)
    for follower in reversed(followers):
        with stage.transactions.begin() as tx:
            handlers.merge(follower.report_id, Merging(version=1, parent=parent.tracking_id), "officer-1", tx)
    heard = len(stage.announced())

    stage.hear(leaves(report_id=parent.report_id))  # type: ignore[operator]

    oldest, *others = followers
    assert [event.report_id for event in stage.announced(ReportSplit)] == [oldest.report_id]
    again = [event for event in stage.announced()[heard:] if isinstance(event, ReportMerged)]
    assert {event.report_id for event in again} == {other.report_id for other in others}
    assert {event.parent_tracking_id for event in again} == {oldest.tracking_id}
    assert (state_of(stage, parent), state_of(stage, oldest)) == (state, State.WAITING)
    assert {state_of(stage, other) for other in others} == {State.MERGED}


def test_whoever_shared_an_outcome_and_is_not_content_has_a_report_of_the_own_again(stage: Stage) -> None:
    parent, follower = received(), received(**VAGUE)
    stage.hear(parent, follower)
    with stage.transactions.begin() as tx:
        handlers.merge(follower.report_id, Merging(version=1, parent=parent.tracking_id), "officer-1", tx)
    stage.hear(closed(report_id=parent.report_id), closed(report_id=follower.report_id))

    stage.hear(reopened(report_id=follower.report_id))

    assert [event.report_id for event in stage.announced(ReportSplit)] == [follower.report_id]
    assert (state_of(stage, parent), state_of(stage, follower)) == (State.VERIFIED, State.WAITING)


def test_what_is_opened_again_can_be_followed_again(stage: Stage) -> None:
    parent, follower = received(), received(**VAGUE)
    stage.hear(parent, follower)
    stage.hear(closed(report_id=parent.report_id))
    stage.hear(reopened(report_id=parent.report_id))

    with stage.transactions.begin() as tx:
        merged = handlers.merge(follower.report_id, Merging(version=1, parent=parent.tracking_id), "officer-1", tx)

    assert getattr(merged, "state", None) is State.MERGED
    assert state_of(stage, parent) == State.VERIFIED


def test_the_ombudsman_reads_what_nobody_had_verified(stage: Stage) -> None:
    unverified, verified = received(**VAGUE), received()
    stage.hear(unverified, verified)

    stage.hear(*(referred(report_id=one.report_id) for one in (unverified, verified)))

    assert [(filed.report_id, filed.body) for filed in stage.announced(ReferralFiled)] == [
        (unverified.report_id, unverified.body)
    ]


def test_said_twice_it_is_done_once(stage: Stage) -> None:
    report = received(**VAGUE)
    stage.hear(report)
    leaving = referred(report_id=report.report_id, referral_id=uuid4())

    stage.hear(leaving)
    stage.hear(leaving)

    assert len(stage.announced(ReferralFiled)) == 1
