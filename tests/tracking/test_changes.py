"""Channels that show how their reports stand are told of each public step, and of nobody's report else."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from lapor_contracts.events import Event, StatusChanged
from lapor_contracts.vocabulary import Channel, Status
from lapor_tracking import service, store
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later
from tests.tracking.histories import REPORT

SERVICE = service


def history(*, secret: bool = False, channel: Channel = Channel.OPEN311) -> list[Event]:
    """Received, verified, routed, answered."""
    about: dict[str, Any] = {"report_id": REPORT}
    return [
        builders.received(**about, channel=channel),
        builders.verified(**about, verified_at=later(1), secret=secret),
        builders.routed(**about, routed_at=later(2), agency_code="BUMN-PLN", agency_name="PLN"),
        builders.answered(**about, answered_at=later(3), text="Petugas menuju lokasi."),
    ]


def shown(told: Sequence[StatusChanged]) -> list[StatusChanged]:
    """What a channel shows in the end: of each change what was told of it last, in the order of the changes."""
    return sorted({change.change_id: change for change in told}.values(), key=lambda change: change.changed_at)


def test_each_step_is_told_with_the_status_that_it_led_to(stage: Stage) -> None:
    stage.hear(*history())

    told = stage.announced(StatusChanged)
    assert [change.status for change in told] == [
        Status.RECEIVED,
        Status.VERIFIED,
        Status.ROUTED,
        Status.IN_PROGRESS,
    ]
    assert [change.agency_name for change in told] == [None, None, "PLN", "PLN"]
    assert [change.text for change in told] == [None, None, None, "Petugas menuju lokasi."]
    assert {change.routing_key for change in told} == {"status.changed.v1.open311"}


def test_news_that_change_nothing_are_told_once(stage: Stage) -> None:
    received, *later_ones = history()

    stage.hear(received)
    for event in later_ones:
        stage.hear(event)

    told = stage.announced(StatusChanged)
    assert len(told) == len({change.change_id for change in told}) == 4


def test_in_whatever_order_the_news_come_the_channel_shows_the_same(stage: Stage) -> None:
    letters = [stage.letter(event) for event in history()]
    stage.receive(*letters)
    expected = shown(stage.announced(StatusChanged))
    tables = (
        store.steps,
        store.timelines,
        store.told,
        *(stage.transactions.tables.__dict__[t] for t in ("inbox", "events")),
    )

    for order in permutations(letters):
        with stage.transactions.begin() as tx:
            for table in tables:
                tx.execute(table.delete())
        for letter in order:
            stage.receive(letter)
        assert shown(stage.announced(StatusChanged)) == expected


def test_a_report_that_a_verifier_made_secret_loses_what_was_told_of_it(stage: Stage) -> None:
    received, verified, routed, answered = history(secret=True)
    stage.hear(received, routed, answered)
    assert stage.announced(StatusChanged)[-1].text

    stage.hear(verified)

    assert all(change.secret and change.text is None for change in shown(stage.announced(StatusChanged)))


def test_what_the_reporter_does_is_told_too(stage: Stage) -> None:
    case = Case(stage)
    stage.hear(
        case.received(channel=Channel.OPEN311),
        builders.routed(report_id=case.report_id, routed_at=later(1)),
    )
    stage.clock.set(later(24))

    case.reply("Lampu masih mati.")
    case.close()

    replied, closed = stage.announced(StatusChanged)[-2:]
    assert (replied.status, closed.status) == (Status.REPORTER_REPLIED, Status.CLOSED)
    assert replied.text is None


@pytest.mark.parametrize("channel", [channel for channel in Channel if channel is not Channel.OPEN311])
def test_of_other_channels_reports_nothing_is_told(stage: Stage, channel: Channel) -> None:
    stage.hear(*history(channel=channel))

    assert stage.announced(StatusChanged) == []
