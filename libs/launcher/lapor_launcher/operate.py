"""The operator's commands: topology, dead letters, the directory, staff, adapters, agencies."""

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from lapor_chassis import topology as wire
from lapor_chassis.amqp import AWAY, QueuedDeadLetters, declare
from lapor_chassis.dead_letters import DeadLetter, DeadLetters, StoredDeadLetters
from lapor_contracts.vocabulary import Role
from lapor_launcher.real import environment_of, is_real
from lapor_launcher.services import NAMES, assemble

console = Console()


def topology(folder: Path, *, declare: bool) -> None:
    """Print what must exist on the broker, and on demand make it exist."""
    environment = environment_of(folder)
    wanted = wire.topology(assemble(name, environment).service for name in NAMES)
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
    if declare:
        uri = environment.get("AMQP_URI")
        if not uri:
            raise click.ClickException("AMQP_URI: is not set, so there is no broker to declare it on")
        _declare(uri, wanted)
        console.print("Declared.")


def _declare(uri: str, wanted: wire.Topology) -> None:
    try:
        declare(uri, wanted)
    except AWAY as error:
        raise click.ClickException(f"AMQP_URI: the broker does not answer ({type(error).__name__})") from None


def _arguments(arguments: object) -> str:
    return ", ".join(f"{name}={value}" for name, value in dict(arguments).items())  # type: ignore[call-overload]


def shelves(folder: Path, service: str | None = None) -> Iterator[tuple[str, DeadLetters]]:
    """Where each service's dead letters lie."""
    environment = environment_of(folder)
    for name in [service] if service else NAMES:
        if is_real(environment):
            yield name, QueuedDeadLetters(environment["AMQP_URI"], name)
        else:
            one = assemble(name, environment)
            yield name, StoredDeadLetters(one.service, one.transactions)


def list_dead_letters(folder: Path, service: str | None) -> None:
    """List what was set aside, with the reason."""
    table = Table("id", "service", "since (UTC)", "tries", "type", "reason")
    for _, shelf in shelves(folder, service):
        for letter in shelf.list():
            since = f"{letter.failed_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(letter.id, letter.service, since, str(letter.attempts), letter.type, letter.reason)
    if table.row_count:
        console.print(table)
    else:
        console.print("No message is set aside.")


def show_dead_letter(folder: Path, letter_id: str) -> None:
    """Show one, with what is kept of its content."""
    for _, shelf in shelves(folder):
        for letter in shelf.list():
            if letter.id == letter_id:
                _show(letter)
                return
    raise _unknown(letter_id)


def _show(letter: DeadLetter) -> None:
    console.print(f"{letter.service}: {letter.type or '(no type)'}, since {letter.failed_at:%Y-%m-%d %H:%M:%S} UTC")
    console.print(f"tried {letter.attempts} times; {letter.reason}", highlight=False)
    console.print_json(letter.body)


def replay_dead_letter(folder: Path, letter_id: str) -> None:
    """Bring one to its service again."""
    for name, shelf in shelves(folder):
        try:
            if shelf.replay(letter_id):
                console.print(f"{name}: brought to the service again")
                return
        except RuntimeError as error:
            raise click.ClickException(f"{name}: it failed again and stays: {error}") from None
    raise _unknown(letter_id)


def discard_dead_letter(folder: Path, letter_id: str) -> None:
    """Throw one away."""
    for name, shelf in shelves(folder):
        if shelf.discard(letter_id):
            console.print(f"{name}: discarded")
            return
    raise _unknown(letter_id)


def _unknown(letter_id: str) -> click.ClickException:
    return click.ClickException(f"no message with id {letter_id} is set aside; `lapor deadletters list` shows them")


def load_directory(folder: Path) -> None:
    """Load the shipped directory of agencies, with progress."""
    from lapor_routing.directory import load_directory
    from lapor_routing.reference.agencies import agency_rows

    transactions = assemble("routing", environment_of(folder)).transactions
    with Progress(console=console) as progress, transactions.begin() as tx:
        task = progress.add_task("Loading the directory of agencies", total=None)
        loaded = load_directory(
            tx, agency_rows(), lambda done, total: progress.update(task, completed=done, total=total)
        )
    console.print(f"{loaded.total:,} bodies: {loaded.added:,} new, {loaded.changed:,} changed")


def add_officer(folder: Path, username: str, roles: Sequence[str], agency: str | None) -> None:
    """Add a member of staff, and print the password this once."""
    from lapor_routing import officers

    password = secrets.token_urlsafe(12)
    try:
        with assemble("routing", environment_of(folder)).transactions.begin() as tx:
            officers.create(tx, username, password, [Role(role) for role in roles], agency)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{username}: password {password} (shown only now)", highlight=False)


def add_adapter(folder: Path, name: str) -> None:
    """Admit a channel adapter over HTTP, and print its secret this once."""
    from lapor_intake import adapters

    with assemble("intake", environment_of(folder)).transactions.begin() as tx:
        secret = adapters.add(tx, name)
    console.print(f"{name}: secret {secret} (shown only now)", highlight=False)


def connect_agency(folder: Path, code: str) -> None:
    """Mark a body as connected, and declare its queue."""
    from lapor_routing import directory, store

    one = assemble("routing", environment_of(folder))
    with one.transactions.read() as connection:
        if directory.agency(connection, code) is None:
            raise click.ClickException(f"{code}: there is no such body in the directory")
    with one.transactions.begin() as tx:
        store.connect_agency(tx, code)
    if is_real(os.environ):
        _declare(os.environ["AMQP_URI"], wire.topology([], agencies=[code]))
    console.print(f"{code}: connected; its system consumes {wire.agency_queue(code)}", highlight=False)
