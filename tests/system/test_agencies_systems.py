"""Bodies' own systems that are away, or slow, as operators run it: by webhook, over the broker, by mail."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lapor_chassis.amqp import Publisher
from lapor_chassis.transactions import Outgoing
from lapor_connect import AgencySubscriber
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import DeadlineSet, Event, ReportVerified
from lapor_contracts.vocabulary import Clock
from lapor_launcher.servers import Postgres, Rabbit
from lapor_routing.outbound.broker import ROOM
from tests.support.agency_systems import AgencyWebhook, agency_webhook
from tests.support.builders import deadline_set, verified
from tests.support.gateways import MailServer, mail_server
from tests.support.real_system import RealSystem, free_ports
from tests.support.until import until

pytestmark = pytest.mark.system

ROADS, TRAFFIC, HEALTH = (f"PEMDA-14.02/OPD-{office}" for office in ("DPUPR", "DISHUB", "DINKES"))
SHIPS = "BUMN-PELNI"


@pytest.fixture
def post() -> Iterator[MailServer]:
    """The bodies' mail server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def system(tmp_path: Path, own_rabbitmq: Rabbit, postgresql: Postgres, post: MailServer) -> Iterator[RealSystem]:
    """What brings bodies their reports: routing's worker."""
    running = RealSystem(tmp_path, own_rabbitmq, postgresql)
    running.environment |= {"LAPOR_ROUTING_SMTP_URL": post.url, "LAPOR_ROUTING_AGENCY_NETWORKS": "127.0.0.0/8"}
    try:
        for command in (["migrate", "routing"], ["directory", "load"], ["topology", "--declare"]):
            done = running.lapor(*command)
            assert done.returncode == 0, done.stderr
        yield running
    finally:
        running.stop_all()


def connect(system: RealSystem, code: str, *means: str, **variables: str) -> str:
    """Connect a body; what the operator is told."""
    told = system.lapor("agency", "connect", code, *means, **variables)
    assert told.returncode == 0, told.stderr
    return told.stdout


def say(system: RealSystem, *events: Event) -> None:
    """As other services do."""
    letters = []
    for event in events:
        made = Envelope(id=uuid4(), source="test", time=datetime.now(UTC), event=event, correlation_id="1")
        letters.append(Outgoing(made.id, event.type, event.exchange, event.routing_key, encode(made).decode()))
    publisher = Publisher(system.uri)
    publisher.publish(letters)
    publisher.close()


def assign(system: RealSystem, code: str, count: int = 6) -> list[str]:
    """So many reports for a body, which do not come in the order of their deadlines: their numbers in that order."""
    reports = [verified(agency_code=code) for _ in range(count)]
    days = [5 * n % count for n in range(count)]
    assert sorted(days) == list(range(count))
    say(system, *reports)
    until(lambda: known(system, "deliveries", reports) == count, 30)
    say(system, *map(due, reports, days))
    until(lambda: known(system, "deadlines", reports) == count, 30)
    return [report.tracking_id for _, report in sorted(zip(days, reports, strict=True), key=lambda pair: pair[0])]


def due(report: ReportVerified, days: int) -> DeadlineSet:
    """It is to be answered within so many days."""
    due_at = datetime.now(UTC) + timedelta(days=days)
    return deadline_set(report_id=report.report_id, clock=Clock.FIRST_ANSWER, due_at=due_at)


def known(system: RealSystem, table: str, reports: list[ReportVerified]) -> int:
    """How many rows a table has of these reports."""
    ids = {report.report_id for report in reports}
    return sum(row.report_id in ids for row in system.rows("routing", f"SELECT report_id FROM {table}"))


def heard(webhook: AgencyWebhook) -> list[str]:
    """What a webhook has, in the order in which it came."""
    return [document["data"]["tracking_id"] for document in webhook.got]


def test_whoever_was_away_gets_everything_and_first_what_is_due_first(system: RealSystem, post: MailServer) -> None:
    port = free_ports(1)
    post.answers["DATA"] = "451 4.3.2 come again"
    connect(system, ROADS, "--webhook", f"http://127.0.0.1:{port}/lapor")
    connect(system, TRAFFIC, "--email", "kantor@dishub.example")
    address = next(
        word
        for word in connect(system, SHIPS, **system.rabbit.rabbitmqctl(system.folder)).split()
        if word.startswith("amqp://")
    )
    system.start("routing worker")
    roads, traffic, ships = (assign(system, code, n) for code, n in ((ROADS, 6), (TRAFFIC, 6), (SHIPS, ROOM + 6)))
    until(lambda: system.depth(f"agency.{SHIPS}") == ROOM, 30)
    listed = system.lapor("agency", "list", COLUMNS="200").stdout

    got: list[Any] = []
    subscriber = AgencySubscriber(SHIPS, address)
    thread = threading.Thread(target=subscriber.run, args=(got.append,))
    thread.start()
    post.answers.clear()
    with agency_webhook(port=port) as webhook:
        for code in (ROADS, TRAFFIC):
            assert system.lapor("agency", "resume", code).returncode == 0
        until(lambda: len(webhook.got) == len(roads) and len(post.letters) == len(traffic), 60)
    until(lambda: len(got) == len(ships), 90)
    subscriber.stop()
    thread.join()
    subscriber.close()

    assert f"6 + {ROOM} in its queue" in listed
    assert "nobody takes from its queue" in listed
    assert listed.count("failing since") == 2
    assert heard(webhook) == roads
    assert [str(letter["Subject"]).split()[1].rstrip(":") for letter in post.letters] == traffic
    came = [one.data["tracking_id"] for one in got]
    assert (sorted(came), came[ROOM:]) == (sorted(ships), [number for number in ships if number in came[ROOM:]])


def test_slow_ones_do_not_slow_their_neighbours(system: RealSystem) -> None:
    finish = threading.Event()
    with agency_webhook(hangs=finish) as slow, agency_webhook() as quick:
        connect(system, ROADS, "--webhook", slow.url)
        connect(system, HEALTH, "--webhook", quick.url)
        connect(system, SHIPS)  # and nobody takes from its queue
        system.start("routing worker")
        assign(system, ROADS)
        assign(system, SHIPS, ROOM + 6)

        assign(system, HEALTH)

        until(lambda: len(quick.got) == 6, 5)
        assert slow.got == []
        finish.set()
