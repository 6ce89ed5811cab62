"""What may happen to the system on RabbitMQ and PostgreSQL: each promise of it is broken once, in real processes."""

import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import orjson
import pytest
import requests
from pika import BlockingConnection, URLParameters

from lapor_chassis.amqp import Publisher, QueuedDeadLetters
from lapor_chassis.topology import inbox_of, topology
from lapor_chassis.transactions import Outgoing
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import Event, ReporterGiven
from lapor_launcher.journey import Front
from lapor_launcher.services import NAMES, assemble
from tests.support.builders import REPORT, answered, contact_sealed, received, submitted, verified
from tests.support.real_system import RealSystem, unique
from tests.support.until import until

pytestmark = pytest.mark.system

WORKERS = [f"{name} worker" for name in NAMES]

#: Long enough for events that a killed worker had in hand: the others leave them to it for a while.
PATIENCE = 60

SITI, PHONE = "Siti Rahayu", "0812 3456 7890"

#: Above the numbers that `Reports` counts: the same number, once with a block and once without, may be the same house.
_houses = count(1_000)


def form() -> dict[str, Any]:
    """A report of a house that nobody has reported yet: what repeats another one waits for a verifier."""
    return {**FORM, "place": f"Depan Pasar Rakyat nomor {next(_houses)}"}


FORM = {
    "kind": "complaint",
    "title": "Jalan berlubang",
    "body": REPORT["body"],
    "occurred_on": "2026-01-03",
    "region_code": "14.02",
    "reporter": {"email": "warga@example.org"},
}


@pytest.fixture(scope="module")
def system(real_system: RealSystem) -> Iterator[RealSystem]:
    """Five workers, a front, and intake's own web server."""
    real_system.start("front", "intake web", *WORKERS)
    yield real_system
    real_system.stop_all()


class Reports:
    """Reports that an adapter hands in over the broker, and what became of them."""

    def __init__(self, system: RealSystem) -> None:
        self._system = system
        self._name, self._block = unique("flow"), next(_houses)
        self.count = 0

    def hand_in(self, count: int) -> None:
        """So many more."""
        publisher = Publisher(self._system.uri)
        publisher.publish([self._letter(number) for number in range(self.count, self.count + count)])
        publisher.close()
        self.count += count

    def ids(self) -> list[uuid.UUID]:
        """The reports that intake has stored."""
        question = "SELECT report_id FROM reports WHERE idempotency_key LIKE :name"
        return [report_id for (report_id,) in self._system.rows("intake", question, name=f"{self._name}-%")]

    def have_status(self, status: str) -> bool:
        """Whether tracking shows all of them so."""
        question = "SELECT count(*) FROM timelines WHERE report_id = ANY(:ids) AND status = :status"
        return self._system.rows("tracking", question, ids=self.ids(), status=status) == [(self.count,)]

    def have_arrived(self) -> bool:
        """Whether all are routed and their notices planned, and all that was said about them has been heard."""
        question = "SELECT count(*) FROM notices WHERE report_id = ANY(:ids) AND template = 'routed'"
        return (
            self.have_status("routed")
            and self._system.rows("notification", question, ids=self.ids())[0][0] >= self.count
            and self._system.is_quiet()
        )

    def assert_each_exactly_once(self) -> None:
        """One report each, one owner, a complete timeline, one notice of each kind; nothing set aside."""
        ids = self.ids()
        assert len(ids) == self.count
        owners = self._found("routing", "SELECT report_id FROM dispositions WHERE report_id = ANY(:ids)")
        assert owners == {(report_id,): 1 for report_id in ids}
        steps = self._found("tracking", "SELECT report_id, type FROM steps WHERE report_id = ANY(:ids)")
        assert steps == {(report_id, step): 1 for report_id in ids for step in ("received", "verified", "routed")}
        notices = self._found("notification", "SELECT report_id, template FROM notices WHERE report_id = ANY(:ids)")
        assert notices == {(report_id, template): 1 for report_id in ids for template in ("received", "routed")}
        assert self._system.all_dead_letters() == []

    def _found(self, service: str, question: str) -> Counter[tuple[Any, ...]]:
        return Counter(map(tuple, self._system.rows(service, question, ids=self.ids())))

    def _letter(self, number: int) -> Outgoing:
        event = submitted(
            idempotency_key=f"{self._name}-{number}",
            place=f"Depan Pasar Rakyat blok {self._block} nomor {number}",
            reporter=ReporterGiven(email=f"warga-{number}@example.org"),
        )
        return letter(event)


def letter(event: Event) -> Outgoing:
    """An event on its way to the broker."""
    envelope = Envelope(
        id=uuid.uuid4(), source="test", time=datetime.now(UTC), event=event, correlation_id=str(event.report_id)
    )
    return Outgoing(envelope.id, event.type, event.exchange, event.type, encode(envelope).decode())


@pytest.fixture
def reports(system: RealSystem) -> Reports:
    """None yet."""
    return Reports(system)


