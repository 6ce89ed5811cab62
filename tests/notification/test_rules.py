"""Who is told what when something happens: the table that is shipped, and what a table must not say."""

from importlib.resources import files
from typing import Any

import pytest

from lapor_contracts.events import Event
from lapor_contracts.vocabulary import AnswerKind, ArchiveReason, Clock, ClosedBy
from lapor_notification.domain import Audience, shipped_rules
from lapor_notification.domain.rules import read_rules, values_of
from lapor_notification.domain.templates import read_templates
from tests.support import builders
from tests.support.stage import WEDNESDAY

TEMPLATES = shipped_rules().templates


@pytest.mark.parametrize(
    ("event", "template"),
    [
        pytest.param(builders.received(), "received", id="received by e-mail or from an adapter"),
        pytest.param(builders.received(acknowledged=True), None, id="received, and answered at once on the channel"),
        pytest.param(builders.verified(), None, id="verified: where it went follows within a second"),
        pytest.param(builders.returned(), "returned", id="returned for completion"),
        pytest.param(builders.archived(), "archived", id="archived by a verifier"),
        pytest.param(
            builders.archived(reason_code=ArchiveReason.REPORTERS_WISH), None, id="archived at the reporter's own wish"
        ),
        pytest.param(builders.routed(hop=1), "routed", id="to the first body, or on to a unit of it"),
        pytest.param(builders.routed(hop=2), "rerouted", id="to another body, after the first one refused"),
        pytest.param(builders.answered(answer_kind=AnswerKind.INITIAL), "answered_initially", id="answered for now"),
        pytest.param(builders.answered(answer_kind=AnswerKind.QUESTION), "asked", id="asked something"),
        pytest.param(builders.answered(), "answered", id="answered in substance"),
        pytest.param(builders.deadline_warned(percent=50), None, id="half of the time to complete"),
        pytest.param(builders.deadline_warned(), "completion_ends", id="most of the time to complete"),
        pytest.param(
            builders.deadline_warned(clock=Clock.REPORTER_SILENCE),
            "silence_ends",
            id="most of the time to react",
        ),
        pytest.param(builders.deadline_warned(clock=Clock.RESOLVE), None, id="most of a body's time"),
        pytest.param(builders.routed(sealed=True), "news", id="a whistleblower's, to the body"),
        pytest.param(builders.answered(sealed=True), "news", id="a whistleblower's, answered"),
        pytest.param(builders.closed(closed_by=ClosedBy.SILENCE, sealed=True), "news", id="a whistleblower's, closed"),
        pytest.param(builders.closed(closed_by=ClosedBy.REPORTER, sealed=True), None, id="closed by the whistleblower"),
        pytest.param(builders.closed(closed_by=ClosedBy.REPORTER), None, id="closed by the reporter"),
        pytest.param(builders.closed(closed_by=ClosedBy.SILENCE), "closed_by_silence", id="closed by silence"),
        pytest.param(
            builders.closed(closed_by=ClosedBy.ADMINISTRATOR),
            "closed_by_administrator",
            id="closed by an administrator",
        ),
        pytest.param(builders.identity_disclosed(), "disclosed", id="disclosed to an officer"),
    ],
)
def test_the_reporter_hears_of_each_step_that_others_took(event: Event, template: str | None) -> None:
    said = [template for audience, template in shipped_rules().said_of(event) if audience is Audience.REPORTER]

    assert said == ([template] if template else [])


def test_every_template_of_the_table_has_words_and_all_words_are_in_the_table() -> None:
    written = {file.name.removesuffix(".txt") for file in (files("lapor_notification") / "templates").iterdir()}

    assert written - {"notice"} == set(TEMPLATES)


def rule(**changes: str) -> dict[str, str]:
    """A row of the table."""
    return {"event": "report.closed.v1", "if": "", "audience": "reporter", "template": "closed_by_silence"} | changes


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        pytest.param([rule(event="report.lost.v1")], "line 2 .report.lost.v1.: there is no such event", id="event"),
        pytest.param([rule(template="poem")], "there is no template 'poem'", id="template"),
        pytest.param([rule(audience="press")], "'press' is not a valid Audience", id="audience"),
        pytest.param([rule(**{"if": "colour=red"})], "the event has no 'colour'", id="field"),
        pytest.param([rule(**{"if": "closed_by=rain"})], "closed_by is never 'rain', but one of", id="value"),
        pytest.param([rule(**{"if": "closed_by"})], "is no condition", id="condition"),
        pytest.param(
            [rule(**{"if": "closed_by=silence"}), rule(**{"if": "closed_by!=reporter"})],
            "may both be told to the reporter of one happening",
            id="one happening twice",
        ),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_its_line(rows: list[dict[str, str]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_rules(rows, TEMPLATES)


def test_a_template_needs_something_that_is_said_in_its_place_of_a_secret_report() -> None:
    row: dict[str, Any] = {"template": "routed", "purpose": "state", "delivery": "by_day", "secret": "", "sealed": ""}

    with pytest.raises(ValueError, match="template routed: there is no template ''"):
        read_templates([row])


def test_no_notice_repeats_what_a_person_wrote() -> None:
    events = [
        builders.received(title="CANARY", body="CANARY", place="CANARY"),
        builders.returned(message="CANARY"),
        builders.archived(reason="CANARY"),
        builders.answered(text="CANARY"),
        builders.identity_disclosed(legal_basis="CANARY"),
    ]

    values = [values_of(event) for event in events]

    assert "CANARY" not in str(values)


@pytest.mark.parametrize("hour", [15, 16, 17])  # of UTC: midnight in Jayapura, Makassar and Jakarta
def test_a_reminder_names_the_last_day_of_the_limit(hour: int) -> None:
    ends = WEDNESDAY.replace(hour=hour, minute=0, second=0, microsecond=0)

    values = values_of(builders.deadline_warned(due_at=ends))

    assert values["due_on"] == f"{WEDNESDAY:%d-%m-%Y}"
