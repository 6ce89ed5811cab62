"""Nobody learns who reported, on RabbitMQ and PostgreSQL either: the canary travels, and is looked for everywhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from lapor_contracts.events import AGENCIES, EVENTS, SUBMISSIONS
from lapor_contracts.vocabulary import Role
from lapor_launcher.servers import Postgres, Rabbit
from lapor_launcher.services import NAMES, database_variable
from tests.support.real_system import RealSystem, free_ports
from tests.support.until import until
from tests.system import canary_hunt as hunt
from tests.system.canary import KNOWN, NAME, traces
from tests.system.canary_hunt import BODY, Travelled
from tests.system.canary_ways import Canary, meta_with_photograph, open_doors

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

WORKERS = [f"{name} worker" for name in NAMES]
LMTP = "intake lmtp"

#: Has a copy of everything that anybody publishes.
SPY = "spy"


@pytest.fixture(scope="module")
def travelled(
    own_rabbitmq: Rabbit, own_postgresql: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Travelled]:
    """Still running: so its queues can be looked into, and its processes asked."""
    place = tmp_path_factory.mktemp("canary")
    system = RealSystem(place / "var", own_rabbitmq, own_postgresql)
    system.ports["front"] = free_ports(1)
    with meta_with_photograph() as meta:
        system.environment |= {"LAPOR_PUBLIC_URL": system.url(), **open_doors(meta), **hunt.watched(system.folder)}
        for command in (["migrate"], ["directory", "load"], ["agency", "connect", BODY]):
            hunt.operate(system, *command)
        spy_on(system)
        told = system.lapor("adapter", "add", "kota", **system.rabbit.rabbitmqctl(system.folder)).stdout
        secret, address = re.findall(r"with the secret (\S+)|(amqp://\S+)", told)
        try:
            system.launch(LMTP)
            system.start("front", *WORKERS)
            until(lambda: "serving e-mail" in system.log(LMTP).read_text(), 60)
            clerk = hunt.signed_in(system, "clerk", Role.OFFICER)
            canary = Canary(system.url(), clerk, secret[0], broker=address[1], lmtp=system.ports[LMTP])
            yield hunt.send(canary, system, place)
        finally:
            system.stop_all()


@contextmanager
def channel(system: RealSystem) -> Iterator[BlockingChannel]:
    """The broker, as its administrator has it."""
    with pika.BlockingConnection(pika.URLParameters(system.uri)) as connection:
        yield connection.channel()


def spy_on(system: RealSystem) -> None:
    """From here on remember all that is published, by whomever, to whichever exchange."""
    with channel(system) as broker:
        broker.queue_declare(SPY, durable=True)
        broker.queue_bind(SPY, "amq.rabbitmq.trace", "publish.#")
    system.rabbit.trace(system.uri)


def messages(system: RealSystem, queue: str) -> Iterator[str]:
    """Each message of a queue, with all that stands on it; in the end all go back."""
    with channel(system) as broker:
        while True:
            method, properties, body = broker.basic_get(queue)
            if method is None:
                return
            yield f"{method.routing_key} {properties} {body.decode('latin-1')}"


def lines(system: RealSystem, *services: str) -> Iterator[str]:
    """What a backup of databases holds, line by line; all, if none is named. What is binary comes as it is."""
    for service in services or NAMES:
        for line in system.postgres.dump(system.environment[database_variable(service)]).splitlines():
            yield line
            for binary in re.findall(r"\\x([0-9a-f]+)", line):
                yield bytes.fromhex(binary).decode("latin-1")


def test_the_canary_has_been_everywhere(travelled: Travelled) -> None:
    came_by = {channel for (channel,) in travelled.system.rows("intake", "SELECT channel FROM reports")}

    assert came_by >= hunt.CHANNELS | {"email"}
    assert len(travelled.tracking_ids) == 57


@pytest.mark.parametrize("service", NAMES)
def test_no_database_and_no_backup_of_it_holds_who_reports(travelled: Travelled, service: str) -> None:
    found = {line[:80] for line in lines(travelled.system, service) if traces(line)}

    assert found == set()


def test_no_queue_holds_who_reports_once_the_work_is_done(travelled: Travelled) -> None:
    names = {queue["name"] for queue in travelled.system.rabbit.listing("queues", travelled.system.uri, "name")}

    found = {name: list(messages(travelled.system, name)) for name in names - {SPY}}

    assert {name: queue for name, queue in found.items() if traces("".join(queue))} == {}
    assert found["lapor.intake"] == found["lapor.intake.retry"] == []
    assert len(found["lapor.intake.dead"]) == 4
    assert found[f"agency.{BODY}"]


def test_nothing_that_was_ever_published_names_who_reports_but_what_adapters_handed_in(travelled: Travelled) -> None:
    published = list(messages(travelled.system, SPY))

    exchange_of = re.compile(r"publish\.(\S*) ")
    all_of_them = {exchange_of.match(message)[1] for message in published}
    with_traces = {exchange_of.match(message)[1] for message in published if traces(message)}
    assert all_of_them >= {EVENTS, AGENCIES, SUBMISSIONS, ""}
    assert with_traces == {SUBMISSIONS}


def test_no_file_and_no_log_holds_a_trace(travelled: Travelled) -> None:
    files = [path for path in travelled.system.folder.rglob("*") if path.is_file()]

    assert {path.name for path in files} >= {"front.log", "notices.jsonl", *(f"{title}.log" for title in WORKERS)}
    assert [path.name for path in files if traces(path.read_bytes())] == []


@pytest.mark.parametrize("title", ["front", *WORKERS])
def test_no_figure_names_who_reports(travelled: Travelled, title: str) -> None:
    figures = travelled.system.get(title, "/metrics").text

    assert "lapor_" in figures
    assert traces(figures) == []


def test_no_page_and_no_api_shows_who_reports(travelled: Travelled) -> None:
    assert travelled.leaks() == []


def test_what_a_whistleblower_knows_is_not_even_in_the_vault(travelled: Travelled) -> None:
    opened = [record.known for found in hunt.records(travelled.system).values() for record in found]

    assert NAME in str(opened)
    assert KNOWN not in str(opened)


def test_who_reported_is_disclosed_to_one_officer_in_one_answer(travelled: Travelled) -> None:
    assert [step for step, answer in travelled.told.items() if traces(answer)] == ["looked"]


def test_of_whom_is_forgotten_nothing_opens_any_more(travelled: Travelled) -> None:
    system, tracking_id = travelled.system, travelled.disclosed
    before = hunt.what_opens(system, tracking_id, lines(system))
    hunt.operate(system, "vault", "forget", "--yes", tracking_id)
    until(system.is_quiet, 60)

    after = hunt.what_opens(system, tracking_id, lines(system))

    assert len(before) >= 4
    assert after == []