def test_a_stopped_service_leaves_the_others_working_and_its_queue_waiting(
    system: RealSystem, reports: Reports
) -> None:
    system.stop("routing worker")

    reports.hand_in(5)

    until(lambda: reports.have_status("verified"), PATIENCE)
    until(lambda: system.depth(inbox_of("routing")) >= 5)
    doctor = system.lapor("doctor")
    assert doctor.returncode == 1
    assert "wrong routing: no worker consumes lapor.routing; messages that wait: " in doctor.stdout
    system.start("routing worker")
    until(reports.have_arrived, PATIENCE)
    reports.assert_each_exactly_once()


def test_nothing_is_lost_or_doubled_whoever_is_killed_when(system: RealSystem, reports: Reports) -> None:
    system.start("routing worker 2")  # any number of each
    victims = [*WORKERS, "routing worker 2"]
    random.shuffle(victims)

    for victim in victims:
        reports.hand_in(50)
        time.sleep(random.uniform(0, 0.5))  # not to wait for anything: any moment will do
        system.stop(victim, number=signal.SIGKILL)
        system.launch(victim)

    until(reports.have_arrived, PATIENCE)
    reports.assert_each_exactly_once()
    system.stop("routing worker 2")
    # What tracking kept through all of that is what the services said, to the byte.
    until(lambda: system.lapor("replay", "tracking", "--check", "--quiet-for", "0").returncode == 0, PATIENCE)


def test_intake_goes_on_taking_reports_while_the_broker_is_away(system: RealSystem, reports: Reports) -> None:
    reports.hand_in(50)

    with system.rabbit.away():
        slips = [requests.post(system.url(title) + "/api/v1/reports", json=form()) for title in ("front", "intake web")]
        slip = slips[0].json()
        address = slip["status_url"].replace("http://127.0.0.1:8000", system.url())
        seen = requests.get(address, headers={"X-Receipt": slip["receipt"]})
        worker = system.get("tracking worker", "/readyz")
        alive = system.get("tracking worker", "/healthz")
        doctor = system.lapor("doctor")

    assert [slip.status_code for slip in slips] == [201, 201]
    assert (seen.status_code, seen.json()["status"]) == (200, "received")
    assert (worker.status_code, alive.status_code) == (503, 200)
    assert worker.json()["checks"]["database"] == "ok"
    assert worker.json()["checks"]["broker"].startswith("away")
    assert doctor.returncode == 1
    assert "wrong AMQP_URI: the broker does not answer" in doctor.stdout
    until(reports.have_arrived, PATIENCE)
    reports.assert_each_exactly_once()
    front = system.front()
    for slip in slips:
        until(lambda slip=slip: _status(front, slip.json()["tracking_id"]) == "routed")


def test_while_the_database_is_away_people_are_asked_to_come_again_and_no_message_is_blamed(
    system: RealSystem, reports: Reports
) -> None:
    reports.hand_in(50)

    with system.postgres.away():
        submission = requests.post(system.url() + "/api/v1/reports", json=form())
        page = system.get("front", f"/lacak/{system.tracking_ids().new()}")
        ready, alive = system.get("front", "/readyz"), system.get("front", "/healthz")
        worker = system.get("verification worker", "/readyz")
        system.launch("intake web 2")  # that starts while there is no database
        until(lambda: _is_alive(system, "intake web 2"), PATIENCE)
        early = requests.post(system.url("intake web 2") + "/api/v1/reports", json=form())
        doctor = system.lapor("doctor")

    assert submission.status_code == 503
    assert submission.headers["Content-Type"] == "application/problem+json"
    assert int(submission.headers["Retry-After"]) > 0
    assert (page.status_code, "Sedang tidak tersedia" in page.text) == (503, True)
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert all(ready.json()["checks"][f"{name}.database"].startswith("away") for name in NAMES)
    assert worker.json()["checks"]["broker"] == "ok"
    assert worker.json()["checks"]["database"].startswith("away")
    assert (early.status_code, early.headers["Content-Type"]) == (503, "application/problem+json")
    assert doctor.returncode == 1
    assert "wrong intake: its database does not answer (LAPOR_INTAKE_DATABASE_URL): " in doctor.stdout
    system.await_ready("intake web 2")
    assert requests.post(system.url("intake web 2") + "/api/v1/reports", json=form()).status_code == 201
    system.stop("intake web 2")
    until(reports.have_arrived, PATIENCE)
    reports.assert_each_exactly_once()


#: For each service something that it hears.
HEARD = {
    "intake": submitted(reporter=ReporterGiven(name=SITI, phone=PHONE)),
    "verification": received(),
    "routing": verified(),
    "tracking": answered(),
    "notification": contact_sealed(),
}


