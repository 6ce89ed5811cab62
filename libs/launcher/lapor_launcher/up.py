"""``lapor up``: every service as processes of its own on this machine, and a front before them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from lapor_launcher.services import NAMES


@dataclass
class Child:
    """A process that is kept running."""

    title: str
    arguments: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it, in a process group of its own so that Ctrl-C reaches us first."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lapor_launcher", *self.arguments], env=self.environment, start_new_session=True
        )

    def look(self) -> None:
        """Start it again if it has ended; one that keeps dying waits longer and longer."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if death > now - 60]
        if self.deaths and now - self.deaths[-1] < min(30, 2 ** len(self.deaths)):
            return
        print(f"lapor up: {self.title} ended with {self.process.returncode}, starting it again", file=sys.stderr)
        self.deaths.append(now)
        self.start()


def children(environment: Mapping[str, str], *, workers: int, webs: int, first_port: int) -> list[Child]:
    """All processes: per service so many workers and web servers, and the front on the first port."""
    found = [Child("front", ["serve", "all", "--web", "--port", str(first_port)], environment)]
    for place, name in enumerate(NAMES):
        base = first_port + 10 * (place + 1)
        for instance in range(workers):
            arguments = ["serve", name, "--worker", "--port", str(base + 5 + instance)]
            found.append(Child(f"{name} worker {instance + 1}", arguments, environment))
        for instance in range(webs):
            arguments = ["serve", name, "--web", "--port", str(base + instance)]
            found.append(Child(f"{name} web {instance + 1}", arguments, environment))
    return found


def run(environment: Mapping[str, str], *, workers: int, webs: int, first_port: int) -> None:
    """Keep them running until Ctrl-C or SIGTERM; then let each finish what is at hand."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    kept = children(environment, workers=workers, webs=webs, first_port=first_port)
    for child in kept:
        child.start()
        print(f"lapor up: {child.title}: lapor {' '.join(child.arguments)}", flush=True)
    while not stopping:
        for child in kept:
            child.look()
        time.sleep(0.2)
    end([child.process for child in kept if child.process is not None])


def end(processes: list[subprocess.Popen[bytes]], patience: float = 15) -> None:
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
