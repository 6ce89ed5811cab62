"""In whatever order the news come, late, twice, in any batches: the same timeline and the same clocks."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lapor_contracts.events import Event
from lapor_contracts.vocabulary import Status
from lapor_tracking import handlers, service, store
from lapor_tracking.domain.steps import StepType
from lapor_tracking.store import Rules
from lapor_tracking.store.replaying import NOT_COMPARED, as_bytes
from tests.support import builders
from tests.support.stage import Stage
from tests.support.until import until
from tests.tracking.case import later
from tests.tracking.histories import REPORT, deliver, deliveries, histories

SERVICE = service


def state(stage: Stage) -> list[bytes]:
    """The stored rows to the byte, but for what depends on when we heard and what sweeps did since."""
    return [
        as_bytes(sorted(_bytes_of(table, row) for row in stage.rows(table)))
        for table in (store.steps, store.timelines, store.deadlines)
    ]


def _bytes_of(table: sa.Table, row: dict[str, Any]) -> str:
    compared = {column.name for column in table.c} - {column.name for column in NOT_COMPARED if column.table is table}
    return as_bytes({str(name): row[name] for name in compared}).decode()


def forget(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        for table in (store.steps, store.timelines, store.deadlines, stage.transactions.tables.inbox):
            tx.execute(table.delete())


@given(data=st.data(), history=histories)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_any_batches_twice_or_once_gives_the_same_to_the_byte(
    stage: Stage, data: st.DataObject, history: Any
) -> None:
    forget(stage)
    deliver(stage, history)
    expected = state(stage)
    forget(stage)

    for batch in data.draw(deliveries(len(history))):
        deliver(stage, [history[index] for index in batch])

    assert state(stage) == expected


def test_every_step_there_is_follows_from_an_event() -> None:
    noted = [*handlers.HEARD.values(), *handlers.ANSWERED.values(), *handlers.APPEAL_DECIDED.values()]

    assert {one.step for one in [*noted, handlers.CO_OWNED, *handlers.SAID.values()]} == set(StepType)


def test_an_answer_that_is_heard_before_the_routing_counts_all_the_same(stage: Stage) -> None:
    about: dict[str, Any] = {"report_id": REPORT}

    stage.hear(builders.answered(**about))
    stage.hear(builders.routed(**about), builders.received(**about))

    assert [row["status"] for row in stage.rows(store.timelines)] == [Status.IN_PROGRESS]


def test_a_clock_that_late_news_prove_wrong_is_gone(stage: Stage) -> None:
    routed = builders.routed(report_id=REPORT, routed_at=later(2))
    stage.hear(routed)

    stage.hear(builders.archived(report_id=REPORT, archived_at=later(1)))

    assert stage.rows(store.deadlines) == []


def test_a_notice_that_failed_is_kept_even_if_nothing_else_is_known(stage: Stage) -> None:
    failed = builders.notice_failed(report_id=REPORT)

    stage.hear(failed)

    assert [row["type"] for row in stage.rows(store.steps)] == ["notice_failed"]
    assert stage.rows(store.timelines) == []


def test_a_body_in_a_zone_that_does_not_exist_is_set_aside_alone(stage: Stage) -> None:
    nowhere = builders.routed(report_id=REPORT, time_zone="Asia/Atlantis")
    received: Event = builders.received(report_id=REPORT)

    outcomes = stage.receive(stage.letter(nowhere), stage.letter(received))

    assert [outcome.fate.value for outcome in outcomes] == ["dead", "done"]
    assert [row["status"] for row in stage.rows(store.timelines)] == [Status.RECEIVED]


def test_what_the_report_says_is_stored_once(stage: Stage) -> None:
    stage.hear(builders.received(report_id=REPORT, body="Lubang."), builders.verified(report_id=REPORT, body="Lubang."))

    assert [row["text"] for row in stage.rows(store.steps)].count("Lubang.") == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite lets one write at a time
def test_two_instances_that_hear_of_one_report_at_once_both_count(stage: Stage, engine: sa.Engine) -> None:
    refold = partial(store.refold, rules=Rules())

    def is_waiting() -> bool:
        with engine.connect() as connection:
            return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    with ThreadPoolExecutor(1) as other:
        with stage.transactions.begin() as tx:
            handlers.note(builders.received(report_id=REPORT), tx, refold=refold)
            refold(tx, [REPORT])
            heard = other.submit(stage.hear, builders.routed(report_id=REPORT))
            until(is_waiting)
        heard.result()

    assert [row["agency_code"] for row in stage.rows(store.timelines)] == ["PEMDA-14.02/OPD-DPUPR"]
    assert {row["clock"] for row in stage.rows(store.deadlines)} == {"verify", "ombudsman", "first_answer", "resolve"}
