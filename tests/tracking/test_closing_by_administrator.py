"""An administrator says that a report is at its end: only where it was answered, and with a reason."""

from typing import Any
from uuid import uuid4

import pytest

from lapor_contracts.events import ReportClosed
from lapor_contracts.vocabulary import AnswerKind, ClosedBy
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service
REASON = "Lampu sudah menyala, petugas memeriksanya malam ini."


@pytest.fixture
def case(stage: Stage) -> Case:
    """A report that was answered."""
    return Case(stage).told()


def _decided(case: Case, **changes: Any) -> Any:
    return builders.closure_decided(report_id=case.report_id, reason=REASON, **changes)


def test_an_answered_report_is_closed_by_an_administrator_with_the_reason(case: Case) -> None:
    case.stage.hear(_decided(case))

    (closed,) = case.stage.announced(ReportClosed)
    assert closed.closed_by is ClosedBy.ADMINISTRATOR
    assert REASON in case.get().get_data(as_text=True)


def test_the_reporter_of_a_secret_report_alone_reads_the_reason(stage: Stage) -> None:
    case = Case(stage).told(secret=True)

    stage.hear(_decided(case))

    assert REASON not in case.get().get_data(as_text=True)
    assert REASON in case.get(X_Receipt=case.receipt).get_data(as_text=True)


def test_what_was_decided_twice_is_closed_once(case: Case) -> None:
    decided = _decided(case)

    case.stage.hear(decided)
    case.stage.hear(decided)

    assert len(case.stage.announced(ReportClosed)) == 1


@pytest.mark.parametrize("kind", [AnswerKind.INITIAL, AnswerKind.QUESTION])
def test_a_report_without_a_substantive_answer_stays_open(stage: Stage, kind: AnswerKind) -> None:
    case = Case(stage)
    stage.hear(
        case.received(),
        builders.verified(report_id=case.report_id, verified_at=later(0.1)),
        builders.routed(report_id=case.report_id, routed_at=later(0.2)),
        builders.answered(report_id=case.report_id, answered_at=later(1), answer_kind=kind),
    )

    stage.hear(_decided(case))

    assert not stage.announced(ReportClosed)


def test_an_answer_that_the_reporter_did_not_accept_closes_nothing(case: Case) -> None:
    case.stage.hear(builders.routed(report_id=case.report_id, disposition_id=uuid4(), routed_at=later(6)))

    case.stage.hear(_decided(case))

    assert not case.stage.announced(ReportClosed)
