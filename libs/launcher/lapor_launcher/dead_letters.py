"""Messages that were set aside: on the broker, where there is one, or in the services' databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lapor_chassis.amqp import QueuedDeadLetters
from lapor_chassis.dead_letters import DeadLetter, DeadLetters, StoredDeadLetters
from lapor_chassis.migrate import upgrade
from lapor_launcher.operate import broker, console, in_words
from lapor_launcher.real import environment_of, is_real
from lapor_launcher.services import NAMES, assemble, installed


@in_words()
def show_all(folder: Path, service: str | None) -> None:
    """List what was set aside, with the reason."""
    table = Table("id", "service", "since (UTC)", "tries", "type", "reason")
    table.columns[0].no_wrap = True
    for _, shelf in _shelves(folder, service):
        for letter in shelf.list():
            row = (letter.id, letter.service, _since(letter), str(letter.attempts), letter.type, letter.reason)
            table.add_row(*map(escape, row))
    console.print(table if table.row_count else "No message is set aside.")


@in_words()
def show(folder: Path, letter_id: str) -> None:
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
def replay(folder: Path, letter_id: str) -> None:
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
def discard(folder: Path, letter_id: str) -> None:
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
