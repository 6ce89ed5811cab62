"""The operator's commands: topology, dead letters, the directory, staff, adapters.

Each needs only what it works with: the broker's address, or the database of one service.
"""

import os
import re
import secrets
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from lapor_chassis import topology as wire
from lapor_chassis.amqp import AWAY, QueuedDeadLetters, connect, declare
from lapor_chassis.database import is_away
from lapor_chassis.dead_letters import DeadLetter, DeadLetters, StoredDeadLetters
from lapor_chassis.migrate import is_current, upgrade
from lapor_chassis.settings import broker_uri
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import SUBMISSIONS
from lapor_contracts.vocabulary import Role
from lapor_launcher.broker_users import BrokerUser, BrokerUsers, broker_users
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.real import environment_of, is_real
from lapor_launcher.services import NAMES, assemble, database_of, database_variable, installed

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


@in_words()
def list_dead_letters(folder: Path, service: str | None) -> None:
    """List what was set aside, with the reason."""
    table = Table("id", "service", "since (UTC)", "tries", "type", "reason")
    table.columns[0].no_wrap = True
    for _, shelf in _shelves(folder, service):
        for letter in shelf.list():
            row = (letter.id, letter.service, _since(letter), str(letter.attempts), letter.type, letter.reason)
            table.add_row(*map(escape, row))
    console.print(table if table.row_count else "No message is set aside.")


@in_words()
def show_dead_letter(folder: Path, letter_id: str) -> None:
    """Show one, with what is kept of its content."""
    for _, shelf in _shelves(folder):
        for letter in shelf.list():
            if letter.id == letter_id:
                sender = f", sent by {letter.sender}" if letter.sender else ""
                console.print(
                    f"{letter.service}: {letter.type or '(no type)'}{sender}, since {_since(letter)} UTC", markup=False
                )
                console.print(f"tried {letter.attempts} times; {letter.reason}", markup=False)
                console.print_json(letter.body)
                return
    raise _unknown(letter_id)


@in_words()
def replay_dead_letter(folder: Path, letter_id: str) -> None:
    """Bring one to its service again."""
    for name, shelf in _shelves(folder):
        try:
            if shelf.replay(letter_id):
                console.print(f"{name}: brought to the service again")
                return
        except RuntimeError as error:
            raise click.ClickException(f"{name}: it failed again and stays: {error}") from None
    raise _unknown(letter_id)


@in_words()
def discard_dead_letter(folder: Path, letter_id: str) -> None:
    """Throw one away."""
    for name, shelf in _shelves(folder):
        if shelf.discard(letter_id):
            console.print(f"{name}: discarded")
            return
    raise _unknown(letter_id)


def _shelves(folder: Path, service: str | None = None) -> Iterator[tuple[str, DeadLetters]]:
    """Where each service's dead letters lie: on the broker, where there is one."""
    if is_real(os.environ):
        for name in [service] if service else NAMES:
            yield name, QueuedDeadLetters(broker(), name)
    else:
        environment = environment_of(folder)
        for name in [service] if service else installed():
            one = assemble(name, environment)
            upgrade(name, one.transactions.engine)
            yield name, StoredDeadLetters(one.service, one.transactions)


def _since(letter: DeadLetter) -> str:
    return f"{letter.failed_at:%Y-%m-%d %H:%M:%S}"


def _unknown(letter_id: str) -> click.ClickException:
    return click.ClickException(f"no message with id {letter_id} is set aside; `lapor deadletters list` shows them")


@in_words()
def load_directory(folder: Path) -> None:
    """Load the shipped directory of agencies, with progress."""
    transactions = database(folder, "routing")
    from lapor_routing.directory import load_directory
    from lapor_routing.reference.agencies import agency_rows

    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        transactions.begin() as tx,
    ):
        task = progress.add_task("Loading the directory of agencies", total=None)
        loaded = load_directory(
            tx, agency_rows(), lambda done, total: progress.update(task, completed=done, total=total)
        )
    console.print(f"{loaded.total:,} bodies: {loaded.added:,} new, {loaded.changed:,} changed")


