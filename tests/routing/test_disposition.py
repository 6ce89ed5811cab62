"""What may become of a disposition: the rules alone, without database or web."""

import uuid
from dataclasses import replace
from itertools import product

import pytest

from lapor_chassis.refusals import Refusal
from lapor_contracts.vocabulary import AnswerKind, Channel, Kind
from lapor_routing.domain.disposition import AFTER_ANSWER, HOLDING, NEXT, Disposition, Report, State
from tests.support.stage import WEDNESDAY

DISPOSITION = Disposition(
    id=uuid.uuid4(),
    report=Report(
        id=uuid.uuid4(),
        tracking_id="7K3M-9QXF-2TPA",
        channel=Channel.WEB,
        kind=Kind.COMPLAINT,
        title="Listrik padam",
        body="Listrik padam sejak pagi di Rengat.",
        occurred_on=None,
        region_code="14.02",
        place=None,
        category=None,
        anonymous=False,
        secret=False,
        verified_at=WEDNESDAY,
    ),
    agency_code="PLN",
    agency_name="PT PLN (Persero)",
    hop=1,
    state=State.OPEN,
)

ALLOWED = {
    ("waiting", "passed_on"),
    ("waiting", "released"),
    ("waiting", "recalled"),
    ("waiting", "closed"),
    ("open", "in_progress"),
    ("open", "answered"),
    ("open", "refused"),
    ("open", "passed_on"),
    ("open", "released"),
    ("open", "recalled"),
    ("open", "closed"),
    ("in_progress", "in_progress"),
    ("in_progress", "answered"),
    ("in_progress", "refused"),
    ("in_progress", "passed_on"),
    ("in_progress", "released"),
    ("in_progress", "recalled"),
    ("in_progress", "closed"),
    ("answered", "in_progress"),
    ("answered", "answered"),
    ("answered", "recalled"),
    ("answered", "closed"),
    # The reporter did not accept an answer, took the report back, or let the Ombudsman have it.
    ("open", "reopened"),
    ("in_progress", "reopened"),
    ("answered", "reopened"),
    ("closed", "reopened"),
    *product(("waiting", "open", "in_progress", "answered"), ("withdrawn", "referred")),
}


@pytest.mark.parametrize(("before", "after"), list(product(State, State)), ids=str)
def test_a_disposition_goes_only_where_the_rules_allow(before: State, after: State) -> None:
    disposition = replace(DISPOSITION, state=before)

    outcome = disposition.becoming(after)

    if (before, after) in ALLOWED:
        assert outcome == replace(DISPOSITION, state=after)
    else:
        assert isinstance(outcome, Refusal)
        assert before in outcome.reason
        assert after in outcome.reason


def test_what_was_given_out_of_hand_stays_so_and_what_was_closed_is_reopened_at_most() -> None:
    assert {state for state in State if not NEXT[state]} == set(State) - HOLDING
    assert NEXT[State.CLOSED] == {State.REOPENED}


def test_a_report_goes_out_of_hand_by_the_bodys_decision_the_verifiers_or_the_reporters_and_not_else() -> None:
    assert set(State) - HOLDING == {
        *(State.REFUSED, State.PASSED_ON, State.RELEASED),
        State.RECALLED,
        *(State.REOPENED, State.WITHDRAWN, State.REFERRED),
        State.TAKEN_OVER,  # by the Ombudsman: no turn of a body's, and so without a clock
    }


def test_only_a_substantive_answer_counts_as_answered() -> None:
    assert AFTER_ANSWER == {
        AnswerKind.INITIAL: State.IN_PROGRESS,
        AnswerKind.QUESTION: State.IN_PROGRESS,
        AnswerKind.SUBSTANTIVE: State.ANSWERED,
    }


def test_a_body_cannot_refuse_a_report_in_favour_of_itself() -> None:
    outcome = DISPOSITION.refused_in_favour_of("PLN")

    assert isinstance(outcome, Refusal)
    assert outcome.code == "same_agency"


@pytest.mark.parametrize(
    ("hop", "coordinator"),
    [(1, False), (2, True), (3, True)],
    ids=["first body", "second body", "coordinator's choice"],
)
def test_the_third_hop_is_the_coordinators(hop: int, coordinator: bool) -> None:
    assert replace(DISPOSITION, hop=hop).next_refusal_goes_to_coordinator is coordinator
