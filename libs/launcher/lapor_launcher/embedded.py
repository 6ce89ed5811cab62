"""The whole system in one process: SQLite files, the in-process bus, one web server. Nothing to install."""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lapor_chassis.clock import Clock
from lapor_chassis.embedded import EmbeddedBus, Member
from lapor_chassis.housekeeping import housekeeping
from lapor_chassis.migrate import upgrade
from lapor_chassis.web import compose
from lapor_launcher.keys import ensure_keys
from lapor_launcher.services import NAMES, Assembled, assemble


class FolderInUseError(Exception):
    """Another process has the folder: two of them on one set of SQLite files would each carry the same events."""


class EmbeddedSystem:
    """All five services, their bus and their pages, on the files below one folder."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        clock: Clock | None = None,
        guests: Iterable[Member] = (),
    ) -> None:
        """``guests`` hear what the services say, beside them; the ``clock`` is the machine's unless one is given."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # who reports is in there
        self._lock = lock_folder(folder)
        self.environment = embedded_environment(folder, os.environ if environment is None else environment)
        self.services: dict[str, Assembled] = {
            name: assemble(name, self.environment, published=self._wake, clock=clock) for name in NAMES
        }
        self.members = [*(_member(one) for one in self.services.values()), *guests]
        self.bus = EmbeddedBus(self.members)

    def prepare(self) -> None:
        """Bring every database to its newest version."""
        for name, one in self.services.items():
            upgrade(name, one.transactions.engine)

    def app(self) -> Any:
        """One application for all pages and APIs."""
        return compose([one.app() for one in self.services.values()])

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let events flow and timers run; at the end what is at hand is finished, and the rest is in the files."""
        self.bus.start()
        try:
            yield
        finally:
            self.bus.stop()

    def close(self) -> None:
        """Let go of the databases and of the folder."""
        for one in self.services.values():
            one.transactions.engine.dispose()
        self._lock.close()

    def _wake(self) -> None:
        self.bus.wake()


def embedded_environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What the environment says, and for what it leaves open: files below ``folder``.

    Databases and the broker are always our own here: the variables of a larger set-up may be lying about.
    """
    databases = {f"LAPOR_{name.upper()}_DATABASE_URL": f"sqlite:///{folder / name}.db" for name in NAMES}
    defaults = {
        "LAPOR_PUBLIC_URL": f"http://127.0.0.1:{given.get('PORT', '8000')}",
        "LAPOR_INTAKE_ATTACHMENTS": str(folder / "attachments"),
        "LAPOR_NOTIFICATION_SINK": str(folder / "notices.jsonl"),
        # There is one sender and a file: notices that it had in hand when it was killed need not wait for minutes.
        "LAPOR_NOTIFICATION_LEASE_SECONDS": "5",
        **ensure_keys(folder / "keys"),
    }
    kept = {name: value for name, value in given.items() if name != "AMQP_URI"}
    return {**defaults, **kept, **databases}


def _member(one: Assembled) -> Member:
    own = housekeeping(one.service.name, one.transactions, amqp_uri=None)
    return Member(replace(one.service, timers=[*one.service.timers, *own]), one.transactions)


def lock_folder(folder: Path) -> Any:
    """An open file, for as long as which nobody else works on this folder; `FolderInUseError` where somebody does."""
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise FolderInUseError(f"{folder} is in use by another lapor process; stop it first") from None
    return file
