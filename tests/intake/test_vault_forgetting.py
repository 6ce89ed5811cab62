"""Forgetting who reported: by command, and when a report has been closed for as long as the policy says."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from lapor_contracts.events import ContactSealed, Event, FollowEnded, IdentityForgotten
from lapor_contracts.vocabulary import Kind
from lapor_intake import audit, forgetting, service
from lapor_intake.store import endings, reporter_marks
from lapor_intake.vault import vault
from tests.intake.conftest import kept
from tests.support.builders import appeal_decided, archived, closed, referred, reopened, returned, split_off
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

PERSON = {"name": "Kenari Sangkar", "phone": "0812-0000-0042"}
TWO_YEARS = timedelta(days=730)


def report(stage: Stage, **changes: Any) -> tuple[str, str, UUID]:
    """A report of somebody: tracking ID, receipt, and the id among systems."""
    given = {"body": "Jalan di Rengat rusak", "region_code": "14.02", "reporter": PERSON, **changes}
    slip = stage.client.post("/api/v1/reports", json=given).json
    with stage.transactions.begin() as tx:
        report_id = forgetting.report_id_of(tx, slip["tracking_id"])
    assert report_id
    return slip["tracking_id"], slip["receipt"], report_id


def forget(stage: Stage, *report_ids: UUID) -> list[str]:
    """As the operator's command does it."""
    with stage.transactions.begin() as tx:
        return forgetting.forget(tx, report_ids, actor="operator")


def log(stage: Stage) -> list[tuple[str, str, str]]:
    """Who did what to what."""
    with stage.transactions.read() as connection:
        found = audit.find_entries(connection, None, 100)
    return [(entry.actor, entry.action, entry.subject) for entry in reversed(found)]


def test_of_a_forgotten_reporter_nothing_is_left_to_open_or_to_find(stage: Stage) -> None:
    tracking_id, _, report_id = report(stage)
    before = (kept(stage), stage.rows(reporter_marks), stage.announced(ContactSealed))

    forgotten = forget(stage, report_id)

    assert forgotten == [tracking_id]
    assert all(before)
    assert (kept(stage), stage.rows(reporter_marks), stage.announced(ContactSealed)) == ([], [], [])
    assert [(row["wrapped_key"], row["sealed"]) for row in stage.rows(vault)] == [(None, None)]
    (said,) = stage.announced(IdentityForgotten)
    assert (said.report_id, said.tracking_id) == (report_id, tracking_id)
    assert log(stage) == [("operator", "identity.forgotten", tracking_id)]


def test_others_stay_as_they_were(stage: Stage) -> None:
    _, _, report_id = report(stage)
    report(stage, body="Lampu jalan mati di Rengat")

    forget(stage, report_id)

    assert [record.body for record in kept(stage)] == ["Lampu jalan mati di Rengat"]
    assert len(stage.announced(ContactSealed)) == 1


def test_forgotten_twice_is_forgotten_once(stage: Stage) -> None:
    _, _, report_id = report(stage)
    forget(stage, report_id)

    again = forget(stage, report_id)

    assert again == []
    assert len(stage.announced(IdentityForgotten)) == len(log(stage)) == 1


def test_a_report_that_is_forgotten_can_still_be_completed_with_its_receipt(stage: Stage) -> None:
    tracking_id, receipt, report_id = report(stage)
    stage.hear(returned(report_id=report_id, tracking_id=tracking_id))
    forget(stage, report_id)

    completed = stage.client.post(
        f"/api/v1/supplements/{tracking_id}", json={"receipt": receipt, "place": "Depan pasar"}
    )

    assert completed.status_code == 201
    assert [record.place for record in kept(stage)] == ["Depan pasar"]
    assert forget(stage, report_id) == [tracking_id]  # what came later is forgotten by asking again
    assert kept(stage) == []


