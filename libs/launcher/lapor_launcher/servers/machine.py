"""Where a server of our own runs: in a container, or as processes in a temporary folder of this machine."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lapor_launcher.servers import debian, keeper

#: What a server may take from its start to its first answer, on a small and busy machine.
PATIENCE = 120

Say = Callable[[str], None]


class ServerError(Exception):
    """There is no such server to be had; the text says what to do about it."""


class Machine(ABC):
    """A running server: it can be stopped, started again on the same port with its data, and given commands."""

    host: str
    port: int
    inner_port: int
    """The same port, for programs that `run` there."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Stop, and leave nothing behind."""

    @abstractmethod
    def run(self, *command: str) -> str:
        """What a program that belongs to the server prints."""

    @abstractmethod
    def port_of(self, inner: int) -> int:
        """Where another of the server's ports is found on ``host``; ``inner`` is its usual number."""

    @abstractmethod
    def command(self, name: str, folder: Path) -> Mapping[str, str]:
        """The variables under which a program of the server's, called by its name, speaks to it.

        ``folder`` is for what that takes.
        """

    @abstractmethod
    def trouble(self) -> str | None:
        """Why the server ended, if it did."""

    def await_answer(self, answers: Callable[[], bool]) -> None:
        """Wait until the server ``answers``."""
        deadline = time.monotonic() + PATIENCE
        while not answers():
            if (trouble := self.trouble()) or time.monotonic() > deadline:
                raise ServerError(f"The server did not start: {trouble or f'no answer within {PATIENCE} s'}")
            time.sleep(0.1)


class Container(Machine):
    """A container in a Docker engine; testcontainers' reaper removes it even after a ``kill -9``."""

    def __init__(self, image: str, port: int, environment: Mapping[str, str], *other_ports: int) -> None:
        from testcontainers.core.container import DockerContainer  # a tool of the tests, not of every installation

        self._container = DockerContainer(image).with_envs(**environment)
        for each in (port, *other_ports):
            # A port of our choice: one that Docker chooses changes when the container is started again.
            self._container.with_bind_ports(each, free_port())
        self.inner_port = port

    def start(self) -> None:
        if self._container.get_wrapped_container():
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self.host = self._container.get_container_host_ip()
            self.port = self.port_of(self.inner_port)

    def stop(self) -> None:
        self._container.get_wrapped_container().stop()

    def close(self) -> None:
        self._container.stop()

    def run(self, *command: str) -> str:
        code, output = self._container.exec(list(command))
        if code:
            raise ServerError(f"{command[0]} in the container: {output.decode()}")
        return str(output.decode())

    def port_of(self, inner: int) -> int:
        return int(self._container.get_exposed_port(inner))

    def command(self, name: str, folder: Path) -> Mapping[str, str]:
        script, container = folder / name, self._container.get_wrapped_container().id
        script.write_text(f'#!/bin/sh\nexec docker exec -i {container} {name} "$@"\n')
        script.chmod(0o700)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def trouble(self) -> str | None:
        container = self._container.get_wrapped_container()
        container.reload()
        return None if container.status in ("created", "running") else container.logs(tail=20).decode()


class Private(Machine):
    """Processes of our own, which share nothing with a server that the machine may run already."""

    host = "127.0.0.1"
    other_ports: Mapping[int, int] = {}

    def __init__(self, name: str, programs: Path, user: str | None = None) -> None:
        self.port = self.inner_port = free_port()
        self.user = user
        self.folder = Path(tempfile.mkdtemp(prefix=f"lapor-{name}-"))
        if user:
            shutil.chown(self.folder, user)
        self.environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
        self._keeper: subprocess.Popen[bytes] | None = None

    def keep(self, *commands: Sequence[str | Path], stop_signal: signal.Signals = signal.SIGTERM) -> None:
        """Start the server, which is the last of ``commands``, and the others beside it. They end with us."""
        assignment = {
            "commands": [[str(word) for word in command] for command in commands],
            "folder": str(self.folder),
            "log": str(self._log),
            "user": self.user,
            "stop_signal": int(stop_signal),
        }
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", keeper.__file__, json.dumps(assignment)],
            stdin=subprocess.PIPE,
            env=self.environment,
            start_new_session=True,  # Ctrl-C is for us; we tell the keeper
        )

    def stop(self) -> None:
        self._end(keeper.KEEP_FOLDER)

    def close(self) -> None:
        self._end(b"")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, word: bytes) -> None:
        if self._keeper:
            self._keeper.communicate(word)
            self._keeper = None

    def run(self, *command: str) -> str:
        result = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise ServerError(f"{command[0]}: {result.stdout}{result.stderr}")
        return result.stdout

    def port_of(self, inner: int) -> int:
        return self.other_ports[inner]

    def command(self, name: str, folder: Path) -> Mapping[str, str]:
        return {variable: value for variable, value in self.environment.items() if os.environ.get(variable) != value}

    def trouble(self) -> str | None:
        if self._keeper and self._keeper.poll() is None:
            return None
        return self._log.read_text(errors="replace")[-2000:] if self._log.exists() else "no word from it"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The ways to have a server of a kind."""

    name: str
    variable: str
    package: str
    #: Where its program may be, best first.
    places: Sequence[str]
    container: Callable[[], Machine]
    #: A machine made of the programs in a folder.
    private: Callable[[Path], Machine]


@contextmanager
def machine(ways: Ways, say: Say) -> Iterator[Machine]:
    """A server that runs until the block ends."""
    found = _first(ways, say)
    try:
        yield found
    finally:
        found.close()


def _first(ways: Ways, say: Say) -> Machine:
    if _docker_answers():
        try:
            return _started(ways.container())
        except Exception as error:  # no image, no disk, no right: another way may still do
            say(f"Docker answers, but cannot run {ways.name}: {error}")
    if not _newest(ways.places) and debian.can_install():
        debian.install(ways.package, say)
    if programs := _newest(ways.places):
        return _started(ways.private(programs))
    raise ServerError(
        f"No {ways.name} to be had. One of these helps: set {ways.variable} to one that runs; start Docker; "
        f"install the package {ways.package} (apt-get, brew); or, on Debian, run this as root."
    )


def _started(found: Machine) -> Machine:
    try:
        found.start()
    except BaseException:
        found.close()
        raise
    return found


def _docker_answers() -> bool:
    if not shutil.which("docker"):
        return False
    with suppress(subprocess.TimeoutExpired):
        return subprocess.run(["docker", "version"], capture_output=True, timeout=15, check=False).returncode == 0
    return False


def _newest(places: Sequence[str]) -> Path | None:
    """The folder of a server's programs: the first place that exists, in its highest version."""
    for place in places:
        if found := list(Path("/").glob(place.lstrip("/"))):
            return max(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))]).parent
    return None


def free_port() -> int:
    """A port nobody listens on, and that no system gives to an outgoing connection before we listen."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
