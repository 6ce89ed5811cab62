"""One message per happening, in order, and never a storm: whatever the history, whatever the outage."""

from dataclasses import dataclass, field
from datetime import time
from uuid import UUID, uuid4

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

import lapor_notification.service
from lapor_chassis.database import create_engine
from lapor_contracts.vocabulary import AnswerKind, ClosedBy
from lapor_notification.couriers import Message
from lapor_notification.domain import Delivered, Outcome, Purpose, State, Undelivered, shipped_rules
from lapor_notification.domain.turns import QuietHours
from lapor_notification.store import metadata, notices
from tests.notification.test_notices import contact, on_stage, public
from tests.support.builders import (
    answered,
    archived,
    closed,
    delivery_reported,
    identity_disclosed,
    received,
    returned,
    routed,
    sealed,
)

SERVICE = lapor_notification.service
NIGHT = QuietHours(time(21), time(7))
TEMPLATES = shipped_rules().templates


@dataclass
class Provider:
    """A gateway that is away now and then."""

    away: bool = False
    taken: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Outcome:
        """Take it, or not."""
        if self.away:
            return Undelivered(message.via, "the gateway did not answer")
        self.taken.append(message)
        return Delivered(message.via)


def told(provider: Provider) -> list[str]:
    """Which notices arrived, in order."""
    return [message.template for message in provider.taken]


def test_after_an_outage_the_latest_state_is_said_once(engine: sa.Engine) -> None:
    provider, report_id = Provider(), uuid4()
    stage = on_stage(engine, sms=provider)
    stage.hear(public(report_id), contact(report_id), routed(report_id=report_id))
    stage.hear(routed(report_id=report_id, hop=2), answered(report_id=report_id, answer_kind=AnswerKind.INITIAL))
    stage.clock.advance(hours=1)

    stage.run("send")

    assert told(provider) == ["answered_initially"]
    assert sorted(row["state"] for row in stage.rows(notices)) == [State.OVERTAKEN, State.OVERTAKEN, State.SENT]


def test_what_asks_the_reporter_for_something_is_never_overtaken(engine: sa.Engine) -> None:
    provider, report_id = Provider(), uuid4()
    stage = on_stage(engine, sms=provider)
    stage.hear(public(report_id), contact(report_id), returned(report_id=report_id), routed(report_id=report_id))
    stage.hear(answered(report_id=report_id), closed(report_id=report_id, closed_by=ClosedBy.SILENCE))
    stage.clock.advance(hours=1)

    stage.run("send")

    assert told(provider) == ["returned", "answered", "closed_by_silence"]


def test_what_was_lost_on_its_way_is_not_said_after_what_happened_since(engine: sa.Engine) -> None:
    provider, report_id = Provider(), uuid4()
    stage = on_stage(engine, sms=provider)
    stage.hear(public(report_id), contact(report_id), routed(report_id=report_id))
    stage.run("send")
    stage.clock.advance(hours=2)
    stage.hear(answered(report_id=report_id))
    stage.run("send")
    (lost,) = [row for row in stage.rows(notices) if row["template"] == "routed"]

    stage.hear(delivery_reported(notice_id=lost["id"], via="sms", delivered=False, permanent=False, reason="kannel-2"))
    stage.clock.advance(hours=1)
    stage.run("send")

    assert told(provider) == ["routed", "answered"]


def test_a_whistleblower_hears_once_after_an_outage_that_there_is_news(engine: sa.Engine) -> None:
    provider, event = Provider(), routed(sealed=True)
    report_id = event.report_id
    stage = on_stage(engine, sms=provider)
    stage.hear(received(report_id=report_id, acknowledged=True, secret=True, sealed=sealed()))
    stage.hear(contact(report_id), event, answered(report_id=report_id, sealed=True))
    stage.clock.advance(hours=1)

    stage.run("send")

    assert told(provider) == ["news"]


def test_at_night_a_step_waits_until_seven_where_the_report_comes_from(engine: sa.Engine) -> None:
    provider, report_id = Provider(), uuid4()
    stage = on_stage(engine, sms=provider, quiet_hours=NIGHT)
    stage.hear(received(report_id=report_id, acknowledged=True, region_code="91.71"), contact(report_id))
    stage.clock.advance(hours=10)  # 22:00 in Jayapura, 20:00 in Jakarta
    stage.hear(routed(report_id=report_id))
    stage.run("send")
    assert told(provider) == []
    stage.clock.advance(hours=9)

    stage.run("send")

    assert told(provider) == ["routed"]


