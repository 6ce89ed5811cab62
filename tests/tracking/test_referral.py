"""After sixty days the reporter is asked whether the Ombudsman should take it, once; and it takes it only on a yes."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lapor_contracts.events import DeadlineMissed, ReferralOffered, ReportReferred
from lapor_contracts.vocabulary import AnswerKind, Clock, Command, Status
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage
from tests.tracking.case import Case, later

SERVICE = service
DAY = 24
#: The sixtieth day after the Wednesday on which everything begins is a Sunday; it ends at midnight in Jakarta.
OVER = datetime(2026, 3, 9, tzinfo=ZoneInfo("Asia/Jakarta"))


def at_work(case: Case) -> Case:
    """With a body that says that it is dealing with it, and no more than that."""
    about: dict[str, Any] = {"report_id": case.report_id}
    case.stage.hear(
        case.received(),
        builders.verified(**about, verified_at=later(0.1)),
        builders.routed(**about, routed_at=later(0.2)),
        builders.answered(**about, answered_at=later(5), answer_kind=AnswerKind.INITIAL),
    )
    return case


def offered(case: Case) -> Case:
    """Its reporter was asked."""
    at_work(case)
    case.stage.clock.set(OVER)
    case.stage.run("offer_referrals")
    return case


def agree(case: Case) -> Any:
    """The reporter says yes."""
    return case.act("referral")


def test_the_reporter_is_asked_once_the_sixtieth_day_is_over(case: Case, stage: Stage) -> None:
    at_work(case)

    stage.clock.set(OVER - timedelta(seconds=1))
    assert stage.run("offer_referrals") == 0
    stage.clock.set(OVER)
    assert stage.run("offer_referrals") == 1
    stage.clock.advance(days=30)
    assert stage.run("offer_referrals") == 0

    assert [offer.offered_at for offer in stage.announced(ReferralOffered)] == [OVER]


def test_nobody_is_told_that_this_clock_was_set_or_missed(case: Case, stage: Stage) -> None:
    offered(case)

    for timer in ("announce_deadlines", "announce_rungs"):
        stage.run(timer)

    assert Clock.OMBUDSMAN not in {event.clock for event in stage.announced(DeadlineMissed)}
    assert Clock.OMBUDSMAN not in {getattr(event, "clock", None) for event in stage.announced()}


def test_what_nobody_has_verified_is_asked_about_too(case: Case, stage: Stage) -> None:
    stage.hear(case.received())
    stage.clock.set(OVER)

    assert stage.run("offer_referrals") == 1


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(builders.archived, id="archived"),
        pytest.param(builders.merged, id="merged"),
    ],
)
def test_what_is_at_its_end_is_not_asked_about(case: Case, stage: Stage, end: Any) -> None:
    stage.hear(case.received(), end(report_id=case.report_id))
    stage.clock.set(OVER)

    assert stage.run("offer_referrals") == 0


def test_the_days_before_the_end_count_when_it_is_opened_again(case: Case, stage: Stage) -> None:
    case.told()
    stage.clock.set(OVER - timedelta(days=5))
    case.close()
    stage.clock.set(OVER)
    assert stage.run("offer_referrals") == 0

    assert case.act("reopenings").status_code == 201

    assert stage.run("offer_referrals") == 1


def test_who_was_asked_and_had_it_opened_again_is_not_asked_twice(case: Case, stage: Stage) -> None:
    offered(case)
    stage.hear(builders.answered(report_id=case.report_id, answered_at=stage.clock.now()))
    case.close()
    stage.clock.advance(hours=1)
    case.act("reopenings")

    assert stage.run("offer_referrals") == 0
    assert "refer" in case.may


def test_on_a_yes_the_ombudsman_has_it_and_no_clock_runs(case: Case, stage: Stage) -> None:
    offered(case)

    response = agree(case)

    assert response.status_code == 201
    assert [event.agency_code for event in stage.announced(ReportReferred)] == ["ORI"]
    report = case.get(X_Receipt=case.receipt).json
    assert (report["status"], report["deadlines"]) == (Status.REFERRED, [])
    assert report["holder"]["name"] == "Ombudsman Republik Indonesia"


def test_said_twice_it_is_referred_once(case: Case, stage: Stage) -> None:
    offered(case)

    assert [agree(case).status_code for _ in range(2)] == [201, 201]

    assert len(stage.announced(ReportReferred)) == 1


def test_who_was_not_asked_cannot_agree(case: Case) -> None:
    at_work(case)

    assert agree(case).status_code == 409


def test_who_does_not_have_the_receipt_cannot_agree(case: Case, stage: Stage) -> None:
    offered(case)

    response = stage.client.post(f"{case.address}/referral", json={"receipt": "0000 0000 0000 0000"})

    assert response.status_code == 404
    assert stage.announced(ReportReferred) == []


def test_the_reporter_may_agree_weeks_later_while_the_report_is_open(case: Case, stage: Stage) -> None:
    offered(case)
    stage.clock.advance(days=40)

    assert agree(case).status_code == 201


def test_agreeing_by_message_does_the_same(case: Case, stage: Stage) -> None:
    offered(case)

    stage.hear(builders.commanded(report_id=case.report_id, command=Command.REFER))

    assert len(stage.announced(ReportReferred)) == 1


def test_on_the_page_it_takes_a_confirmation(case: Case, stage: Stage) -> None:
    offered(case)

    assert case.send(action="refer").status_code == 422
    assert case.send(action="refer", referred="true").status_code == 200

    assert len(stage.announced(ReportReferred)) == 1


def test_of_a_whistleblowers_report_it_is_only_told_that_there_is_news(case: Case, stage: Stage) -> None:
    stage.hear(case.received(sealed=builders.sealed()))
    stage.clock.set(WEDNESDAY + timedelta(days=61))

    stage.run("offer_referrals")

    assert [offer.sealed for offer in stage.announced(ReferralOffered)] == [True]


def test_what_bodies_do_after_that_moves_it_no_more(case: Case, stage: Stage) -> None:
    offered(case)
    agree(case)

    stage.hear(
        builders.routed(report_id=case.report_id, routed_at=stage.clock.now() + timedelta(seconds=1)),
        builders.answered(report_id=case.report_id, answered_at=stage.clock.now() + timedelta(seconds=2)),
    )

    assert case.get(X_Receipt=case.receipt).json["status"] == Status.REFERRED
