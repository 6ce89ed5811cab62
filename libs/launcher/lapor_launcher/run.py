"""``lapor run``: the embedded system, with the journey of the sample reports."""

import os
import secrets
import signal
import socket
import sys
import threading
import time
from contextlib import closing
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

import click
import requests
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from lapor_chassis.telemetry import configure_logging
from lapor_chassis.web import background
from lapor_connect import ChannelAdapter, Unavailable
from lapor_contracts.vocabulary import Role
from lapor_launcher.embedded import EmbeddedSystem, FolderInUseError
from lapor_launcher.journey import Front, Journey
from lapor_launcher.telling import Teller

HOST = "127.0.0.1"

#: Who is there from the start: a name, what they may do, and for whom.
STAFF = (
    ("verifikator", Role.VERIFIER, None),
    ("koordinator", Role.COORDINATOR, None),
    ("pengawas", Role.SUPERVISOR, None),
    ("operator", Role.OPERATOR, None),
    ("penjaga-satu", Role.CUSTODIAN, None),
    ("penjaga-dua", Role.CUSTODIAN, None),
    ("petugas-inhu", Role.OFFICER, "PEMDA-14.02"),
    ("petugas-surabaya", Role.OFFICER, "PEMDA-35.78"),
    ("petugas-pln", Role.OFFICER, "BUMN-PLN"),
)

#: The sample reports' own adapter: nobody else's, because each run gives it a new secret.
ADAPTER = "aplikasi-contoh"


class CannotStartError(click.ClickException):
    """Something outside stands in the way; said in one sentence."""

    exit_code = 2


def run(folder: Path, *, once: bool, journey: bool, port: int, patience: float) -> int:
    """Run until Ctrl-C, or until the journey ends; returns the exit status."""
    configure_logging(as_json=False, level=os.environ.get("LAPOR_LOG_LEVEL", "WARNING"))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old terminal shows a question mark, and goes on
    asked_to_stop = interrupted_when_asked()
    console = Console(highlight=False)
    try:
        _try_port(port)
        with closing(_open(folder, port)) as system:
            system.prepare()
            _load_directory(system, console)
            _welcome_staff(system, console)
            with background(system.app(), port=port) as url, system.running():
                console.print(f"\nLAPOR! is at [bold]{url}[/bold], staff sign in at {url}/masuk", soft_wrap=True)
                arrived = _travel(system, url, console, patience) if journey else True
                if not once:
                    console.print(f"\nServing at [bold]{url}[/bold] until Ctrl-C.")
                    # Looked at from time to time: `signal.pause` misses what comes just before it begins.
                    while not asked_to_stop:
                        time.sleep(0.2)
                    raise KeyboardInterrupt
                return 0 if arrived else 1
    except KeyboardInterrupt:
        console.print(f"\nStopped. Everything is kept in {folder}.")
        return 1 if once else 0


def interrupted_when_asked() -> list[int]:
    """Let SIGINT and SIGTERM interrupt the main thread from here on; returns the list of those that came.

    One that comes while garbage is collected is raised where nothing can catch it, and therefore once more.
    """
    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def again(lost: "sys.UnraisableHookArgs") -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            main = threading.main_thread().ident or 0
            threading.Timer(0.05, signal.pthread_kill, [main, came[-1]]).start()
        else:
            sys.__unraisablehook__(lost)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    sys.unraisablehook = again
    return came


def _try_port(port: int) -> None:
    """Find out before the long work whether the port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStartError(f"port {port}: {error.strerror}; PORT=… chooses another one") from None


def _open(folder: Path, port: int) -> EmbeddedSystem:
    try:
        return EmbeddedSystem(folder, {**os.environ, "PORT": str(port)})
    except FolderInUseError as error:
        raise CannotStartError(str(error)) from None
    except OSError as error:
        raise CannotStartError(f"{error.filename}: {error.strerror}; --folder chooses another place") from None


def _load_directory(system: EmbeddedSystem, console: Console) -> None:
    from lapor_routing.directory import directory_version, load_directory
    from lapor_routing.reference.agencies import agency_rows

    transactions = system.services["routing"].transactions
    with transactions.read() as connection:
        if directory_version(connection):
            return
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        transactions.begin() as tx,
    ):
        task = progress.add_task("Loading the directory of agencies", total=None)
        loaded = load_directory(
            tx, agency_rows(), lambda done, total: progress.update(task, completed=done, total=total)
        )
    console.print(f"The directory is loaded: {loaded.total:,} bodies.")


def _welcome_staff(system: EmbeddedSystem, console: Console) -> None:
    """Create the first members of staff; their passwords are printed this once and kept nowhere."""
    from lapor_routing import officers

    table = Table("name", "role", "agency", "password", box=None, pad_edge=False)
    with system.services["routing"].transactions.begin() as tx:
        for username, role, agency in STAFF:
            if officers.exists(tx, username):
                continue
            password = secrets.token_urlsafe(12)
            officers.create(tx, username, password, [role], agency)
            table.add_row(username, role, agency or "", password)
        # Before the commit: passwords that nobody has seen are worse than some that are printed in vain.
        if table.row_count:
            console.print("\nMembers of staff. Their passwords are shown only now:\n")
            console.print(table)


def _travel(system: EmbeddedSystem, url: str, console: Console, patience: float) -> bool:
    from lapor_intake import adapters

    with system.services["intake"].transactions.begin() as tx:
        secret = adapters.add(tx, ADAPTER)
    signing_key = Path(system.environment["LAPOR_SIGN_IN_PRIVATE_KEY"].removeprefix("file:")).read_text()
    journey = Journey(Front(url, signing_key), ChannelAdapter(ADAPTER, url, secret), Teller(console))
    console.print("\nEight sample reports are on their way:\n")
    try:
        arrived = journey.travel(patience)
    except (requests.RequestException, Unavailable) as error:
        console.print(f"\n[bold red]The journey broke off:[/bold red] {error}")
        return False
    first = journey.travellers[0]
    if arrived:
        console.print("\n[bold green]All eight arrived.[/bold green] Look at one, as its reporter:")
        console.print(f"{url}/lacak/{first.tracking_id}, kode rahasia (receipt) {first.receipt}", soft_wrap=True)
    else:
        console.print(f"\n[bold red]Not all of them arrived within {patience:g} seconds.[/bold red]")
    return arrived
