"""``lapor doctor``: what is wrong with a set-up, in words."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from sqlalchemy.exc import DBAPIError

from lapor_chassis.amqp import AWAY, connect
from lapor_chassis.database import is_away
from lapor_chassis.errors import SettingsError
from lapor_chassis.migrate import is_current
from lapor_chassis.topology import dead_of, inbox_of, retry_of
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.real import is_real
from lapor_launcher.services import NAMES, Assembled, assemble

Finding = tuple[bool, str]


def examine(folder: Path) -> int:
    """Print every finding; 0 where all is well."""
    console = Console()
    findings = list(_findings(folder))
    for fine, words in findings:
        console.print(f"{'[green]ok[/green]  ' if fine else '[red]wrong[/red]'} {words}", highlight=False)
    wrong = sum(not fine for fine, _ in findings)
    console.print("All is well." if not wrong else f"{wrong} of {len(findings)} are wrong.")
    return 1 if wrong else 0


def _findings(folder: Path) -> Iterator[Finding]:
    real = is_real(os.environ)
    if real:
        yield True, "AMQP_URI is set: services run as processes of their own"
        yield from _broker(os.environ["AMQP_URI"])
        environment = dict(os.environ)
    else:
        yield True, f"AMQP_URI is not set: everything is embedded, in {folder}"
        if not folder.exists():
            yield False, f"{folder} does not exist yet; `lapor run` makes it"
            return
        environment = embedded_environment(folder, os.environ)
    services = []
    for name in NAMES:
        try:
            services.append(assemble(name, environment))
            yield True, f"{name}: its settings can be read"
        except SettingsError as error:
            yield False, f"{name}: {error}"
    for one in services:
        yield from _service(one)
    if real:
        yield from _queues(os.environ["AMQP_URI"], services)


def _service(one: Assembled) -> Iterator[Finding]:
    name = one.service.name
    try:
        one.ask_database()
        yield True, f"{name}: its database answers"
        if is_current(name, one.transactions.engine):
            yield True, f"{name}: its tables are at their newest version"
        else:
            yield False, f"{name}: its tables are old or missing; `lapor migrate {name}` brings them up to date"
    except DBAPIError as error:
        if not is_away(error):
            raise
        yield False, f"{name}: its database does not answer (LAPOR_{name.upper()}_DATABASE_URL)"
        return
    for what, check in one.service.checks.items():
        yield _check(f"{name}: {what}", check)
    if name == "routing":
        yield _check("routing: the directory of agencies is loaded", lambda: _ask_directory(one))


def _check(words: str, check: Callable[[], None]) -> Finding:
    try:
        check()
    except Exception as error:  # a check says what is wrong by raising whatever it likes
        return False, f"{words}: {error}"
    return True, words


def _ask_directory(one: Assembled) -> None:
    from lapor_routing.directory import directory_version

    with one.transactions.read() as connection:
        if not directory_version(connection):
            raise RuntimeError("it is empty; `lapor directory load` fills it")


def _broker(uri: str) -> Iterator[Finding]:
    try:
        connect(uri, timeout=3).release()
        yield True, "the broker answers"
    except AWAY as error:
        yield False, f"the broker does not answer (AMQP_URI): {type(error).__name__}"


def _queues(uri: str, services: list[Assembled]) -> Iterator[Finding]:
    try:
        for one in services:
            name = one.service.name
            with connect(uri, timeout=3) as connection, connection.channel() as channel:
                for queue in (inbox_of(name), retry_of(name), dead_of(name)):
                    found = channel.queue_declare(queue, passive=True)
                    if queue == dead_of(name) and found.message_count:
                        yield False, f"{queue}: {found.message_count} messages are set aside; `lapor deadletters list`"
                    elif queue == inbox_of(name) and not found.consumer_count:
                        yield False, f"{queue}: nobody consumes it; {found.message_count} messages wait"
                    else:
                        yield True, f"{queue}: is there"
    except AWAY as error:
        yield False, f"a queue is missing or the broker is away ({type(error).__name__}); a worker's start declares it"
