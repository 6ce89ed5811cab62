"""What reporters do with a report, beside writing: rate it, end it, have it opened again, take it back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lapor_contracts.events import (
    OutcomeAsked,
    OutcomeReported,
    ReportClosed,
    ReportRated,
    ReportReopened,
    ReportWithdrawn,
)
from lapor_contracts.vocabulary import AnswerKind, ClosedBy
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service
DAY = 24
ANSWERER = builders.answered().agency_code


def routed(case: Case) -> Case:
    """Received, verified and with a body that has not answered."""
    about: dict[str, Any] = {"report_id": case.report_id}
    case.stage.hear(
        case.received(),
        builders.verified(**about, verified_at=later(0.1)),
        builders.routed(**about, routed_at=later(1)),
    )
    case.stage.clock.set(later(DAY))
    return case


def answered_again(case: Case, hours: float) -> None:
    """The next body has it, and answers."""
    about: dict[str, Any] = {"report_id": case.report_id}
    case.stage.hear(
        builders.routed(**about, routed_at=later(hours - 0.5), hop=2),
        builders.answered(**about, answered_at=later(hours)),
    )
    case.stage.clock.set(later(hours + 1))


def asked(case: Case) -> Case:
    """Closed by its reporter, and asked about some weeks later."""
    case.told().close()
    case.stage.clock.set(later(32 * DAY))
    case.stage.run("ask_outcomes")
    return case


def closed(case: Case) -> Case:
    """Answered, and its reporter said that it is done."""
    case.told().close()
    return case


def heard(case: Case, **changes: Any) -> Case:
    """Received, and then one thing more."""
    ((build, given),) = changes.items()
    case.stage.hear(case.received(), getattr(builders, build)(report_id=case.report_id, **given))
    return case


def answered(case: Case, kind: AnswerKind) -> Case:
    """With a body that has answered so."""
    routed(case).stage.hear(builders.answered(report_id=case.report_id, answered_at=later(5), answer_kind=kind))
    return case


def long_after(case: Case) -> Case:
    """Two months later."""
    case.stage.clock.set(later(63 * DAY))
    return case


def withdrawn(case: Case) -> Case:
    """Taken back."""
    routed(case).act("withdrawal")
    return case


WRITES = {"reply", "attach", "close"}
MAY: dict[str, tuple[Callable[[Case], Case], set[str]]] = {
    "received": (lambda case: heard(case, redacted={}), {"attach", "withdraw"}),
    "returned": (lambda case: heard(case, returned={"returned_at": later(1)}), {"withdraw"}),
    "verified": (lambda case: heard(case, verified={"verified_at": later(1)}), {"attach", "withdraw"}),
    "merged": (lambda case: heard(case, merged={"merged_at": later(1)}), {"close", "withdraw"}),
    "archived": (lambda case: heard(case, archived={"archived_at": later(1)}), {"appeal"}),
    "routed": (routed, WRITES | {"withdraw"}),
    "answered at first": (lambda case: answered(case, AnswerKind.INITIAL), WRITES),
    "asked something": (lambda case: answered(case, AnswerKind.QUESTION), WRITES),
    "answered in substance": (Case.told, WRITES | {"reopen", "rate"}),
    "closed": (closed, {"reopen", "rate"}),
    "closed for long": (lambda case: long_after(closed(case)), {"rate"}),
    "withdrawn": (withdrawn, set()),
}


@pytest.mark.parametrize(("stands", "may"), MAY.values(), ids=MAY)
def test_what_can_be_done_depends_on_where_the_report_stands(
    case: Case, stands: Callable[[Case], Case], may: set[str]
) -> None:
    assert stands(case).may == may


def test_others_are_told_of_nothing_that_they_could_do(case: Case) -> None:
    assert case.told().get().json["acts"] == []


def test_a_rating_goes_to_the_body_that_answered_and_can_be_changed(case: Case, stage: Stage) -> None:
    case.told()

    assert case.act("ratings", rating=2).status_code == 201
    assert case.act("ratings", rating=5).status_code == 201

    said = stage.announced(ReportRated)
    assert [(one.rating, one.agency_code) for one in said] == [(2, ANSWERER), (5, ANSWERER)]


@pytest.mark.parametrize("rating", [0, 6, "5x", None, 2.5])
def test_a_rating_is_a_whole_number_from_1_to_5(case: Case, stage: Stage, rating: Any) -> None:
    assert case.told().act("ratings", rating=rating).status_code == 422
    assert stage.announced(ReportRated) == []


def test_who_says_done_may_rate_along_with_it(case: Case, stage: Stage) -> None:
    assert case.told().act("closure", rating=4).status_code == 201

    assert [one.rating for one in stage.announced(ReportRated)] == [4]
    assert [one.closed_by for one in stage.announced(ReportClosed)] == [ClosedBy.REPORTER]


def test_not_done_opens_an_answered_report_again(case: Case, stage: Stage) -> None:
    assert case.told().act("reopenings").status_code == 201

    (said,) = stage.announced(ReportReopened)
    assert (said.times, said.reason, said.agency_code) == (1, None, ANSWERER)
    shown = case.get().json
    assert shown["status"] == "reopened"
    assert "reporter_silence" not in [limit["clock"] for limit in shown["deadlines"]]
    assert {"first_answer", "resolve"} <= {limit["clock"] for limit in shown["deadlines"]}


@pytest.mark.parametrize("closed_by", ClosedBy)
def test_not_done_opens_a_closed_report_again_whoever_closed_it(case: Case, stage: Stage, closed_by: ClosedBy) -> None:
    case.told()
    match closed_by:
        case ClosedBy.REPORTER:
            case.close()
        case ClosedBy.ADMINISTRATOR:
            stage.hear(builders.closure_decided(report_id=case.report_id))
        case ClosedBy.SILENCE:
            stage.clock.set(later(20 * DAY))
            stage.run("close_silent")

    assert case.act("reopenings").status_code == 201
    assert case.get().json["status"] == "reopened"


def test_from_the_second_time_on_not_done_needs_a_reason(case: Case, stage: Stage) -> None:
    case.told().act("reopenings")
    answered_again(case, 2 * DAY)

    refused = case.act("reopenings", text="  ")
    done = case.act("reopenings", text="Tiga lampu masih padam. Hubungi 0812-0000-0001.")

    assert (refused.status_code, list(refused.json["errors"])) == (422, ["text"])
    assert done.status_code == 201
    said = stage.announced(ReportReopened)[-1]
    assert (said.times, said.reason) == (2, "Tiga lampu masih padam. Hubungi [nomor telepon].")


def test_what_nobody_has_answered_since_cannot_be_opened_again(case: Case, stage: Stage) -> None:
    case.told().act("reopenings", key="one")
    stage.hear(builders.routed(report_id=case.report_id, routed_at=later(25), hop=2))
    stage.clock.set(later(26))

    assert case.act("reopenings", text="Belum juga.", key="two").status_code == 409
    assert len(stage.announced(ReportReopened)) == 1


def test_what_was_closed_long_ago_is_not_opened_again(case: Case, stage: Stage) -> None:
    case.told().close()
    assert case.get().json["reopens_until"] == "2026-03-09"

    stage.clock.set(later(61 * DAY - 6))  # 01:00 of the last day where the report was handled
    assert "reopen" in case.may
    stage.clock.set(later(62 * DAY))
    refused = case.act("reopenings")

    assert refused.status_code == 409
    assert "too long ago" in refused.json["detail"]


@pytest.mark.parametrize(("way", "given"), [("reopenings", {}), ("ratings", {"rating": 3}), ("withdrawal", {})])
def test_two_tabs_with_one_key_do_it_once(case: Case, stage: Stage, way: str, given: dict[str, Any]) -> None:
    (routed(case) if way == "withdrawal" else case.told())

    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(lambda _: case.act(way, key="k-1", **given), range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    said = stage.announced(ReportReopened) + stage.announced(ReportRated) + stage.announced(ReportWithdrawn)
    assert len(said) == 1


def test_a_key_that_was_used_for_another_rating_is_refused(case: Case) -> None:
    case.told().act("ratings", rating=5, key="k-1")

    assert case.act("ratings", rating=4, key="k-1").status_code == 409


def test_who_closes_in_one_tab_and_says_not_done_in_another_does_both_in_their_order(case: Case, stage: Stage) -> None:
    case.told()

    with ThreadPoolExecutor(2) as tabs:
        list(tabs.map(lambda way: case.act(way, key="k"), ["closure", "reopenings"]))

    assert len(stage.announced(ReportReopened)) == 1
    assert case.get().json["status"] in ("closed", "reopened")


def test_a_report_can_be_taken_back_until_it_is_answered(case: Case, stage: Stage) -> None:
    assert routed(case).act("withdrawal").status_code == 201

    shown = case.get().json
    assert (shown["status"], shown["deadlines"]) == ("archived", [])
    assert shown["timeline"][-1]["words"]["en"] == "Withdrawn, and archived as its reporter wished"
    assert len(stage.announced(ReportWithdrawn)) == 1
    assert case.act("appeals", text="Saya berubah pikiran.").status_code == 409
    assert case.act("withdrawal").json["id"] == str(stage.announced(ReportWithdrawn)[0].withdrawal_id)


def test_who_wrote_to_the_body_may_still_take_the_report_back(case: Case) -> None:
    routed(case).reply("Halo?")

    assert case.act("withdrawal").status_code == 201


def test_what_was_answered_cannot_be_taken_back(case: Case, stage: Stage) -> None:
    assert case.told().act("withdrawal").status_code == 409
    assert stage.announced(ReportWithdrawn) == []


def test_an_answer_that_was_under_way_changes_nothing_about_what_was_taken_back(case: Case, stage: Stage) -> None:
    routed(case).act("withdrawal")

    stage.hear(builders.answered(report_id=case.report_id, answered_at=later(DAY - 1)))
    stage.clock.set(later(90 * DAY))

    assert (case.get().json["status"], case.get().json["deadlines"]) == ("archived", [])
    assert stage.run("close_silent") == stage.run("ask_outcomes") == 0


def test_some_weeks_after_the_end_its_reporter_is_asked_once_whether_it_holds(case: Case, stage: Stage) -> None:
    case.told().close()
    stage.clock.set(later(30 * DAY))
    too_soon = stage.run("ask_outcomes")
    stage.clock.set(later(32 * DAY))

    assert (too_soon, stage.run("ask_outcomes"), stage.run("ask_outcomes")) == (0, 1, 0)
    assert len(stage.announced(OutcomeAsked)) == 1
    assert case.may == {"outcome", "reopen", "rate"}


def test_nobody_is_asked_about_what_ended_long_ago(case: Case, stage: Stage) -> None:
    case.told().close()
    stage.clock.set(later(400 * DAY))
    stage.hear(builders.identity_forgotten(report_id=case.report_id, forgotten_at=later(400 * DAY)))

    assert stage.run("ask_outcomes") == 0


def test_two_processes_that_sweep_at_once_ask_once(case: Case, stage: Stage) -> None:
    case.told().close()
    stage.clock.set(later(32 * DAY))

    with ThreadPoolExecutor(3) as sweeps:
        list(sweeps.map(lambda _: stage.run("ask_outcomes"), range(3)))

    assert len(stage.announced(OutcomeAsked)) == 1


def test_what_is_open_again_is_asked_about_after_its_next_end_alone(case: Case, stage: Stage) -> None:
    case.told().close()
    case.act("reopenings")
    stage.clock.set(later(32 * DAY))
    assert stage.run("ask_outcomes") == 0

    answered_again(case, 33 * DAY)
    case.close()
    stage.clock.set(later(65 * DAY))

    assert stage.run("ask_outcomes") == 1


def test_who_is_asked_and_says_that_it_holds_is_asked_no_more(case: Case, stage: Stage) -> None:
    assert asked(case).act("outcome", holds=True).status_code == 201

    (said,) = stage.announced(OutcomeReported)
    assert said.holds
    assert said.question_id == stage.announced(OutcomeAsked)[0].question_id
    assert case.get().json["status"] == "closed"
    assert "outcome" not in case.may
    assert case.act("outcome", holds=True).status_code == 201
    assert case.act("outcome", holds=False).status_code == 409
    assert len(stage.announced(OutcomeReported)) == 1


def test_what_does_not_hold_is_opened_again(case: Case, stage: Stage) -> None:
    answer = asked(case).act("outcome", holds=False, text="Lampunya padam lagi.")

    assert (answer.status_code, answer.json["step"]) == (201, "reopened")
    assert [one.holds for one in stage.announced(OutcomeReported)] == [False]
    assert [one.reason for one in stage.announced(ReportReopened)] == ["Lampunya padam lagi."]


def test_not_done_answers_the_question_whether_it_holds(case: Case, stage: Stage) -> None:
    asked(case).act("reopenings")

    assert [one.holds for one in stage.announced(OutcomeReported)] == [False]
    assert len(stage.announced(ReportReopened)) == 1


def test_what_can_no_longer_be_opened_again_is_noted_all_the_same(case: Case, stage: Stage) -> None:
    asked(case)
    stage.clock.set(later(70 * DAY))

    assert case.act("outcome", holds=False).json["step"] == "outcome_reported"
    assert (case.get().json["status"], stage.announced(ReportReopened)) == ("closed", [])


def test_nobody_is_asked_whether_something_holds_before_the_question(case: Case) -> None:
    case.told().close()

    assert case.act("outcome", holds=True).status_code == 409


@pytest.mark.parametrize(
    ("way", "given"),
    [
        ("ratings", {"rating": 1}),
        ("reopenings", {}),
        ("withdrawal", {}),
        ("outcome", {"holds": True}),
        ("referral", {}),
    ],
)
def test_a_wrong_receipt_does_nothing(case: Case, stage: Stage, way: str, given: dict[str, Any]) -> None:
    case.told()

    refused = stage.client.post(f"{case.address}/{way}", json={"receipt": "0000 0000 0000 0000", **given})

    assert (refused.status_code, stage.announced()) == (404, [])


def test_who_shared_another_reports_outcome_and_says_not_done_begins_anew(case: Case, stage: Stage) -> None:
    parent = Case(stage)
    stage.hear(case.received(), builders.merged(report_id=case.report_id, parent_report_id=parent.report_id))
    parent.told().close()
    stage.run("close_followers")

    assert case.act("reopenings").status_code == 201
    stage.hear(builders.split_off(report_id=case.report_id, split_at=later(25)))

    shown = case.get(X_Receipt=case.receipt).json
    assert (shown["status"], shown["parent_tracking_id"]) == ("received", None)
    assert [limit["clock"] for limit in shown["deadlines"] if limit["clock"] != "ombudsman"] == ["verify"]
    assert parent.get().json["status"] == "closed"
