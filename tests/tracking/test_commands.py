"""What reporters ask for by message: the same rules as on the page, answered to whoever asked."""

from typing import Any

import pytest

from lapor_contracts.events import CommandAnswered, OutcomeReported, ReportClosed, ReportReplied
from lapor_contracts.vocabulary import Command, Status
from lapor_tracking import service
from tests.support import builders
from tests.tracking.case import Case, later

SERVICE = service


def commanded(case: Case, **changes: Any) -> CommandAnswered:
    """Send a command about the case; what is answered."""
    case.stage.hear(builders.commanded(report_id=case.report_id, **changes))
    return case.stage.announced(CommandAnswered)[-1]


def test_whoever_asks_is_told_where_the_report_stands_who_has_it_and_until_when(case: Case) -> None:
    case.stage.hear(
        case.received(),
        builders.verified(report_id=case.report_id, verified_at=later(0.1)),
        builders.routed(report_id=case.report_id, routed_at=later(0.2), agency_name="PLN", time_zone="Asia/Jayapura"),
    )

    answer = commanded(case, sealed="dGhlIGFza2Vy")

    assert (answer.done, answer.status, answer.agency_name) == (True, Status.ROUTED, "PLN")
    assert answer.due_at is not None
    assert answer.time_zone == "Asia/Jayapura"
    assert answer.sealed == "dGhlIGFza2Vy"


def test_a_report_that_is_still_on_its_way_here_is_received(case: Case) -> None:
    answer = commanded(case)

    assert (answer.done, answer.status, answer.agency_name, answer.due_at) == (True, Status.RECEIVED, None, None)


def test_a_reply_by_message_reaches_the_body(case: Case) -> None:
    answer = commanded(case.told(), command=Command.REPLY, text="Masih mati.")

    assert (answer.done, answer.status) == (True, Status.REPORTER_REPLIED)
    assert [replied.text for replied in case.stage.announced(ReportReplied)] == ["Masih mati."]


def test_a_report_may_be_closed_by_message(case: Case) -> None:
    answer = commanded(case.told(), command=Command.CLOSE)

    assert (answer.done, answer.status) == (True, Status.CLOSED)
    assert len(case.stage.announced(ReportClosed)) == 1


def test_a_command_that_comes_in_one_batch_with_what_it_answers_is_done(case: Case) -> None:
    about: Any = {"report_id": case.report_id}
    case.stage.clock.set(later(6))

    case.stage.hear(
        case.received(),
        builders.verified(**about, verified_at=later(0.1)),
        builders.routed(**about, routed_at=later(0.2)),
        builders.answered(**about, answered_at=later(5)),
        builders.commanded(**about, command=Command.CLOSE),
    )

    assert [answer.status for answer in case.stage.announced(CommandAnswered)] == [Status.CLOSED]


@pytest.mark.parametrize("command", [Command.REPLY, Command.CLOSE])
def test_the_same_command_is_done_once(case: Case, command: Command) -> None:
    case.told()
    event = builders.commanded(report_id=case.report_id, command=command, text="Masih mati.")

    case.stage.hear(event)
    case.stage.hear(event)

    assert [answer.done for answer in case.stage.announced(CommandAnswered)] == [True, True]
    assert len(case.stage.announced(ReportReplied)) + len(case.stage.announced(ReportClosed)) == 1


@pytest.mark.parametrize("command", [Command.REPLY, Command.CLOSE])
def test_what_the_status_does_not_allow_is_not_done_and_said_so(case: Case, command: Command) -> None:
    case.stage.hear(case.received())

    answer = commanded(case, command=command, text="Masih mati.")

    assert (answer.done, answer.status) == (False, Status.RECEIVED)


@pytest.mark.parametrize("command", [Command.REPLY, Command.CLOSE])
def test_nobody_else_can_reply_or_close(case: Case, command: Command) -> None:
    answer = commanded(case.told(), command=command, text="Masih mati.", is_reporter=False)

    assert (answer.done, answer.status, answer.agency_name) == (False, None, None)
    assert case.stage.announced(ReportReplied) == case.stage.announced(ReportClosed) == []


def test_others_are_told_how_a_public_report_stands(case: Case) -> None:
    answer = commanded(case.told(), is_reporter=False)

    assert (answer.done, answer.status) == (True, Status.IN_PROGRESS)


@pytest.mark.parametrize("is_heard", [True, False])
def test_others_are_told_nothing_of_a_secret_report_nor_of_one_that_may_be(case: Case, is_heard: bool) -> None:
    if is_heard:
        case.told(secret=True)

    answer = commanded(case, is_reporter=False)

    assert (answer.done, answer.status, answer.agency_name, answer.due_at) == (False, None, None, None)


def test_not_done_a_rating_and_a_withdrawal_come_by_message_too(case: Case) -> None:
    case.stage.hear(case.received())
    case.stage.clock.set(later(1))
    withdrawn = commanded(case, command=Command.WITHDRAW)
    answered = Case(case.stage).told()
    rated = commanded(answered, command=Command.RATE, rating=4)
    reopened = commanded(answered, command=Command.REOPEN)

    assert [(one.done, one.status) for one in (withdrawn, rated, reopened)] == [
        (True, Status.ARCHIVED),
        (True, Status.IN_PROGRESS),
        (True, Status.REOPENED),
    ]


def test_why_it_could_not_be_opened_again_is_said(case: Case) -> None:
    case.told().act("reopenings")
    about: Any = {"report_id": case.report_id}
    case.stage.hear(builders.routed(**about, routed_at=later(25)), builders.answered(**about, answered_at=later(26)))
    case.stage.clock.set(later(27))

    without, with_reason = (
        commanded(case, command=Command.REOPEN),
        commanded(case, command=Command.REOPEN, text="Mati."),
    )

    assert (without.done, without.refused) == (False, "needs_reason")
    assert (with_reason.done, with_reason.refused) == (True, None)


@pytest.mark.parametrize(("command", "holds"), [(Command.CLOSE, True), (Command.REOPEN, False)])
def test_who_is_asked_whether_it_holds_answers_done_or_not_done(case: Case, command: Command, holds: bool) -> None:
    case.told().close()
    case.stage.clock.set(later(32 * 24))
    case.stage.run("ask_outcomes")

    answer = commanded(case, command=command)

    assert (answer.done, answer.status) == (True, Status.CLOSED if holds else Status.REOPENED)
    assert [said.holds for said in case.stage.announced(OutcomeReported)] == [holds]
