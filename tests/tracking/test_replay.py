"""Tracking's store is made again from what the services said, and is the same to the byte; what differs is found."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lapor_chassis.database import create_engine
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import DeadlineSet, Event
from lapor_contracts.vocabulary import Clock
from lapor_tracking import handlers, service, store
from lapor_tracking.replay import Differing, Replay
from lapor_tracking.store import Rules, replaying
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later
from tests.tracking.histories import deliveries, histories, is_heard

SERVICE = service
QUIET = timedelta(minutes=1)


class Country:
    """Tracking, the log of another service that it hears, and a place to make its store again."""

    def __init__(self, stage: Stage, folder: Path, empty: Path) -> None:
        self.stage, self.folder, self.empty = stage, folder, empty
        metadata = sa.MetaData()
        self.others = Transactions(
            create_engine(f"sqlite:///{folder}/others.db"), metadata, source="lapor/others", clock=stage.clock
        )
        metadata.create_all(self.others.engine)

    def says(self, *events: Event) -> list[str]:
        """Another service says so; nobody has heard it yet."""
        with self.others.begin() as tx:
            for event in events:
                tx.publish(event)
        return [message.body for message in tx.outgoing]

    def hears(self, *events: Event) -> None:
        """Another service says so, and tracking hears it."""
        self.stage.receive(*self.says(*events))

    def replay(self) -> Replay:
        """The store made again, after a while in which nothing happened."""
        self.stage.clock.advance(minutes=5)
        file = self.folder / f"{uuid4()}.db"
        shutil.copy(self.empty, file)
        beside = Transactions(
            create_engine(f"sqlite:///{file}"), service.metadata, source="lapor/tracking", clock=self.stage.clock
        )
        replay = Replay(
            logs=[self.others, self.stage.transactions],
            present=self.stage.transactions,
            beside=beside,
            until=self.stage.clock.now() - QUIET,
        )
        replay.rebuild()
        return replay

    def differing(self) -> list[Differing]:
        return [one for batch in self.replay().differences() for one in batch.reports]

    def put_right(self) -> None:
        replay = self.replay()
        for batch in replay.differences():
            replay.put_right(batch.reports)

    def kept(self) -> list[list[dict[str, Any]]]:
        """What the events say, in the store."""
        names = {column.name for column in replaying.NOT_COMPARED}
        return [
            sorted(
                ({name: value for name, value in row.items() if name not in names} for row in self.stage.rows(table)),
                key=lambda row: str([row[column.name] for column in table.primary_key]),
            )
            for table in replaying.REPLAYED
        ]


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tracking's tables without a row, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "tracking.db"
    engine = create_engine(f"sqlite:///{file}")
    service.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@pytest.fixture
def country(stage: Stage, tmp_path: Path, empty_store: Path) -> Iterator[Country]:
    made = Country(stage, tmp_path, empty_store)
    yield made
    made.others.engine.dispose()


@pytest.fixture
def lived(country: Country) -> Case:
    """A report that came, was answered, was written about and closed; and another one that waits."""
    case, stage = Case(country.stage), country.stage
    about: dict[str, Any] = {"report_id": case.report_id}
    country.hears(case.received(), builders.verified(**about, verified_at=later(0.1)))
    stage.clock.set(later(0.2))
    stage.run("announce_deadlines")
    country.hears(
        builders.routed(**about, routed_at=later(0.2)),
        builders.answered(**about, answered_at=later(5)),
        builders.received(report_id=uuid4(), received_at=later(1)),
    )
    stage.clock.set(later(24))
    stage.run("announce_deadlines")
    stage.run("announce_rungs")
    assert case.reply("Masih berlubang.").status_code == 201
    assert case.close().status_code == 201
    return case


def test_what_tracking_heard_and_said_gives_the_same_store_again(country: Country, lived: Case) -> None:
    replay = country.replay()

    assert list(replay.differences()) == []
    assert {row["type"] for row in country.stage.rows(store.steps)} >= {"replied", "closed"}


@given(data=st.data(), history=histories)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_heard_in_whatever_order_gives_the_same_store_again(
    country: Country, data: st.DataObject, history: Any
) -> None:
    with country.stage.transactions.begin() as tx:
        for table in (*replaying.REPLAYED, country.stage.transactions.tables.inbox):
            tx.execute(table.delete())
    with country.others.begin() as tx:
        tx.execute(country.others.tables.events.delete())
    with country.stage.transactions.begin() as tx:
        tx.execute(country.stage.transactions.tables.events.delete())
    bodies = {index: country.says(event) for index, (_, event) in enumerate(history) if is_heard(event)}
    own = {index: event for index, (_, event) in enumerate(history) if not is_heard(event)}
    for batch in data.draw(deliveries(len(history))):
        country.stage.receive(*(body for index in batch for body in bodies.get(index, ())))
        with country.stage.transactions.begin() as tx:
            for event in (own.pop(index) for index in batch if index in own):
                handlers.say(event, tx, rules=Rules())

    assert country.differing() == []


def test_a_store_that_is_lost_is_made_again_and_nothing_is_told_twice(country: Country, lived: Case) -> None:
    before, told = country.kept(), len(country.stage.announced())
    with country.stage.transactions.begin() as tx:
        for table in replaying.REPLAYED:
            tx.execute(table.delete())

    country.put_right()

    assert country.kept() == before
    assert country.differing() == []
    country.stage.run("announce_deadlines")
    country.stage.run("announce_rungs")
    assert len(country.stage.announced()) == told


def _change_text(country: Country, case: Case) -> sa.Executable:
    return store.steps.update().where(store.steps.c.type == "substantive_answer").values(text="Tidak apa-apa.")


def _remove_step(country: Country, case: Case) -> sa.Executable:
    return store.steps.delete().where(store.steps.c.report_id == case.report_id, store.steps.c.type == "replied")


def _forge_step(country: Country, case: Case) -> sa.Executable:
    forged = {"event_id": uuid4(), "type": "verified", "happened_at": later(3), "data": {}, "text": None}
    return store.steps.insert().values(report_id=case.report_id, **forged)


def _forget_figures(country: Country, case: Case) -> sa.Executable:
    return store.timelines.update().values(received_at=None, hops=0)


def _move_deadline(country: Country, case: Case) -> sa.Executable:
    return store.deadlines.update().values(due_at=later(9_000))


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (_change_text, "steps: text"),
        (_remove_step, "steps: 1 missing"),
        (_forge_step, "steps: 1 too many"),
        (_forget_figures, "timelines: hops, received_at"),
        (_move_deadline, "deadlines: due_at"),
    ],
)
def test_what_was_changed_by_hand_is_named_and_put_right(
    country: Country, lived: Case, tampering: Callable[[Country, Case], sa.Executable], named: str
) -> None:
    before = country.kept()
    with country.stage.transactions.begin() as tx:
        tx.execute(tampering(country, lived))

    found = country.differing()
    country.put_right()

    assert any(named in one.what for one in found)
    assert lived.tracking_id in [one.tracking_id for one in found]
    assert country.kept() == before


def test_what_was_said_a_moment_ago_may_be_under_way_and_is_compared_another_time(
    country: Country, lived: Case
) -> None:
    replay = country.replay()

    country.says(builders.archived(report_id=lived.report_id, archived_at=later(30)))
    with country.stage.transactions.begin() as tx:
        tx.execute(_remove_step(country, lived))

    assert [(list(batch.reports), batch.moving) for batch in replay.differences()] == [([], 1)]


def test_news_that_were_never_heard_are_found(country: Country, lived: Case) -> None:
    country.says(builders.notice_failed(report_id=lived.report_id))

    assert [one.what for one in country.differing()] == [("steps: 1 missing",)]


def test_of_each_table_and_column_it_is_said_whether_replay_makes_it(stage: Stage) -> None:
    replayed = {table.name for table in replaying.REPLAYED}

    assert service.metadata.tables.keys() == replayed | replaying.NOT_REPLAYED.keys()
    assert {column.table.name for column in replaying.NOT_COMPARED} <= replayed


def test_what_was_said_of_clocks_is_taken_from_what_was_said(country: Country, lived: Case) -> None:
    def told(rows: Any) -> dict[Any, Any]:
        return {row["deadline_id"]: row["announced_at"] for row in rows if row["clock"] != Clock.OMBUDSMAN}

    assert country.stage.announced(DeadlineSet)

    replay = country.replay()

    with replay.beside.read() as connection:
        anew = told(connection.execute(sa.select(store.deadlines)).mappings())
    assert anew == told(country.stage.rows(store.deadlines))
