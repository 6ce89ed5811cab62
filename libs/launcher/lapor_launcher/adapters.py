"""Channel adapters of others: let in over HTTP and over the broker, with one secret."""

import os
import re
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lapor_chassis import topology as wire
from lapor_contracts.events import SUBMISSIONS
from lapor_launcher.broker_users import BrokerUser
from lapor_launcher.operate import (
    address_of,
    broker,
    console,
    database,
    in_words,
    must_be_let_in,
    our_broker_users,
    print_commands,
    somebody_else,
    vhost,
)


@in_words()
def add(folder: Path, name: str) -> None:
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
def remove(folder: Path, name: str) -> None:
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
def show(folder: Path) -> None:
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
