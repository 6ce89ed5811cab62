"""Whoever follows a report: asked to confirm, then told of its outcome, each thing once and nothing else."""

import itertools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_contracts.events import Event, NoticeFailed
from lapor_contracts.vocabulary import ClosedBy, Status
from lapor_notification.handlers.following import notice_id
from lapor_notification.store import contacts, notices
from tests.notification.test_notices import Phones as Courier
from tests.notification.test_notices import contact, on_stage
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage

SERVICE = lapor_notification.service
REPORT = builders.tracking_id("the followed report")
TOKEN = "7K3M9QXF2TPA7K"


@pytest.fixture
def sink(tmp_path: Path) -> Path:
    return tmp_path / "sent.jsonl"


@pytest.fixture
def stage(engine: sa.Engine, sink: Path) -> Stage:
    return on_stage(engine, sink=sink, public_url="https://lapor.example")


def invited(follower: UUID, **opened: str) -> Event:
    sealed = contact(follower, token=TOKEN, **opened).sealed
    return builders.follow_invited(report_id=follower, tracking_id=REPORT, sealed=sealed)


def confirmed(follower: UUID, hours: float = 0) -> Event:
    at = WEDNESDAY + timedelta(hours=hours)
    return builders.follow_confirmed(report_id=follower, tracking_id=REPORT, confirmed_at=at)


def ended(follower: UUID) -> Event:
    return builders.follow_ended(report_id=follower, tracking_id=REPORT)


def outcome(status: Status = Status.CLOSED, closed_by: ClosedBy | None = None, hours: float = 1) -> Event:
    at = WEDNESDAY + timedelta(hours=hours)
    return builders.outcome_published(
        report_id=uuid4(), tracking_id=REPORT, status=status, closed_by=closed_by, happened_at=at
    )


def sent(stage: Stage, sink: Path) -> list[Any]:
    """All messages that went out, in order."""
    stage.run("send")
    return [json.loads(line) for line in sink.read_text().splitlines()] if sink.exists() else []


def test_an_address_that_nobody_has_confirmed_is_sent_one_message_and_nothing_else(stage: Stage, sink: Path) -> None:
    stage.hear(invited(uuid4()), outcome())

    (message,) = sent(stage, sink)

    assert message["template"] == "follow_confirm"
    assert f"https://lapor.example/ikuti/konfirmasi/{TOKEN}" in message["text"]


@pytest.mark.parametrize(
    ("status", "closed_by", "template"),
    [
        (Status.IN_PROGRESS, None, "followed_answered"),
        (Status.CLOSED, ClosedBy.REPORTER, "followed_done"),
        (Status.CLOSED, ClosedBy.SILENCE, "followed_closed"),
        (Status.REOPENED, None, "followed_reopened"),
        (Status.REFERRED, None, "followed_referred"),
    ],
)
def test_a_follower_hears_of_each_outcome_and_how_to_hear_no_more(
    stage: Stage, sink: Path, status: Status, closed_by: ClosedBy | None, template: str
) -> None:
    follower = uuid4()
    stage.hear(invited(follower), confirmed(follower))

    stage.hear(outcome(status, closed_by))

    message = sent(stage, sink)[-1]
    assert message["template"] == template
    assert REPORT in message["text"]
    assert f"https://lapor.example/ikuti/berhenti/{TOKEN}" in message["text"]


def test_all_followers_are_told_of_one_outcome(stage: Stage, sink: Path) -> None:
    followers = [uuid4() for _ in range(30)]
    asked = [invited(follower, phone=f"+62812345678{number}") for number, follower in enumerate(followers, 10)]
    stage.hear(*asked, *map(confirmed, followers))

    stage.hear(outcome())

    assert [message["template"] for message in sent(stage, sink)].count("followed_closed") == 30


def test_in_whatever_order_it_is_heard_each_is_told_once(stage: Stage, sink: Path) -> None:
    heard = 0

    for order in itertools.permutations(range(3)):
        follower = uuid4()
        news = [invited(follower), confirmed(follower), outcome(hours=heard + 1)]
        for position in order:
            stage.hear(news[position])
            stage.hear(news[position])
        heard += 1

    told = [row for row in stage.rows(notices) if row["template"] == "followed_closed"]
    assert len(told) == heard**2  # each follower of each outcome


def test_what_happened_before_somebody_followed_is_no_news(stage: Stage, sink: Path) -> None:
    follower = uuid4()
    stage.hear(outcome(hours=1), invited(follower), confirmed(follower, hours=2))

    assert [message["template"] for message in sent(stage, sink)] == ["follow_confirm"]


@pytest.mark.parametrize("order", list(itertools.permutations(["confirmed", "closed", "hidden"])), ids=" ".join)
def test_of_a_report_that_became_secret_no_follower_hears_what_waited_for_the_day(
    stage: Stage, sink: Path, order: tuple[str, ...]
) -> None:
    follower = uuid4()
    stage.hear(invited(follower))
    sent(stage, sink)
    news = outcome()
    hidden = builders.verified(report_id=news.report_id, tracking_id=REPORT, secret=True)

    for name in order:
        stage.hear({"confirmed": confirmed(follower), "closed": news, "hidden": hidden}[name])

    assert [line["template"] for line in sent(stage, sink)] == ["follow_confirm"]


def test_whoever_has_ended_it_is_told_nothing_more_and_forgotten(stage: Stage, sink: Path) -> None:
    follower = uuid4()
    stage.hear(invited(follower), confirmed(follower))

    stage.hear(ended(follower), outcome())

    assert sent(stage, sink) == []
    assert [row["sealed"] for row in stage.rows(contacts)] == [None]


def test_the_news_that_they_ended_it_may_come_first(stage: Stage, sink: Path) -> None:
    follower = uuid4()
    stage.hear(ended(follower), invited(follower), confirmed(follower), outcome())

    assert sent(stage, sink) == []


def test_that_a_follower_cannot_be_reached_is_no_news_of_a_report(stage: Stage, sink: Path) -> None:
    follower = uuid4()
    sealed = builders.follow_invited(report_id=follower, tracking_id=REPORT)  # not openable
    stage.hear(sealed, confirmed(follower), outcome())

    sent(stage, sink)

    assert {row["state"] for row in stage.rows(notices)} == {"given_up"}
    assert stage.announced(NoticeFailed) == []


def test_news_to_a_follower_sort_like_all_other_notices() -> None:
    stems = [UUID(int=millisecond << 80 | 7 << 76 | 2 << 62) for millisecond in range(50)]
    follower = uuid4()

    ids = [notice_id(stem, follower) for stem in stems]

    assert ids == sorted(ids)
    assert {(one.version, one.variant) for one in ids} == {(7, stems[0].variant)}


def test_a_mail_program_may_end_it_with_one_press_of_a_button(engine: sa.Engine) -> None:
    courier = Courier()
    stage = on_stage(engine, public_url="https://lapor.example", smtp=courier)
    stage.hear(invited(uuid4(), via="email", email="pendukung@example.id"))

    stage.run("send")

    assert [message.unsubscribe for message in courier.taken] == [f"https://lapor.example/ikuti/berhenti/{TOKEN}"]
