"""What follows a report shares its outcome, also the archiving; and what of that can be undone."""

from typing import Any

import pytest

from lapor_contracts.events import ReportArchived, ReportMerged, ReportReceived, ReportSplit
from lapor_contracts.vocabulary import Role
from lapor_verification import service
from lapor_verification.domain.case import State
from tests.support.builders import appealed
from tests.support.stage import Stage
from tests.verification.test_desk import OFF_TOPIC, Officer
from tests.verification.test_repeats import get, post, state_of, told_waiting, why

SERVICE = service

UNCLEAR = {"reason_code": "not_clear", "reason": "Tidak jelas lampu yang mana."}


@pytest.fixture
def parent(stage: Stage) -> ReportReceived:
    """A report that another one follows."""
    return told_waiting(stage)


@pytest.fixture
def follower(stage: Stage, parent: ReportReceived) -> ReportReceived:
    """The one that follows it."""
    report = told_waiting(stage)
    post(stage, report, "merge", parent=parent.tracking_id)
    return report


def decide_appeal(stage: Stage, report: ReportReceived, *, granted: bool) -> Any:
    """Somebody decides who had archived nothing."""
    headers = stage.signed_in(Role.VERIFIER, officer="another")
    path = f"/api/v1/cases/{report.report_id}/appeal-decision"
    return stage.client.post(path, json={"granted": granted, "reason": "Lampunya disebut."}, headers=headers)


def test_what_follows_an_archived_report_shares_its_outcome_and_hears_it_once(
    stage: Stage, parent: ReportReceived, follower: ReportReceived
) -> None:
    post(stage, parent, "archive", **UNCLEAR)

    said = [(each.report_id, each.reason) for each in stage.announced(ReportArchived)]
    assert said == [(report.report_id, UNCLEAR["reason"]) for report in (parent, follower)]
    assert {state_of(stage, parent), state_of(stage, follower)} == {State.ARCHIVED}
    assert get(stage, follower)["parent"]["tracking_id"] == parent.tracking_id
    assert why(post(stage, follower, "archive", **UNCLEAR)) == "wrong_state"


def test_who_was_archived_along_though_it_is_another_matter_is_split_off(
    stage: Stage, parent: ReportReceived, follower: ReportReceived
) -> None:
    post(stage, parent, "archive", **UNCLEAR)

    answer = post(stage, follower, "split", reason="Lampu yang lain.")

    assert (answer.status_code, answer.json["state"]) == (201, "waiting")
    assert [each.report_id for each in stage.announced(ReportSplit)] == [follower.report_id]
    assert get(stage, parent)["followers"] == []
    assert why(post(stage, parent, "split", reason="Yang ini juga.")) == "not_merged"


def test_an_appeal_that_is_granted_is_granted_to_those_who_follow(
    stage: Stage, parent: ReportReceived, follower: ReportReceived
) -> None:
    contrary = told_waiting(stage)
    post(stage, contrary, "merge", parent=parent.tracking_id)
    post(stage, parent, "archive", **UNCLEAR)
    stage.hear(appealed(report_id=contrary.report_id), appealed(report_id=parent.report_id))

    decide_appeal(stage, parent, granted=True)

    assert state_of(stage, parent) is State.WAITING
    assert {state_of(stage, follower), state_of(stage, contrary)} == {State.MERGED}
    again = stage.announced(ReportMerged)[-2:]
    assert {(each.report_id, each.parent_report_id) for each in again} == {
        (follower.report_id, parent.report_id),
        (contrary.report_id, parent.report_id),
    }
    stage.clock.advance(days=1)
    post(stage, parent, "archive", **UNCLEAR)
    assert {state_of(stage, follower), state_of(stage, contrary)} == {State.ARCHIVED}


@pytest.mark.parametrize("granted", [True, False])
def test_a_followers_own_appeal_that_is_granted_lets_it_stand_alone(
    stage: Stage, parent: ReportReceived, follower: ReportReceived, granted: bool
) -> None:
    post(stage, parent, "archive", **UNCLEAR)
    stage.hear(appealed(report_id=follower.report_id))

    decide_appeal(stage, follower, granted=granted)

    assert state_of(stage, follower) is (State.WAITING if granted else State.ARCHIVED)
    assert (get(stage, follower)["parent"] is None) == granted
    assert state_of(stage, parent) is State.ARCHIVED


def test_who_proposed_to_archive_a_report_judges_no_appeal_of_what_follows_it(
    stage: Stage, parent: ReportReceived, follower: ReportReceived
) -> None:
    ani, budi, citra = (Officer(stage, name) for name in ("ani", "budi", "citra"))
    ani.post(f"/{parent.report_id}/archive", **OFF_TOPIC)
    budi.post(f"/{parent.report_id}/archive-review", agreed=True)
    stage.hear(appealed(report_id=follower.report_id))

    seen = {each.name: each.sees("state=appealed") for each in (ani, budi, citra)}
    judged = {
        each.name: each.post(f"/{follower.report_id}/appeal-decision", granted=True, reason="Lampu.").status_code
        for each in (ani, budi, citra)
    }

    assert seen == {"ani": [], "budi": [], "citra": [str(follower.report_id)]}
    assert judged == {"ani": 409, "budi": 409, "citra": 201}


def test_a_follower_is_not_archived_by_itself(stage: Stage, parent: ReportReceived, follower: ReportReceived) -> None:
    assert why(post(stage, follower, "archive", **UNCLEAR)) == "follows"
    assert state_of(stage, follower) is State.MERGED
