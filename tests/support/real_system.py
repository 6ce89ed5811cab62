"""The system on RabbitMQ and PostgreSQL, as operators run it: the ``lapor`` command, in processes of their own."""

import random
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from kombu.exceptions import OperationalError

from lapor_chassis.amqp import QueuedDeadLetters, connect
from lapor_chassis.dead_letters import DeadLetter
from lapor_chassis.settings import key_bytes
from lapor_chassis.topology import inbox_of, retry_of
from lapor_chassis.tracking_ids import TrackingIds
from lapor_intake import store
from lapor_intake.vault import LocalKey, Vault
from lapor_launcher.journey import Front
from lapor_launcher.keys import ensure_keys
from lapor_launcher.servers import Postgres, Rabbit
from lapor_launcher.services import NAMES, database_of, database_variable
from tests.support.embedded_system import LAPOR, environment
from tests.support.until import until

#: Long enough for a start on a machine that has much else to do.
PATIENCE = 60


class RealSystem:
    """A broker, five databases, the keys, and whatever processes a test starts on them."""

    def __init__(self, folder: Path, rabbit: Rabbit, postgres: Postgres) -> None:
        self.folder, self.rabbit, self.postgres = folder, rabbit, postgres
        self.uri = rabbit.fresh_vhost()
        self.environment = {
            **environment(),
            **ensure_keys(folder / "keys"),
            **{database_variable(name): postgres.create_database(f"real_{name}") for name in NAMES},
            "AMQP_URI": self.uri,
            "LAPOR_FOLDER": str(folder),
            "LAPOR_INTAKE_ATTACHMENTS": str(folder / "attachments"),
            "LAPOR_NOTIFICATION_SINK": str(folder / "notices.jsonl"),
            "LAPOR_NOTIFICATION_LEASE_SECONDS": "5",
            "LAPOR_INTAKE_SMS_NETWORKS": "127.0.0.0/8",
        }
        self.ports: dict[str, int] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def lapor(self, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end."""
        return subprocess.run(
            [*LAPOR, *arguments],
            env={**self.environment, **changes},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start(self, *titles: str) -> None:
        """Start processes, each by its title (``front``, ``routing worker``, ``intake web``), and await them all."""
        for title in titles:
            self.launch(title)
        for title in titles:
            self.await_ready(title)

    def launch(self, title: str, *arguments: str) -> None:
        """Start a process without waiting for anything; ``arguments`` where the title does not say them."""
        port = self.ports.setdefault(title, free_ports(1))
        service, _, part = ("all", "", "web") if title == "front" else title.partition(" ")
        command = arguments or ("serve", service, f"--{part.split()[0]}", "--port", str(port))
        with self.log(title).open("ab") as log:
            self._processes[title] = subprocess.Popen(
                [*LAPOR, *command], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def await_ready(self, title: str) -> None:
        """Wait until the process says that it is ready."""
        until(lambda: self._is_ready(title), PATIENCE)

    def send(self, title: str, number: signal.Signals) -> None:
        """Send a signal."""
        self._processes[title].send_signal(number)

    def wait(self, title: str) -> int:
        """Wait until a process has ended; its exit status."""
        return self._processes[title].wait(PATIENCE)

    def stop(self, *titles: str, number: signal.Signals = signal.SIGTERM) -> None:
        """End processes, as an operator does, or as a power cut does (``SIGKILL``)."""
        for title in titles:
            self.send(title, number)
        for title in titles:
            self.wait(title)
            del self._processes[title]

    def stop_all(self) -> None:
        """Leave nothing running."""
        self.stop(*self._processes)

    def log(self, title: str) -> Path:
        """What a process wrote."""
        return self.folder / f"{title}.log"

    def url(self, title: str = "front") -> str:
        """Where a process answers."""
        return f"http://127.0.0.1:{self.ports[title]}"

    def get(self, title: str, path: str, **options: Any) -> requests.Response:
        """Ask a process."""
        return requests.get(self.url(title) + path, timeout=30, **options)

    def front(self) -> Front:
        """The system as reporters and staff use it; staff have its own signature."""
        return Front(self.url(), (self.folder / "keys" / "sign-in.pem").read_text())

    def tracking_ids(self) -> TrackingIds:
        """Makes genuine tracking IDs."""
        return TrackingIds(key_bytes(self.environment["LAPOR_TRACKING_KEY"]))

    def receipt_of(self, tracking_id: str) -> str | None:
        """What the vault knows of a report's receipt."""
        vault = Vault(LocalKey(key_bytes(self.environment["LAPOR_INTAKE_VAULT_KEY"])))
        transactions = database_of("intake", self.environment)
        try:
            with transactions.begin() as tx:
                report = store.find_locked(tx, tracking_id)
                record = vault.open(tx, report.report_id) if report else None
        finally:
            transactions.engine.dispose()
        return record.receipt if record else None

    def rows(self, service: str, question: str, **parameters: Any) -> list[Any]:
        """What a service's database answers, over a connection of its own: the server may have been away."""
        transactions = database_of(service, self.environment)
        try:
            with transactions.read() as connection:
                return list(connection.execute(sa.text(question), parameters).all())
        finally:
            transactions.engine.dispose()

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue."""
        with connect(self.uri) as connection, connection.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def dead_letters(self, service: str) -> list[DeadLetter]:
        """What a service has set aside."""
        return list(QueuedDeadLetters(self.uri, service).list())

    def all_dead_letters(self) -> list[DeadLetter]:
        """What any of them has set aside."""
        return [letter for name in NAMES for letter in self.dead_letters(name)]

    def is_quiet(self) -> bool:
        """Whether everything that was said has been heard: outboxes and queues are empty."""
        try:
            queues = [queue for name in NAMES for queue in (inbox_of(name), retry_of(name))]
            return not any(map(self.depth, queues)) and not any(
                self.rows(name, "SELECT count(*) FROM outbox")[0][0] for name in NAMES
            )
        except OperationalError:  # the broker is on its way back
            return False

    def _is_ready(self, title: str) -> bool:
        assert self._processes[title].poll() is None, self.log(title).read_text()[-2000:]
        try:
            return self.get(title, "/readyz").ok
        except requests.ConnectionError:
            return False


def free_ports(count: int) -> int:
    """The first of so many free ports in a row, below those that connections take by chance."""
    while True:
        first = random.randrange(10_000, 30_000)
        try:
            with ExitStack() as stack:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
                return first
        except OSError:
            continue


def unique(name: str) -> str:
    """A name that nobody has used: tests share one system."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def real_system(
    own_rabbitmq: Rabbit, own_postgresql: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealSystem]:
    """A system whose directory is loaded, and with whose broker BUMN-PLN is connected; no process runs yet."""
    system = RealSystem(tmp_path_factory.mktemp("real"), own_rabbitmq, own_postgresql)
    for command in (["migrate"], ["directory", "load"], ["agency", "connect", "BUMN-PLN"]):
        done = system.lapor(*command)
        assert done.returncode == 0, done.stderr
    yield system
    system.stop_all()
