"""What the operator's commands share: each needs the broker's address, or the database of one service."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from lapor_chassis import topology as wire
from lapor_chassis.amqp import AWAY, connect, declare
from lapor_chassis.database import is_away
from lapor_chassis.migrate import is_current, upgrade
from lapor_chassis.settings import broker_uri
from lapor_chassis.transactions import Transactions
from lapor_launcher.broker_users import BrokerUser, BrokerUsers, broker_users
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.real import environment_of
from lapor_launcher.services import assemble, database_of, database_variable, installed

#: In a file or a pipe no line is broken: ids are there to be copied.
console = Console(width=None if sys.stdout.isatty() else 300, highlight=False)


@contextmanager
def in_words() -> Iterator[None]:
    """Say in one sentence that a server is away."""
    try:
        yield
    except AWAY as error:
        if isinstance(error, OSError) and error.filename:  # a file, and no broker
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None
        raise click.ClickException(f"AMQP_URI: the broker does not answer ({type(error).__name__})") from None
    except DBAPIError as error:
        if not is_away(error):
            raise
        raise click.ClickException("the database does not answer; `lapor doctor` says more") from None


@in_words()
def migrate(folder: Path, service: str | None) -> None:
    """Bring databases to their newest version."""
    for name in [service] if service else installed():
        database(folder, name)
        console.print(f"{name}: at its newest version")


@in_words()
def topology(*, wants_declared: bool) -> None:
    """Print what must exist on the broker, and on demand make it exist."""
    wanted = _topology()
    exchanges = Table("exchange", "kind", "arguments", title="Exchanges (durable)")
    for exchange in wanted.exchanges:
        exchanges.add_row(exchange.name, exchange.kind, _arguments(exchange.arguments))
    queues = Table("queue", "arguments", title="Queues (durable)")
    for queue in wanted.queues:
        queues.add_row(queue.name, _arguments(queue.arguments))
    bindings = Table("from", "routing key", "to", title="Bindings")
    for binding in wanted.bindings:
        bindings.add_row(binding.exchange, binding.routing_key or "(any)", binding.queue)
    for table in (exchanges, queues, bindings):
        console.print(table)
    if wants_declared:
        declare(broker(), wanted)
        console.print("Declared.")


def _topology() -> wire.Topology:
    """What the services that are installed here need, and the queues of the bodies that are connected."""
    with tempfile.TemporaryDirectory() as folder:
        # Nothing is opened and nobody is served: keys and databases only have to have a name.
        environment = embedded_environment(Path(folder), {})
        services = [assemble(name, environment).service for name in installed()]
    return wire.topology(services, _connected())


def _connected() -> Iterable[str]:
    if not os.environ.get(database_variable("routing")) or "routing" not in installed():
        return ()
    from lapor_routing.domain.delivering import Means
    from lapor_routing.outbound import store

    transactions = database_of("routing", os.environ)
    if not is_current("routing", transactions.engine):
        return ()
    with transactions.read() as connection:
        connected = store.connected(connection)
    return sorted(code for code, means in connected.items() if means is Means.BROKER)


def _arguments(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in arguments.items())


def somebody_else(name: str) -> click.ClickException:
    """A name that the broker knows already, and not from us."""
    return click.ClickException(f"{name}: on the broker this is somebody else, who must go by another name first")


def our_broker_users() -> BrokerUsers | None:
    """The way to the broker's users, if there is a broker and a way."""
    return broker_users(broker()) if os.environ.get("AMQP_URI") else None


def must_be_let_in(user: BrokerUser, secret: str) -> None:
    """Try it: what was told of the new user may have been another broker than the one that our services use."""
    try:
        connect(address_of(user, secret)).release()
    except AWAY as error:
        raise click.ClickException(
            f"{user.name}: was made, but the broker at AMQP_URI does not let it in ({type(error).__name__})"
        ) from None


def address_of(user: BrokerUser, secret: str) -> str:
    """Where the user finds the broker, with its secret."""
    uri = urlsplit(broker())
    return uri._replace(netloc=f"{quote(user.name, safe='')}:{secret}@{uri.netloc.rpartition('@')[2]}").geturl()


def must_exist(transactions: Transactions, code: str) -> None:
    """Complain where the directory has no such body."""
    from lapor_routing import directory

    with transactions.read() as connection:
        if directory.agency(connection, code) is None:
            raise click.ClickException(f"{code}: there is no such body in the directory")


def must_be_in_directory(folder: Path, code: str) -> None:
    """The same from where the directory may be out of reach: beside one service alone, nobody can look."""
    environment = environment_of(folder)
    if "routing" in installed() and database_variable("routing") in environment:
        must_exist(database(folder, "routing"), code)


def print_commands(why: str, commands: Iterable[str]) -> None:
    """What only the broker's administrator can do."""
    console.print(why)
    for command in commands:
        console.print(f"  {command}", markup=False)


def vhost() -> str:
    """The virtual host that our services use."""
    return unquote(urlsplit(broker()).path.removeprefix("/")) or "/"


def broker() -> str:
    """Where the broker is."""
    uri = os.environ.get("AMQP_URI")
    if not uri:
        raise click.ClickException("AMQP_URI: is not set, so there is no broker to ask")
    try:
        return broker_uri(uri)
    except ValueError as error:
        raise click.ClickException(f"AMQP_URI: {error}") from None


def database(folder: Path, name: str) -> Transactions:
    """A service's database, at its newest version."""
    transactions = database_of(name, environment_of(folder))
    upgrade(name, transactions.engine)
    return transactions