@in_words()
def add_officer(folder: Path, username: str, roles: Sequence[Role], agency: str | None) -> None:
    """Add a member of staff, and print the password this once."""
    transactions = database(folder, "routing")
    from lapor_routing import officers

    if agency:
        must_exist(transactions, agency)
    password = secrets.token_urlsafe(12)
    try:
        with transactions.begin() as tx:
            officers.create(tx, username, password, roles, agency)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{username}: password {password} (shown only now)", markup=False)


@in_words()
def reset_officer(folder: Path, username: str) -> None:
    """Give a member of staff a new password, and print it this once."""
    transactions = database(folder, "routing")
    from lapor_routing import officers

    password = secrets.token_urlsafe(12)
    try:
        with transactions.begin() as tx:
            officers.reset_password(tx, username, password)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{username}: password {password} (shown only now)", markup=False)


@in_words()
def add_adapter(folder: Path, name: str) -> None:
    """Admit a channel adapter over HTTP and over the broker, and print its one secret this once."""
    if not _ADAPTER.fullmatch(name):
        raise click.ClickException(f"{name}: write it with small letters and digits, and . _ - between them")
    transactions = database(folder, "intake")
    from lapor_intake import adapters

    user, users = _adapters_user(name), our_broker_users()
    with transactions.read() as connection:
        is_known = name in adapters.names(connection)
    if users and not is_known and name in users.names():
        raise somebody_else(name)
    with transactions.begin() as tx:
        secret = adapters.add(tx, name)
    # Should the broker fail now, the same command may be given again.
    if user and users:
        if name in users.names():
            users.end(name)  # so that nobody goes on who came in with the old secret
        users.make(user, secret)
        must_be_let_in(user, secret)
    console.print(f"{name}: over HTTP with the secret {secret} (shown only now)", markup=False)
    if user and users:
        console.print(f"{name}: over the broker as {address_of(user, secret)}", markup=False)
    elif user:
        print_commands("Its user on the broker may hand in and nothing else. Give it the same secret:", user.commands())


@in_words()
def remove_adapter(folder: Path, name: str) -> None:
    """Let an adapter in no more, neither over HTTP nor over the broker. Its reports stay."""
    transactions = database(folder, "intake")
    from lapor_intake import adapters

    with transactions.read() as connection:
        if name not in adapters.names(connection):
            raise click.ClickException(f"{name}: there is no such adapter")
    user, users = _adapters_user(name), our_broker_users()
    if user and users and name in users.names():
        users.end(name)
    with transactions.begin() as tx:
        adapters.remove(tx, name)
    console.print(f"{name}: is let in no more", markup=False)
    if user and not users:
        print_commands("Its user on the broker is still to be ended:", [f"rabbitmqctl delete_user {name}"])


@in_words()
def list_adapters(folder: Path) -> None:
    """List the adapters, and whether the broker knows them."""
    transactions = database(folder, "intake")
    from lapor_intake import adapters

    with transactions.read() as connection:
        admitted = adapters.names(connection)
    users = our_broker_users()
    known = users.names() if users else set()
    table = Table("adapter", "secret since (UTC)", "on the broker")
    for name, since in admitted.items():
        table.add_row(escape(name), f"{since:%Y-%m-%d %H:%M}", ("yes" if name in known else "no") if users else "?")
    console.print(table if table.row_count else "No adapter is let in.")


#: A user's name, a part of addresses, and of the source of its reports.
_ADAPTER = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")


def _adapters_user(name: str) -> BrokerUser | None:
    """Whom the broker is to know the adapter as, where there is a broker."""
    if not os.environ.get("AMQP_URI"):
        return None
    if name == wire.user_of(broker()):
        raise somebody_else(name)
    return BrokerUser(name, vhost(), may_write=SUBMISSIONS)


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
