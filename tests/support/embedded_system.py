"""The embedded system as its users start it: ``lapor --folder … run``, a process of its own."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from lapor_launcher.embedded import embedded_environment
from lapor_launcher.journey import Front
from lapor_launcher.services import NAMES
from tests.support.until import until

LAPOR = [sys.executable, "-m", "lapor_launcher"]

#: Long enough for a first start on a machine that has much else to do.
PATIENCE = 60


class EmbeddedSystem:
    """One folder, and the process that runs on it for now."""

    def __init__(self, folder: Path, logs: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.said, self.logged = logs / "said.txt", logs / "logged.txt"
        self.variables = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        """Start it, and return once it answers."""
        self.launch(*(arguments or ("--quiet",)))
        until(self._answers, PATIENCE)

    def launch(self, *arguments: str) -> None:
        """Start it without waiting for anything."""
        with self.said.open("ab") as said, self.logged.open("ab") as logged:
            self._process = subprocess.Popen(
                [*LAPOR, "--folder", str(self.folder), "run", *arguments],
                env=environment(PORT=str(self.port), **self.variables),
                stdout=said,
                stderr=logged,
            )

    def kill(self) -> None:
        """End it as a power cut would: nothing is finished."""
        self._signal(signal.SIGKILL)
        self.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit status."""
        self._signal(number)
        return self.wait()

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait until it has ended by itself; its exit status."""
        assert self._process
        return self._process.wait(seconds)

    def is_running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    @property
    def environment(self) -> Mapping[str, str]:
        """What an operator's command on this folder works in."""
        return embedded_environment(self.folder, {})

    def lapor(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run an operator's command to its end."""
        command = [*LAPOR, "--folder", str(self.folder), *arguments]
        return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)

    def add_adapter(self, name: str) -> str:
        """Admit an adapter as an operator does; its secret."""
        return next(word for word in self.lapor("adapter", "add", name).stdout.split() if len(word) == 43)

    def front(self) -> Front:
        """Its address as reporters and staff use it; staff have the system's own signature."""
        return Front(self.url, (self.folder / "keys" / "sign-in.pem").read_text())

    def rows(self, service: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What a service's database answers."""
        with closing(sqlite3.connect(self.folder / f"{service}.db", timeout=15)) as connection:
            return connection.execute(query, parameters).fetchall()

    def row_counts(self) -> dict[str, int]:
        """How many rows each table of each service has."""
        return {
            f"{service}.{table}": self.rows(service, f'SELECT count(*) FROM "{table}"')[0][0]
            for service in NAMES
            for (table,) in self.rows(service, "SELECT name FROM sqlite_master WHERE type = 'table'")
        }

    def is_quiet(self) -> bool:
        """Whether everything that was said has been heard, and every notice is sent."""
        waiting = sum(self.rows(name, "SELECT count(*) FROM outbox")[0][0] for name in NAMES)
        planned = self.rows("notification", "SELECT count(*) FROM notices WHERE state = 'planned'")[0][0]
        return not waiting and not planned

    def is_settled(self) -> bool:
        """Whether besides that all that tracking keeps for its readers is up with what was heard."""
        behind = ("SELECT 1 FROM to_list", "SELECT 1 FROM unchained", "SELECT 1 FROM timelines WHERE NOT is_counted")
        return self.is_quiet() and not any(self.rows("tracking", f"{query} LIMIT 1") for query in behind)

    def _answers(self) -> bool:
        assert self.is_running(), self.logged.read_text() + self.said.read_text()
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.ConnectionError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self.is_running():
            self._process.send_signal(number)


@contextmanager
def embedded_system(folder: Path, logs: Path, **environment: str) -> Iterator[EmbeddedSystem]:
    """A system that is not left behind, whatever happens in the test."""
    system = EmbeddedSystem(folder, logs, **environment)
    try:
        yield system
    finally:
        if system.is_running():
            system.kill()


def environment(**changes: str) -> Mapping[str, str]:
    """What is in our environment, without what would configure the system."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAPOR_") and name != "AMQP_URI"}
    return {**kept, **changes}


def copied(folder: Path, to: Path) -> Path:
    """A copy of a system's folder, so that a test need not load the directory again."""
    return Path(shutil.copytree(folder, to))


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class FirstRun:
    """What ``lapor run --once`` on an empty folder left behind."""

    folder: Path
    status: int
    said: str
    logged: str

    def password(self, username: str) -> str:
        """What was shown this once."""
        line = next(line for line in self.said.splitlines() if line.startswith(f"{username} "))
        return line.split()[-1]


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The newcomer's first start: the directory is loaded, staff are created, eight reports travel."""
    place = tmp_path_factory.mktemp("first")
    with embedded_system(place / "var", place) as system:
        system.launch("--once")
        return FirstRun(system.folder, system.wait(), system.said.read_text(), system.logged.read_text())


@pytest.fixture
def stopped_system(first_run: FirstRun, tmp_path: Path) -> Iterator[EmbeddedSystem]:
    """A system that has had its first run, and does not run now."""
    with embedded_system(copied(first_run.folder, tmp_path / "var"), tmp_path) as system:
        yield system


@pytest.fixture
def running_system(stopped_system: EmbeddedSystem) -> EmbeddedSystem:
    """A running system that has had its first run."""
    stopped_system.start()
    return stopped_system


@pytest.fixture(scope="module")
def shared_system(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    """A running system for all tests of a module."""
    place = tmp_path_factory.mktemp("shared")
    with embedded_system(copied(first_run.folder, place / "var"), place) as system:
        system.start()
        yield system