def test_nobody_is_woken_because_this_service_was_away_when_they_wrote(engine: sa.Engine) -> None:
    provider, report_id = Provider(), uuid4()
    stage = on_stage(engine, sms=provider, quiet_hours=NIGHT)
    letters = [stage.letter(event) for event in (public(report_id), contact(report_id), routed(report_id=report_id))]
    stage.clock.advance(hours=16)  # 2:00 in Jakarta

    stage.receive(*letters)
    stage.run("send")

    assert told(provider) == []


def test_news_that_cannot_wait_brings_along_what_led_to_it(engine: sa.Engine) -> None:
    provider, report_id = Provider(), uuid4()
    stage = on_stage(engine, sms=provider, quiet_hours=NIGHT)
    stage.hear(public(report_id), contact(report_id))
    stage.clock.advance(hours=13)  # 23:00 in Jakarta
    stage.hear(routed(report_id=report_id))
    stage.run("send")
    stage.clock.advance(minutes=1)
    stage.hear(identity_disclosed(report_id=report_id))

    stage.run("send")

    assert told(provider) == ["routed", "disclosed"]


def test_one_person_with_many_reports_is_not_buried(engine: sa.Engine) -> None:
    provider = Provider()
    stage = on_stage(engine, sms=provider, most_an_hour=12)
    reports = [uuid4() for _ in range(30)]
    for report_id in reports:
        stage.hear(public(report_id), contact(report_id), closed(report_id=report_id, closed_by=ClosedBy.SILENCE))
    stage.run("send")
    assert len(provider.taken) == 12

    for _ in range(3):
        stage.clock.advance(hours=1)
        stage.run("send")

    assert len(provider.taken) == 30


HAPPENINGS = {
    "received": lambda report_id: received(report_id=report_id),
    "returned": lambda report_id: returned(report_id=report_id),
    "archived": lambda report_id: archived(report_id=report_id),
    "routed": lambda report_id: routed(report_id=report_id),
    "rerouted": lambda report_id: routed(report_id=report_id, hop=2),
    "answered": lambda report_id: answered(report_id=report_id),
    "asked": lambda report_id: answered(report_id=report_id, answer_kind=AnswerKind.QUESTION),
    "disclosed": lambda report_id: identity_disclosed(report_id=report_id),
    "closed_by_silence": lambda report_id: closed(report_id=report_id, closed_by=ClosedBy.SILENCE),
}
histories = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(sorted(HAPPENINGS)), st.integers(0, 600), st.booleans()), max_size=10
)


@settings(max_examples=15, deadline=None)
@given(histories)
def test_whatever_the_history_and_the_outage(history: list[tuple[int, str, int, bool]]) -> None:
    engine = create_engine("sqlite://")
    provider, reports = Provider(), [uuid4(), uuid4()]
    stage = on_stage(engine, sms=provider, quiet_hours=NIGHT)
    metadata.create_all(engine)
    for report_id in reports:
        stage.hear(public(report_id), contact(report_id))
    happened: list[tuple[UUID, str]] = []
    for which, name, minutes, away in history:
        letter = stage.letter(HAPPENINGS[name](reports[which]))
        stage.receive(letter, letter)
        happened.append((reports[which], name))
        provider.away = away
        stage.run("send")
        stage.clock.advance(minutes=minutes)
    provider.away = False
    for _ in range(15):
        stage.clock.advance(hours=5)
        stage.run("send")

    for report_id in reports:
        rows = sorted((row for row in stage.rows(notices) if row["report_id"] == report_id), key=lambda row: row["id"])
        planned = [row["id"] for row in rows]
        arrived = [message.notice_id for message in provider.taken if message.notice_id in planned]
        assert [row["template"] for row in rows] == [name for at, name in happened if at == report_id]
        assert arrived == [notice for notice in planned if notice in arrived]  # in order, and each once
        lost = [row for row in rows if row["id"] not in arrived]
        assert all(row["state"] in {State.OVERTAKEN, State.GIVEN_UP} for row in lost)
        overtaken = [row["template"] for row in lost if row["state"] == State.OVERTAKEN]
        assert all(TEMPLATES[name].purpose is Purpose.STATE for name in overtaken)
        if rows and rows[-1]["state"] != State.GIVEN_UP:
            assert rows[-1]["id"] in arrived
    engine.dispose()
