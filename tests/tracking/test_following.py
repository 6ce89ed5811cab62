"""Following a public report: who may, how many do, and what of it they hear, each thing once."""

import itertools
import uuid

import pytest
import sqlalchemy as sa

from lapor_contracts.events import Event, FollowInvited, OutcomePublished
from lapor_contracts.vocabulary import AnswerKind, ClosedBy, Status
from lapor_tracking import service, store
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service


def supporters(case: Case) -> int:
    """As a list would count them."""
    with case.stage.transactions.read() as connection:
        return store.count_supporters(connection, [case.tracking_id])[case.tracking_id]


def outcomes(stage: Stage) -> list[tuple[Status, ClosedBy | None]]:
    """What followers heard, in order."""
    return [(event.status, event.closed_by) for event in stage.announced(OutcomePublished)]


def asked(case: Case) -> Event:
    return builders.follow_requested(tracking_id=case.tracking_id)


def follows(case: Case, hours: float = 0.5) -> Event:
    return builders.follow_confirmed(tracking_id=case.tracking_id, confirmed_at=later(hours))


def routed_to(case: Case) -> list[Event]:
    about = {"report_id": case.report_id}
    return [
        case.received(),
        builders.verified(**about, verified_at=later(0.1)),
        builders.routed(**about, routed_at=later(0.2)),
    ]


def test_whoever_asks_to_follow_a_public_report_may_confirm_it(case: Case, stage: Stage) -> None:
    stage.hear(*routed_to(case))
    request = asked(case)

    stage.hear(request)

    (invitation,) = stage.announced(FollowInvited)
    assert (invitation.report_id, invitation.sealed) == (request.report_id, "c2VhbGVk")


@pytest.mark.parametrize("kind", ["unknown", "secret", "made secret", "archived"])
def test_what_the_public_may_not_see_is_offered_to_nobody(case: Case, stage: Stage, kind: str) -> None:
    about = {"report_id": case.report_id}
    stage.hear(*{
        "unknown": [],
        "secret": [case.received(secret=True), builders.verified(**about, secret=True)],
        "made secret": [case.received(), builders.verified(**about, secret=True)],
        "archived": [case.received(), builders.archived(**about)],
    }[kind])  # fmt: skip

    stage.hear(asked(case))

    assert stage.announced(FollowInvited) == []


def test_followers_hear_of_the_answer_and_of_the_end_each_once(case: Case, stage: Stage) -> None:
    about = {"report_id": case.report_id}
    stage.hear(*routed_to(case), follows(case))
    answer = stage.letter(builders.answered(**about, answered_at=later(5), agency_name="PLN"))
    stage.hear(builders.answered(**about, answered_at=later(4), answer_kind=AnswerKind.INITIAL))
    stage.receive(answer)
    stage.clock.set(later(6))

    case.close()
    stage.receive(answer)
    stage.hear(builders.edited(**about))

    assert outcomes(stage) == [(Status.IN_PROGRESS, None), (Status.CLOSED, ClosedBy.REPORTER)]
    assert [event.agency_name for event in stage.announced(OutcomePublished)] == ["PLN", None]


def test_of_a_report_that_nobody_follows_nothing_is_said(case: Case, stage: Stage) -> None:
    stage.hear(builders.follow_ended(tracking_id=case.tracking_id))

    case.told()

    assert outcomes(stage) == []


def test_of_a_report_that_became_secret_followers_hear_nothing_more(case: Case, stage: Stage) -> None:
    about = {"report_id": case.report_id}
    stage.hear(case.received(), follows(case))

    stage.hear(
        builders.verified(**about, verified_at=later(1), secret=True),
        builders.routed(**about, routed_at=later(2)),
        builders.answered(**about, answered_at=later(5)),
    )

    assert outcomes(stage) == []
    assert "mendukung" not in stage.client.get(f"/lacak/{case.tracking_id}").text


def test_who_follows_is_counted_once_in_whatever_order_it_is_heard(case: Case, stage: Stage) -> None:
    stage.hear(*routed_to(case))
    counts = []

    for order in itertools.permutations(range(3)):
        name = uuid.uuid4()
        news = [
            builders.follow_confirmed(report_id=name, tracking_id=case.tracking_id),
            builders.follow_ended(report_id=name, tracking_id=case.tracking_id),
            builders.follow_confirmed(report_id=name, tracking_id=case.tracking_id),
        ]
        for position in order:
            stage.hear(news[position])
        counts.append(supporters(case))

    assert counts == [0] * 6


def test_reports_that_were_merged_support_the_one_they_follow(case: Case, stage: Stage) -> None:
    other = Case(stage)
    stage.hear(*routed_to(case), follows(case), follows(case), follows(other))

    merged = builders.merged(
        report_id=other.report_id, parent_report_id=case.report_id, parent_tracking_id=case.tracking_id
    )
    stage.hear(other.received(), merged)

    assert supporters(case) == 4  # three who follow either, and the reporter of the other
    assert case.get().json["supporters"] == 4
    assert "4 orang mendukung" in stage.client.get(f"/lacak/{case.tracking_id}").text


def test_the_page_of_a_public_report_leads_to_following_it(case: Case, stage: Stage) -> None:
    stage.hear(*routed_to(case))

    page = stage.client.get(f"/lacak/{case.tracking_id}").text

    assert f"/ikuti/{case.tracking_id}" in page
    assert "mendukung" not in page


def test_what_was_said_holds_no_address_of_whoever_ended_it(case: Case, stage: Stage) -> None:
    stage.hear(*routed_to(case))
    request = asked(case)
    stage.hear(request)

    stage.hear(builders.follow_ended(report_id=request.report_id, tracking_id=case.tracking_id))

    assert stage.announced(FollowInvited) == []


def test_a_thousand_who_follow_are_counted_by_an_index(case: Case, stage: Stage) -> None:
    stage.hear(*routed_to(case), *(follows(case) for _ in range(50)))

    with stage.transactions.read() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET enable_seqscan = off"))
            plan = "".join(connection.execute(sa.text(
                f"EXPLAIN SELECT count(*) FROM follows WHERE tracking_id = '{case.tracking_id}' "
                "AND confirmed_at IS NOT NULL AND ended_at IS NULL"
            )).scalars())  # fmt: skip

            assert "follows_of_report" in plan
    assert supporters(case) == 50
