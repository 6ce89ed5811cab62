"""The bus of the embedded mode: what one service says the others hear, once, whatever happens in between."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from lapor_chassis.database import create_engine
from lapor_chassis.dead_letters import StoredDeadLetters
from lapor_chassis.embedded import EmbeddedBus, Member
from lapor_chassis.errors import PermanentError
from lapor_chassis.service import Service, Timer
from lapor_chassis.topology import ATTEMPTS, RETRY_AFTER_MS
from lapor_chassis.transactions import Transaction, Transactions, chassis_tables
from lapor_contracts.events import DeadlineSet, Event, ReportReceived, ReportVerified
from lapor_contracts.vocabulary import Clock
from tests.support.builders import deadline_set, received, supplemented, verified
from tests.support.stage import SettableClock
from tests.support.until import until

MOMENT = timedelta(milliseconds=RETRY_AFTER_MS + 1)


class Listener:
    """A service that keeps what it hears; it may be told to fail."""

    def __init__(self, name: str, folder: Path, clock: SettableClock, *kinds: type[Event]) -> None:
        self.metadata = sa.MetaData()
        chassis_tables(self.metadata)
        self.heard = sa.Table(
            "heard", self.metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("report_id", sa.Uuid)
        )
        self.engine = create_engine(f"sqlite:///{folder / name}.db")
        self.metadata.create_all(self.engine)
        self.trouble: dict[uuid.UUID, Exception] = {}
        self.service = Service(name, self.metadata, handlers=dict.fromkeys(kinds, self.hear))
        self.transactions = Transactions(self.engine, self.metadata, source=f"lapor/{name}", clock=clock)
        self.member = Member(self.service, self.transactions)

    def hear(self, event: Event, tx: Transaction) -> None:
        """Keep it, or fail as told; verification verifies at once."""
        if event.report_id in self.trouble:
            raise self.trouble[event.report_id]
        tx.add(self.heard, {"id": tx.new_id(), "report_id": event.report_id})
        if isinstance(event, ReportReceived) and self.service.name == "verification":
            tx.publish(verified(report_id=event.report_id))

    def say(self, *events: Event) -> None:
        """Publish, as an HTTP handler would."""
        with self.transactions.begin() as tx:
            for event in events:
                tx.publish(event)

    def reports(self) -> list[uuid.UUID]:
        """What it heard of, with repetitions if there were any."""
        with self.transactions.read() as connection:
            return list(connection.execute(sa.select(self.heard.c.report_id)).scalars())

    def waiting(self) -> int:
        """What it said that is not yet with everyone."""
        with self.transactions.read() as connection:
            outbox = self.transactions.tables.outbox
            return connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one()


class Company:
    """Intake says, verification hears and says, two more hear that."""

    def __init__(self, folder: Path) -> None:
        self.clock = SettableClock()
        self.intake = Listener("intake", folder, self.clock)
        self.verification = Listener("verification", folder, self.clock, ReportReceived)
        self.routing = Listener("routing", folder, self.clock, ReportVerified)
        self.tracking = Listener("tracking", folder, self.clock, ReportReceived, ReportVerified)
        self.all = (self.intake, self.verification, self.routing, self.tracking)
        self.bus = EmbeddedBus(one.member for one in self.all)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    yield made
    for one in made.all:
        one.engine.dispose()


def test_an_event_reaches_everyone_who_hears_it_and_what_follows_from_it_too(company: Company) -> None:
    reports = [received() for _ in range(5)]

    company.intake.say(*reports)
    company.bus.carry()

    ids = {report.report_id for report in reports}
    assert set(company.routing.reports()) == ids
    assert sorted(company.tracking.reports()) == sorted([*ids, *ids])
    assert company.intake.waiting() == company.verification.waiting() == 0


def test_an_event_that_nobody_hears_leaves_the_outbox_and_stays_in_the_log(company: Company) -> None:
    company.routing.say(received(), supplemented())

    company.bus.carry()

    assert company.routing.waiting() == 0
    with company.routing.transactions.read() as connection:
        events = company.routing.transactions.tables.events
        assert len(connection.execute(sa.select(events.c.id)).all()) == 2


def test_a_service_hears_only_of_the_topics_that_it_wants(tmp_path: Path) -> None:
    clock = SettableClock()
    tracking = Listener("tracking", tmp_path, clock)
    verification = Listener("verification", tmp_path, clock, DeadlineSet)
    chosen = replace(verification.service, only={DeadlineSet: [Clock.VERIFY]})
    bus = EmbeddedBus([tracking.member, Member(chosen, verification.transactions)])

    tracking.say(deadline_set(clock=Clock.RESOLVE), wanted := deadline_set(clock=Clock.VERIFY))
    bus.carry()

    assert verification.reports() == [wanted.report_id]
    assert tracking.waiting() == 0
    for one in (tracking, verification):
        one.engine.dispose()


def test_after_a_crash_before_the_row_left_the_outbox_nothing_happens_twice(company: Company) -> None:
    company.intake.say(report := received())
    company.bus.carry()
    with company.intake.transactions.begin() as tx:
        events, outbox = company.intake.transactions.tables.events, company.intake.transactions.tables.outbox
        event_id = tx.execute(sa.select(events.c.id)).scalar_one()
        row = {"event_id": event_id, "exchange": "lapor.events", "routing_key": "x", "publish_after": tx.now}
        tx.add(outbox, row)

    EmbeddedBus(one.member for one in company.all).carry()

    assert company.verification.reports() == company.routing.reports() == [report.report_id]
    assert company.intake.waiting() == 0


def test_one_service_in_trouble_does_not_keep_the_others_from_hearing(company: Company) -> None:
    report, neighbour = received(), received()
    company.verification.trouble[report.report_id] = RuntimeError("not today")

    company.intake.say(report, neighbour)
    company.bus.carry()

    assert company.tracking.reports().count(report.report_id) == 1
    assert company.verification.reports() == [neighbour.report_id]
    assert company.intake.waiting() == 1


def test_what_failed_is_tried_again_and_works_when_the_trouble_is_over(company: Company) -> None:
    report = received()
    company.verification.trouble[report.report_id] = RuntimeError("not today")
    company.intake.say(report)
    company.bus.carry()
    del company.verification.trouble[report.report_id]

    company.bus.carry()
    assert company.verification.reports() == []
    company.clock.advance(seconds=MOMENT.total_seconds())
    company.bus.carry()

    assert company.verification.reports() == company.routing.reports() == [report.report_id]
    assert company.tracking.reports().count(report.report_id) == 2


def test_what_fails_again_and_again_is_set_aside_with_the_reason(company: Company) -> None:
    report = received()
    company.verification.trouble[report.report_id] = RuntimeError("what the reporter wrote")
    company.intake.say(report)

    for _ in range(ATTEMPTS):
        company.bus.carry()
        company.clock.advance(seconds=MOMENT.total_seconds())

    shelf = StoredDeadLetters(company.verification.service, company.verification.transactions)
    (letter,) = shelf.list()
    assert letter.attempts == ATTEMPTS
    assert letter.reason.startswith("RuntimeError at ")
    assert "wrote" not in letter.reason
    assert company.intake.waiting() == 0


def test_what_can_never_work_is_set_aside_at_once_and_can_be_replayed(company: Company) -> None:
    report = received()
    company.verification.trouble[report.report_id] = PermanentError("report: can never work")
    company.intake.say(report)
    company.bus.carry()
    shelf = StoredDeadLetters(company.verification.service, company.verification.transactions)
    (letter,) = shelf.list()

    with pytest.raises(RuntimeError, match="can never work"):
        shelf.replay(letter.id)
    company.verification.trouble.clear()
    assert shelf.replay(letter.id)

    assert list(shelf.list()) == []
    assert company.verification.reports() == [report.report_id]
    assert not shelf.discard(letter.id)


def test_the_bus_wakes_by_itself_and_stops_cleanly(tmp_path: Path) -> None:
    company = Company(tmp_path)
    ticks: list[int] = []
    timer = Timer("tick", 0.01, lambda: ticks.append(1) or 0)
    clockwork = Member(Service("clockwork", company.intake.metadata, timers=[timer]), company.intake.transactions)
    bus = EmbeddedBus([*(one.member for one in company.all), clockwork])
    company.clock.advance(seconds=1)
    bus.start()

    company.intake.say(report := received())
    bus.wake()

    until(lambda: company.routing.reports() == [report.report_id] and len(ticks) > 1)
    bus.stop()
    for one in company.all:
        one.engine.dispose()
