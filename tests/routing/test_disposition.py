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


def test_what_was_given_out_of_hand_or_closed_stays_so() -> None:
    assert {state for state in State if not NEXT[state]} == set(State) - HOLDING | {State.CLOSED}


def test_only_a_refusal_a_release_passing_on_or_a_recall_gives_a_report_out_of_hand() -> None:
    assert set(State) - HOLDING == {State.REFUSED, State.PASSED_ON, State.RELEASED, State.RECALLED}


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
