"""``lapor up``: every service as processes of its own on this machine, and a front before them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from lapor_launcher.services import NAMES

#: How often is looked whether all are still running, in seconds.
GLANCE = 0.2


@dataclass
class Child:
    """A process that is kept running."""

    title: str
    arguments: list[str]
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches us first."""
        command = [sys.executable, "-m", "lapor_launcher", *self.arguments]
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)
        print(f"lapor up: {self.title}, process {self.process.pid}: lapor {' '.join(self.arguments)}", flush=True)

    def look(self) -> None:
        """Start it again if it has ended; one that keeps dying waits longer and longer."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if death > now - 60]
        if self.deaths and now - self.deaths[-1] < min(30, 2 ** len(self.deaths)):
            return
        self.deaths.append(now)
        print(f"lapor up: {self.title} ended with {self.process.returncode} and is started again", flush=True)
        self.start()


def children(environment: Mapping[str, str], *, workers: int, webs: int, first_port: int) -> Iterator[Child]:
    """All processes: the front on the first port, then so many workers and web servers of each service."""
    ports = map(str, count(first_port))
    yield Child("front", ["serve", "all", "--web", "--port", next(ports)], environment)
    for name in NAMES:
        for part, wanted in (("worker", workers), ("web", webs)):
            for number in range(1, wanted + 1):
                arguments = ["serve", name, f"--{part}", "--port", next(ports)]
                yield Child(f"{name} {part} {number}", arguments, environment)


def run(environment: Mapping[str, str], *, workers: int, webs: int, first_port: int) -> None:
    """Keep them running until Ctrl-C, SIGTERM or the terminal's end; then let each finish what is at hand."""
    # Not an Event: a handler that interrupts its `wait` at the wrong moment would wait for itself.
    asked_to_stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, lambda number, _frame: asked_to_stop.append(number))
    kept = list(children(environment, workers=workers, webs=webs, first_port=first_port))
    try:
        for child in kept:
            child.start()
        while not asked_to_stop:
            for child in kept:
                child.look()
            time.sleep(GLANCE)
    finally:
        end([child.process for child in kept if child.process is not None])


def end(processes: "list[subprocess.Popen[bytes]]", patience: float = 15) -> None:
    """Ask processes to stop, and after a while insist."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + patience
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