@pytest.mark.parametrize("service", NAMES)
def test_what_is_broken_is_set_aside_with_the_reason_and_its_neighbours_go_on(
    system: RealSystem, reports: Reports, service: str
) -> None:
    event = HEARD[service]
    document = orjson.loads(letter(event).body)
    unknown = {**document, "id": str(uuid.uuid4()), "type": "report.unheard.v9"}
    wrong = {**document, "id": str(uuid.uuid4()), "data": {**document["data"], "report_id": f"{SITI} {PHONE}"}}
    bodies = [f'{{"name": "{SITI}", {PHONE}', *(orjson.dumps(one).decode() for one in (unknown, wrong))]

    before = {letter.id for letter in system.dead_letters(service)}

    publisher = Publisher(system.uri)
    publisher.publish([Outgoing(uuid.uuid4(), "", event.exchange, event.type, body) for body in bodies])
    publisher.close()
    reports.hand_in(3)

    until(lambda: len(system.dead_letters(service)) == len(before) + 3)
    until(reports.have_arrived, PATIENCE)
    letters = [letter for letter in system.dead_letters(service) if letter.id not in before]
    assert {letter.attempts for letter in letters} == {1}
    for reason in ("not JSON", "unknown type 'report.unheard.v9'", "report_id"):
        assert any(reason in letter.reason for letter in letters), reason


def test_dead_letters_are_looked_at_replayed_and_discarded_and_show_nobody(system: RealSystem) -> None:
    letters = system.all_dead_letters()
    assert letters

    listed = system.lapor("deadletters", "list")
    shown = system.lapor("deadletters", "show", letters[0].id)
    replayed = system.lapor("deadletters", "replay", letters[0].id)
    # It fails again, and is a letter of its own then.
    until(lambda: letters[0].id not in ids_of(system) and len(ids_of(system)) == len(letters))
    discarded = [system.lapor("deadletters", "discard", "--yes", letter.id) for letter in letters[1:3]]
    unknown = system.lapor("deadletters", "discard", "--yes", letters[0].id)

    assert all(letter.id in listed.stdout and letter.reason in listed.stdout for letter in letters)
    assert letters[0].reason in shown.stdout
    assert replayed.stdout == f"{letters[0].service}: brought to the service again\n"
    assert [one.returncode for one in discarded] == [0, 0]
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert f"no message with id {letters[0].id} is set aside" in unknown.stderr
    assert len(ids_of(system)) == len(letters) - 2
    for said in (listed, shown, replayed):
        assert SITI not in said.stdout + said.stderr
        assert PHONE not in said.stdout + said.stderr


def test_the_doctor_counts_what_is_set_aside_and_is_content_without(system: RealSystem) -> None:
    letters = system.all_dead_letters()

    ill = system.lapor("doctor")
    for letter in letters:
        QueuedDeadLetters(system.uri, letter.service).discard(letter.id)
    well = system.lapor("doctor")

    assert ill.returncode == 1
    assert "messages are set aside: " in ill.stdout
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "All is well.")


def test_the_broker_has_what_the_code_declares_and_lapor_topology_prints(system: RealSystem) -> None:
    wanted = topology([assemble(name, system.environment).service for name in NAMES], agencies=["BUMN-PLN"])
    arguments = {queue.name: dict(queue.arguments) for queue in wanted.queues}

    queues = system.rabbit.listing("queues", system.uri, "name", "durable", "arguments")
    exchanges = system.rabbit.listing("exchanges", system.uri, "name", "type", "durable", "arguments")
    bindings = system.rabbit.listing("bindings", system.uri, "source_name", "routing_key", "destination_name")
    printed = system.lapor("topology").stdout

    assert {queue["name"]: values(queue["arguments"]) for queue in queues} == arguments
    ours = {one["name"]: one for one in exchanges if one["name"].startswith("lapor.")}
    assert {name: (one["type"], values(one["arguments"])) for name, one in ours.items()} == {
        exchange.name: (exchange.kind, dict(exchange.arguments)) for exchange in wanted.exchanges
    }
    assert {
        (one["source_name"], one["routing_key"], one["destination_name"]) for one in bindings if one["source_name"]
    } == {(binding.exchange, binding.routing_key, binding.queue) for binding in wanted.bindings}
    assert all(one["durable"] for one in (*queues, *ours.values()))
    for name in [*arguments, *ours]:
        assert name in printed


def test_every_message_outlives_the_broker(system: RealSystem, reports: Reports) -> None:
    system.stop("verification worker")
    reports.hand_in(1)
    until(lambda: system.depth(inbox_of("verification")) > 0)

    with BlockingConnection(URLParameters(system.uri)) as connection:
        _, properties, _ = connection.channel().basic_get(inbox_of("verification"))

    system.start("verification worker")
    until(reports.have_arrived, PATIENCE)
    assert properties.delivery_mode == 2


def values(arguments: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """Arguments as ``rabbitmqctl`` lists them, with their types, by name."""
    return {name: value for name, _, value in arguments}


def ids_of(system: RealSystem) -> set[str]:
    """The messages that any service has set aside."""
    return {letter.id for letter in system.all_dead_letters()}


def _status(front: Front, tracking_id: str) -> str | None:
    found = front.get(f"/api/v1/reports/{tracking_id}")
    return found["status"] if found else None


def _is_alive(system: RealSystem, title: str) -> bool:
    try:
        return system.get(title, "/healthz").ok
    except requests.ConnectionError:
        return False
