"""``lapor doctor``: what is wrong with a set-up, in words."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import amqp
import sqlalchemy as sa
from rich.console import Console
from rich.markup import escape

from lapor_chassis.amqp import AWAY, connect
from lapor_chassis.dead_letters import StoredDeadLetters
from lapor_chassis.errors import SettingsError
from lapor_chassis.migrate import is_current
from lapor_chassis.settings import broker_uri
from lapor_chassis.topology import UNROUTED, dead_of, inbox_of, retry_of
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.real import environment_of, is_real
from lapor_launcher.services import Assembled, assemble, database_variable, installed

#: Whether something is as it should be, and what it is.
Finding = tuple[bool, str]


def examine(folder: Path) -> int:
    """Print every finding; 0 where all is well."""
    console = Console(soft_wrap=True, highlight=False)
    findings = list(_embedded(folder) if not is_real(os.environ) else _real(environment_of(folder)))
    for fine, words in findings:
        console.print(f"{'[green]ok[/green]   ' if fine else '[red]wrong[/red]'} {escape(words)}")
    wrong = sum(not fine for fine, _ in findings)
    console.print("All is well." if not wrong else f"{wrong} of {len(findings)} are wrong.")
    return 1 if wrong else 0


def _embedded(folder: Path) -> Iterator[Finding]:
    yield True, f"no server is named in the environment: everything is embedded, in {folder}"
    if not folder.exists():
        yield False, f"{folder} does not exist yet; `lapor run` makes it"
        return
    environment = embedded_environment(folder, os.environ)
    for name in installed():
        yield from _service(name, environment, _stored_letters)


def _real(environment: Mapping[str, str]) -> Iterator[Finding]:
    yield True, "servers are named in the environment: services run as processes of their own"
    for name in installed():
        yield from _service(name, environment)
    uri = environment.get("AMQP_URI")
    if not uri:
        yield False, "AMQP_URI: is not set, and workers need a broker"
        return
    try:
        connection = connect(broker_uri(uri), timeout=3)
    except ValueError as error:
        yield False, f"AMQP_URI: {error}"
        return
    except AWAY as error:
        yield False, f"AMQP_URI: the broker does not answer ({type(error).__name__})"
        return
    with connection:
        yield True, "the broker answers"
        for name in installed():
            yield from _queues(connection, name)
        yield from _unrouted(connection)


def _service(
    name: str, environment: Mapping[str, str], more: Callable[[Assembled], Iterator[Finding]] = lambda _: iter(())
) -> Iterator[Finding]:
    try:
        one = assemble(name, environment)
    except SettingsError as error:
        yield False, f"{name}: {error}"
        return
    yield True, f"{name}: its settings can be read"
    try:
        one.ask_database()
    except sa.exc.DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        yield False, f"{name}: its database does not answer ({database_variable(name)}): {reason}"
        return
    yield True, f"{name}: its database answers"
    if not is_current(name, one.transactions.engine):
        yield False, f"{name}: its tables are old or missing; `lapor migrate {name}` brings them up to date"
        return
    yield True, f"{name}: its tables are up to date"
    for what, check in one.service.checks.items():
        yield _check(f"{name}: {what}", check)
    if name == "routing":
        yield _check("routing: the directory of agencies is loaded", lambda: _ask_directory(one))
    yield from more(one)


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
            raise LookupError("no, it is empty; `lapor directory load` fills it")


def _stored_letters(one: Assembled) -> Iterator[Finding]:
    count = sum(1 for _ in StoredDeadLetters(one.service, one.transactions).list())
    yield _set_aside(one.service.name, count)


def _set_aside(name: str, count: int) -> Finding:
    if count:
        return False, f"{name}: messages are set aside: {count}; `lapor deadletters list {name}` says why"
    return True, f"{name}: no message is set aside"


def _queues(connection: Any, name: str) -> Iterator[Finding]:
    found = {queue: _look(connection, queue) for queue in (inbox_of(name), retry_of(name), dead_of(name))}
    missing = [queue for queue, state in found.items() if state is None]
    if missing:
        yield False, f"{name}: there is no queue {', '.join(missing)}; a worker's start declares it"
        return
    inbox, _, dead = found.values()
    if not inbox.consumer_count:
        yield False, f"{name}: no worker consumes {inbox_of(name)}; messages that wait: {inbox.message_count}"
    else:
        yield True, f"{name}: workers: {inbox.consumer_count}; messages that wait: {inbox.message_count}"
    yield _set_aside(name, dead.message_count)


def _unrouted(connection: Any) -> Iterator[Finding]:
    state = _look(connection, UNROUTED)
    if state is not None and state.message_count:
        yield False, f"{UNROUTED}: messages that no queue was there for: {state.message_count}"


def _look(connection: Any, queue: str) -> Any:
    """What the broker knows of a queue; None where it has none of this name."""
    try:
        with connection.channel() as channel:
            return channel.queue_declare(queue, passive=True)
    except amqp.exceptions.NotFound:
        return None
