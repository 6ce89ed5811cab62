"""``lapor run``: the embedded system, with the journey of the sample reports."""

import secrets
import signal
import threading
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from lapor_chassis.telemetry import configure_logging
from lapor_chassis.web import background
from lapor_connect import ChannelAdapter
from lapor_contracts.vocabulary import Role
from lapor_launcher.embedded import EmbeddedSystem, FolderInUseError
from lapor_launcher.journey import Front, Journey

#: Who is there from the start: a name, what they may do, and for whom.
STAFF = (
    ("verifikator", Role.VERIFIER, None),
    ("koordinator", Role.COORDINATOR, None),
    ("pengawas", Role.SUPERVISOR, None),
    ("operator", Role.OPERATOR, None),
    ("petugas-inhu", Role.OFFICER, "PEMDA-14.02"),
    ("petugas-surabaya", Role.OFFICER, "PEMDA-35.78"),
    ("petugas-pln", Role.OFFICER, "BUMN-PLN"),
)


def run(folder: Path, *, once: bool, journey: bool, port: int) -> int:
    """Run until Ctrl-C, or until the journey ends; returns the exit status."""
    console = Console()
    configure_logging(as_json=False, level="WARNING")
    try:
        system = EmbeddedSystem(folder)
    except FolderInUseError as error:
        console.print(f"[red]{error}[/red]")
        return 2
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        with console.status("Databases are brought to their newest version"):
            system.prepare()
        _load_directory(system, console)
        _welcome_staff(system, console)
        with background(system.app(), port=port) as url:
            system.start()
            console.print(f"\nLAPOR! is at [bold]{url}[/bold] (staff sign in at {url}/masuk). Ctrl-C stops it.\n")
            arrived = _travel(system, url, console, stopping) if journey else True
            if not once:
                stopping.wait()
                console.print("\nStopping; everything is kept.")
            system.stop()
    except OSError as error:
        console.print(f"[red]Port {port}: {error.strerror}. PORT=… chooses another one.[/red]")
        return 2
    return 0 if arrived or stopping.is_set() else 1


def _load_directory(system: EmbeddedSystem, console: Console) -> None:
    from lapor_routing.directory import directory_version, load_directory
    from lapor_routing.reference.agencies import agency_rows

    transactions = system.services["routing"].transactions
    with transactions.read() as connection:
        if directory_version(connection):
            return
    with Progress(console=console) as progress, transactions.begin() as tx:
        task = progress.add_task("Loading the directory of agencies", total=None)
        loaded = load_directory(
            tx, agency_rows(), lambda done, total: progress.update(task, completed=done, total=total)
        )
    console.print(f"The directory holds {loaded.total:,} bodies.")


def _welcome_staff(system: EmbeddedSystem, console: Console) -> None:
    """Create the first members of staff; their passwords are printed this once and kept nowhere."""
    from lapor_routing import officers

    table = Table("name", "role", "agency", "password", title="Members of staff (the passwords are shown only now)")
    with system.services["routing"].transactions.begin() as tx:
        for username, role, agency in STAFF:
            if officers.exists(tx, username):
                continue
            password = secrets.token_urlsafe(12)
            officers.create(tx, username, password, [role], agency)
            table.add_row(username, role, agency or "", password)
    if table.row_count:
        console.print(table)


def _travel(system: EmbeddedSystem, url: str, console: Console, stopping: threading.Event) -> bool:
    from lapor_intake import adapters

    with system.services["intake"].transactions.begin() as tx:
        secret = adapters.add(tx, "jaki")
    signing_key = Path(system.environment["LAPOR_SIGN_IN_PRIVATE_KEY"].removeprefix("file:")).read_text()
    journey = Journey(Front(url, signing_key), ChannelAdapter("jaki", url, secret), console)
    console.print("Eight reports are on their way:\n")
    arrived = journey.travel(goes_on=lambda: not stopping.is_set())
    if arrived:
        console.print(
            f"\n[bold green]All {len(journey.travellers)} reports were received, verified, routed, notified, "
            "answered and closed.[/bold green]"
        )
        console.print(f"Look at one: {url}/lacak/{journey.travellers[0].tracking_id}")
    elif not stopping.is_set():
        missing = ", ".join(
            f"{one.number} ({one.status or 'unknown'})" for one in journey.travellers if not one.has_arrived
        )
        console.print(f"\n[bold red]These did not arrive: {missing}[/bold red]")
    return arrived