def test_the_reporter_is_forgotten_two_years_after_the_report_was_closed(stage: Stage) -> None:
    first, second, still_open = report(stage), report(stage, body="Lampu mati"), report(stage, body="Air keruh")
    stage.hear(
        closed(report_id=first[2], tracking_id=first[0], closed_at=WEDNESDAY),
        archived(report_id=second[2], tracking_id=second[0], archived_at=WEDNESDAY + timedelta(days=1)),
    )
    stage.clock.set(WEDNESDAY + TWO_YEARS - timedelta(seconds=1))
    too_early = stage.run("forget_due")
    stage.clock.set(WEDNESDAY + TWO_YEARS)

    stage.run("forget_due")

    assert too_early == 0
    assert log(stage) == [("retention", "identity.forgotten", first[0])]
    stage.clock.advance(days=800)
    assert stage.run("forget_due") == 1
    assert [event.tracking_id for event in stage.announced(IdentityForgotten)] == [first[0], second[0]]
    assert [record.body for record in kept(stage)] == ["Air keruh"]
    assert still_open[0] not in repr(log(stage))


def test_each_kind_of_report_has_its_own_time(stage: Stage) -> None:
    settings = {**vars(stage.settings), "retention": ((Kind.COMPLAINT, 30), (Kind.ASPIRATION, 10))}
    strict = Stage(service, stage.transactions.engine, **settings)
    complaint, aspiration = report(strict), report(strict, body="Usul taman", kind="aspiration")
    question = report(strict, body="Jam buka?", kind="information_request")
    strict.hear(*(closed(report_id=one[2], tracking_id=one[0]) for one in (complaint, aspiration, question)))

    forgotten = []
    for _ in range(5):
        strict.clock.advance(days=9)
        strict.run("forget_due")
        forgotten.append(len(strict.announced(IdentityForgotten)))

    assert forgotten == [0, 1, 1, 2, 2]  # after 10 and 30 days; of the question the policy says nothing


def test_closed_twice_or_never_heard_of_before_changes_nothing(stage: Stage) -> None:
    tracking_id, _, report_id = report(stage)
    event = closed(report_id=report_id, tracking_id=tracking_id)

    stage.hear(event, closed(report_id=uuid4()))
    stage.hear(event)

    assert len(stage.rows(endings)) == 1


def test_closed_after_it_was_forgotten_it_is_forgotten_once(stage: Stage) -> None:
    tracking_id, _, report_id = report(stage)
    forget(stage, report_id)
    stage.hear(closed(report_id=report_id, tracking_id=tracking_id))
    stage.clock.advance(days=731)

    stage.run("forget_due")

    assert len(stage.announced(IdentityForgotten)) == 1
    assert stage.rows(endings) == []


@pytest.mark.parametrize(
    ("ends", "goes_on"),
    [
        pytest.param(
            lambda **about: closed(closed_at=WEDNESDAY, **about),
            lambda **about: reopened(reopened_at=WEDNESDAY + timedelta(days=3), **about),
            id="closed and reopened",
        ),
        pytest.param(
            lambda **about: archived(archived_at=WEDNESDAY, **about),
            lambda **about: appeal_decided(decided_at=WEDNESDAY + timedelta(days=3), **about),
            id="archived and appealed against",
        ),
        pytest.param(
            lambda **about: archived(archived_at=WEDNESDAY, **about),
            lambda **about: split_off(split_at=WEDNESDAY + timedelta(days=3), **about),
            id="archived with another and split off",
        ),
    ],
)
@pytest.mark.parametrize("order", ["in order", "the other way round"])
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_nobody_is_forgotten_whose_report_goes_on_again_however_late_that_is_heard(
    stage: Stage, ends: Callable[..., Event], goes_on: Callable[..., Event], order: str, together: bool
) -> None:
    tracking_id, _, report_id = report(stage)
    events = [make(report_id=report_id, tracking_id=tracking_id) for make in (ends, goes_on)]
    if order != "in order":
        events.reverse()
    for batch in [events] if together else [[event] for event in events]:
        stage.hear(*batch)

    stage.clock.advance(days=800)
    stage.run("forget_due")

    assert stage.announced(IdentityForgotten) == []
    assert len(kept(stage)) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda order: "".join(map(str, order)))
