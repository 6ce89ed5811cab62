"""A whole system for a measurement: servers as the tests find them, five workers, and web servers on demand."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
import sqlalchemy as sa

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_chassis.transactions import Transactions
from lapor_launcher import servers
from lapor_launcher.keys import ensure_keys
from lapor_launcher.servers.machine import free_port
from lapor_launcher.services import NAMES, Assembled, assemble
from lapor_launcher.up import end


@dataclass
class Stand:
    """The system that is measured."""

    environment: dict[str, str]
    folder: Path
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _services: dict[str, Assembled] = field(default_factory=dict)

    def service(self, name: str) -> Assembled:
        """A service, to look into its database."""
        if name not in self._services:
            self._services[name] = assemble(name, self.environment)
        return self._services[name]

    def start(self, title: str, *arguments: str, port: int) -> None:
        """Start a process and wait until it is ready."""
        log = (self.folder / f"{title}.log").open("wb")
        command = [sys.executable, "-m", "lapor_launcher", *arguments, "--port", str(port)]
        self.processes[title] = subprocess.Popen(command, env=self.environment, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 60
        while not _is_ready(port):
            if self.processes[title].poll() is not None or time.monotonic() > deadline:
                tail = (self.folder / f"{title}.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{title} did not become ready:\n{tail}")
            time.sleep(0.1)

    def processor_seconds(self) -> dict[str, float]:
        """How long each process has kept a processor busy."""
        return {title: _processor_seconds(process.pid) for title, process in self.processes.items()}

    def memory(self) -> dict[str, float]:
        """The most that each process ever held, in MB."""
        return {title: _peak_memory(process.pid) for title, process in self.processes.items()}


@contextmanager
def both_databases(service: str, metadata: sa.MetaData, folder: Path) -> Iterator[dict[str, Transactions]]:
    """One service's database on SQLite and on PostgreSQL, empty."""
    with servers.postgresql() as postgres:
        engines = {
            "sqlite": create_engine(f"sqlite:///{folder}/{service}.db"),
            "postgresql": create_engine(postgres.create_database(f"bench_{service}")),
        }
        for engine in engines.values():
            upgrade(service, engine)
        yield {name: Transactions(engine, metadata, source="bench") for name, engine in engines.items()}
        for engine in engines.values():
            engine.dispose()


@contextmanager
def stand(*, workers: bool = True) -> Iterator[Stand]:
    """A system with its five workers running, or none; everything is gone after the block.

    No courier is set: notices are planned, and wait. Sending them would measure somebody else's gateway.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the blocks below are left, and all is ended
    with (
        tempfile.TemporaryDirectory(prefix="lapor-bench-") as name,
        servers.rabbitmq() as rabbit,
        servers.postgresql() as postgres,
    ):
        folder = Path(name)
        databases = {f"LAPOR_{one.upper()}_DATABASE_URL": postgres.create_database(f"bench_{one}") for one in NAMES}
        made = Stand(
            {
                **os.environ,
                **ensure_keys(folder / "keys"),
                **databases,
                "AMQP_URI": rabbit.fresh_vhost(),
                "LAPOR_LOG_LEVEL": "WARNING",
            },
            folder,
        )
        for one in NAMES:
            upgrade(one, made.service(one).transactions.engine)
        _load_directory(made.service("routing"))
        try:
            for one in NAMES if workers else ():
                made.start(one, "serve", one, "--worker", port=free_port())
            yield made
        finally:
            end(list(made.processes.values()))


def report(figures: dict[str, object], *, as_json: bool) -> None:
    """The figures as lines, or as one JSON object in the last line."""
    for title, value in figures.items():
        print(f"{title:24} {json.dumps(value)}", flush=True)
    if as_json:
        print(json.dumps(figures), flush=True)


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return {
        f"p{share}_ms": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 1)
        for share in (50, 95, 99)
    }


def _load_directory(routing: Assembled) -> None:
    from lapor_routing.directory import load_directory
    from lapor_routing.reference.agencies import agency_rows

    with routing.transactions.begin() as tx:
        load_directory(tx, agency_rows())


def _is_ready(port: int) -> bool:
    try:
        answer = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=2)
    except requests.RequestException:
        return False
    return answer.ok or "couriers" in answer.text


def _processor_seconds(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(peak.split()[1]) / 1024, 1)
