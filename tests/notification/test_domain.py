"""What the reporter is told, and when a notice is tried again: rules, as tables."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lapor_contracts.events import Event
from lapor_contracts.vocabulary import AnswerKind, ArchiveReason, Clock, ClosedBy
from lapor_notification.domain import (
    MOST_ATTEMPTS,
    Contact,
    Delivered,
    Notice,
    State,
    Template,
    Undelivered,
    Via,
    after,
    draft_for,
    pause_after,
    without_contact,
)
from tests.support import builders
from tests.support.stage import WEDNESDAY

PLANNED = Notice(
    id=uuid4(),
    report_id=uuid4(),
    template=Template.RECEIVED,
    data={"tracking_id": "7K3M-9QXF-2TPA"},
    planned_at=WEDNESDAY,
    due_at=WEDNESDAY,
)
REFUSED = Undelivered(Via.SMS, "the gateway answered HTTP 400", permanent=True)
AWAY = Undelivered(Via.SMS, "the gateway did not answer")


@pytest.mark.parametrize(
    ("event", "template"),
    [
        pytest.param(builders.received(), Template.RECEIVED, id="received by e-mail or from an adapter"),
        pytest.param(builders.received(acknowledged=True), None, id="received, and answered at once on the channel"),
        pytest.param(builders.verified(), None, id="verified: where it went follows within a second"),
        pytest.param(builders.returned(), Template.RETURNED, id="returned for completion"),
        pytest.param(builders.archived(), Template.ARCHIVED, id="archived by a verifier"),
        pytest.param(
            builders.archived(reason_code=ArchiveReason.REPORTERS_WISH), None, id="archived at the reporter's own wish"
        ),
        pytest.param(builders.routed(hop=1), Template.ROUTED, id="to the first body, or on to a unit of it"),
        pytest.param(builders.routed(hop=2), Template.REROUTED, id="to another body, after the first one refused"),
        pytest.param(
            builders.answered(answer_kind=AnswerKind.INITIAL), Template.ANSWERED_INITIALLY, id="answered for now"
        ),
        pytest.param(builders.answered(answer_kind=AnswerKind.QUESTION), Template.ASKED, id="asked something"),
        pytest.param(builders.answered(), Template.ANSWERED, id="answered in substance"),
        pytest.param(builders.deadline_warned(percent=50), None, id="half of the time to complete"),
        pytest.param(builders.deadline_warned(), Template.COMPLETION_ENDS, id="most of the time to complete"),
        pytest.param(
            builders.deadline_warned(clock=Clock.REPORTER_SILENCE),
            Template.SILENCE_ENDS,
            id="most of the time to react",
        ),
        pytest.param(builders.deadline_warned(clock=Clock.RESOLVE), None, id="most of a body's time"),
        pytest.param(builders.routed(sealed=True), Template.NEWS, id="a whistleblower's, to the body"),
        pytest.param(builders.answered(sealed=True), Template.NEWS, id="a whistleblower's, answered"),
        pytest.param(
            builders.closed(closed_by=ClosedBy.SILENCE, sealed=True), Template.NEWS, id="a whistleblower's, closed"
        ),
        pytest.param(builders.closed(closed_by=ClosedBy.REPORTER, sealed=True), None, id="closed by the whistleblower"),
        pytest.param(builders.closed(closed_by=ClosedBy.REPORTER), None, id="closed by the reporter"),
        pytest.param(builders.closed(closed_by=ClosedBy.SILENCE), Template.CLOSED_BY_SILENCE, id="closed by silence"),
        pytest.param(
            builders.closed(closed_by=ClosedBy.ADMINISTRATOR),
            Template.CLOSED_BY_ADMINISTRATOR,
            id="closed by an administrator",
        ),
        pytest.param(builders.identity_disclosed(), Template.DISCLOSED, id="disclosed to an officer"),
    ],
)
def test_the_reporter_hears_of_each_step_that_others_took(event: Event, template: Template | None) -> None:
    draft = draft_for(event)

    assert (draft.template if draft else None) == template


def test_no_notice_repeats_what_a_person_wrote() -> None:
    events = [
        builders.received(title="CANARY", body="CANARY", place="CANARY"),
        builders.returned(message="CANARY"),
        builders.archived(reason="CANARY"),
        builders.answered(text="CANARY"),
    ]

    drafts = [draft_for(event) for event in events]

    assert "CANARY" not in str(drafts)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 30), (2, 120), (3, 480), (4, 1920), (5, 7680)])
def test_each_pause_is_four_times_the_one_before(failures: int, seconds: int) -> None:
    assert pause_after(failures, jitter=0.5) == timedelta(seconds=seconds)
    assert pause_after(failures, jitter=0) == timedelta(seconds=seconds / 2)
    assert pause_after(failures, jitter=1) == timedelta(seconds=seconds * 1.5)


def test_a_gateway_that_is_away_is_asked_again_later() -> None:
    tried = after(PLANNED, AWAY, at=WEDNESDAY, jitter=0.5)

    assert (tried.state, tried.attempts, tried.reason) == (State.PLANNED, 1, AWAY.reason)
    assert tried.due_at == WEDNESDAY + timedelta(seconds=30)


def test_a_final_refusal_is_not_tried_again() -> None:
    tried = after(PLANNED, REFUSED, at=WEDNESDAY, jitter=0.5)

    assert (tried.state, tried.reason, tried.finished_at) == (State.GIVEN_UP, REFUSED.reason, WEDNESDAY)


def test_the_sixth_failure_is_the_last() -> None:
    notice = PLANNED
    states = []
    for _ in range(MOST_ATTEMPTS):
        notice = after(notice, AWAY, at=notice.due_at, jitter=0.5)
        states.append(notice.state)

    assert states == [State.PLANNED] * 5 + [State.GIVEN_UP]


def test_a_delivered_notice_forgets_the_failures_before_it() -> None:
    delayed = after(PLANNED, AWAY, at=WEDNESDAY, jitter=0.5)

    sent = after(delayed, Delivered(Via.SMS), at=WEDNESDAY, jitter=0.5)

    assert (sent.state, sent.attempts, sent.reason) == (State.SENT, 2, None)


def test_a_notice_without_an_address_waits_an_hour_in_few_steps() -> None:
    notice, looks, now = PLANNED, 0, WEDNESDAY
    while notice.state is State.PLANNED:
        notice, looks, now = without_contact(notice, at=now), looks + 1, notice.due_at
        now = max(now, notice.due_at)

    assert notice.state is State.UNREACHABLE
    assert notice.finished_at == WEDNESDAY + timedelta(hours=1)
    assert looks < 15


def test_the_way_the_reporter_prefers_comes_first() -> None:
    contact = Contact(prefers="email", addresses={Via.SMS: "+62811", Via.EMAIL: "siti@example.id"})

    assert [via for via, _ in contact.by_preference()] == [Via.EMAIL, Via.SMS]


def test_a_contact_does_not_show_its_addresses() -> None:
    contact = Contact(prefers="sms", addresses={Via.SMS: "+6281234567890"})

    assert "81234567890" not in repr(contact)


@pytest.mark.parametrize("hour", [15, 16, 17])  # of UTC: midnight in Jayapura, Makassar and Jakarta
def test_a_reminder_names_the_last_day_of_the_limit(hour: int) -> None:
    ends = WEDNESDAY.replace(hour=hour, minute=0, second=0, microsecond=0)

    draft = draft_for(builders.deadline_warned(due_at=ends))

    assert draft
    assert draft.data["due_on"] == f"{WEDNESDAY:%d-%m-%Y}"