def test_a_report_that_was_reopened_is_forgotten_two_years_after_its_second_end(
    stage: Stage, order: tuple[int, ...]
) -> None:
    tracking_id, _, report_id = report(stage)
    about = {"report_id": report_id, "tracking_id": tracking_id}
    second_end = WEDNESDAY + timedelta(days=30)
    story = [
        closed(closed_at=WEDNESDAY, **about),
        reopened(reopened_at=WEDNESDAY + timedelta(days=3), **about),
        closed(closed_at=second_end, **about),
    ]
    for number in order:
        stage.hear(story[number])

    stage.clock.set(second_end + TWO_YEARS - timedelta(seconds=1))
    too_early = stage.run("forget_due")
    stage.clock.set(second_end + TWO_YEARS)
    on_time = stage.run("forget_due")

    assert (too_early, on_time) == (0, 1)


def test_an_appeal_that_is_not_granted_keeps_nobody(stage: Stage) -> None:
    tracking_id, _, report_id = report(stage)
    about = {"report_id": report_id, "tracking_id": tracking_id}
    stage.hear(archived(archived_at=WEDNESDAY, **about), appeal_decided(granted=False, **about))
    stage.clock.advance(days=731)

    stage.run("forget_due")

    assert [event.tracking_id for event in stage.announced(IdentityForgotten)] == [tracking_id]


def test_a_report_that_the_ombudsman_took_over_has_ended_here(stage: Stage) -> None:
    tracking_id, _, report_id = report(stage)
    stage.hear(referred(report_id=report_id, tracking_id=tracking_id, referred_at=WEDNESDAY))
    stage.clock.advance(days=731)

    stage.run("forget_due")

    assert [event.tracking_id for event in stage.announced(IdentityForgotten)] == [tracking_id]


@pytest.mark.parametrize("by_command", [False, True], ids=["in its time", "earlier, by command"])
def test_followers_are_forgotten_with_the_report_whenever_its_reporter_was(stage: Stage, by_command: bool) -> None:
    tracking_id, _, report_id = report(stage)
    stage.client.post("/api/v1/follows", json={"tracking_id": tracking_id, "address": "pendukung@warga.example"})
    if by_command:
        forget(stage, report_id)
    stage.hear(closed(report_id=report_id, tracking_id=tracking_id))
    stage.clock.advance(days=731)

    stage.run("forget_due")

    assert [event.tracking_id for event in stage.announced(FollowEnded)] == [tracking_id]


def test_due_reports_are_found_by_an_index(stage: Stage) -> None:
    is_postgresql = stage.transactions.engine.dialect.name == "postgresql"
    query = "SELECT report_id FROM endings WHERE kind = 'x' AND ended_at <= '2026-01-07' ORDER BY ended_at"
    with stage.transactions.read() as connection:
        if is_postgresql:
            for way in ("seqscan", "bitmapscan"):  # with these it would read so small a table
                connection.execute(sa.text(f"SET LOCAL enable_{way} = off"))
        plan = repr(connection.execute(sa.text(f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN'} {query}")).all())

    assert "ix_endings_kind" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind,days\ncomplaint,30\n", None),
        ("kind,days\ncomplaint,never\n", "whole number"),
        ("kind,days\ngossip,30\n", "complaint, aspiration"),
        ("kind;days\ncomplaint;30\n", "columns"),
        ("kind,days\ncomplaint,-1\n", "negative"),
    ],
)
def test_a_policy_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str, says: str | None) -> None:
    path = tmp_path / "retention.csv"
    path.write_text(text)
    if says is None:
        assert forgetting.read_retention(str(path)) == ((Kind.COMPLAINT, 30),)
        return

    with pytest.raises(ValueError, match=says):
        forgetting.read_retention(str(path))
