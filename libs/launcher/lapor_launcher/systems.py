"""``lapor agency connect`` and what belongs to it: bodies' own systems, from the terminal."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
from rich.markup import escape
from rich.table import Table

from lapor_chassis import topology as wire
from lapor_chassis.amqp import declare
from lapor_chassis.errors import SettingsError
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import REPLIES
from lapor_launcher.broker_users import BrokerUser
from lapor_launcher.operate import (
    address_of,
    broker,
    console,
    database,
    in_words,
    must_be_let_in,
    must_exist,
    our_broker_users,
    print_commands,
    somebody_else,
    vhost,
)
from lapor_launcher.real import environment_of

if TYPE_CHECKING:
    from lapor_routing.outbound.keys import Strongbox
    from lapor_routing.outbound.store import Line

KEY = "LAPOR_ROUTING_CONNECTION_KEY"

#: Lines that one look at what waits shows.
SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How a body is to be connected; without an address over the broker."""

    webhook: str | None = None
    open311: str | None = None
    email: str | None = None
    jurisdiction: str | None = None
    services: Mapping[str, str]
    xml: bool = False
    """Whether an Open311 server answers in nothing else."""
    updates: bool = False
    api_key: str | None = None

    @property
    def addresses(self) -> list[str]:
        """Those that were given."""
        return [one for one in (self.webhook, self.open311, self.email) if one]


@in_words()
def connect(folder: Path, code: str, wanted: Wanted, secret_file: Path | None) -> None:
    """Connect a body's own system by the means that was named."""
    _must_be_new(secret_file)
    transactions = database(folder, "routing")
    must_exist(transactions, code)
    if not wanted.addresses:
        _connect_over_broker(transactions, code, secret_file)
        return
    from lapor_routing.domain.delivering import Means
    from lapor_routing.outbound import connecting

    means = Means.WEBHOOK if wanted.webhook else Means.OPEN311 if wanted.open311 else Means.EMAIL
    settings: dict[str, Any] = {}
    if means is Means.OPEN311:
        settings = {
            "jurisdiction": wanted.jurisdiction,
            "services": dict(wanted.services),
            "xml": wanted.xml,
            "updates": wanted.updates,
        }
    command = connecting.Connect(
        code=code, means=means, address=wanted.addresses[0], settings=settings, key=wanted.api_key
    )
    line = _line(transactions, code)
    try:
        with transactions.begin() as tx:
            secret = connecting.connect(command, tx, _strongbox(folder))
    except ValueError as error:
        raise click.ClickException(f"{wanted.addresses[0]}: {error}") from None
    if line and line.means is Means.BROKER:
        _end_user(code)
    console.print(f"{code}: connected within a minute, by {means.value} at {wanted.addresses[0]}", markup=False)
    if secret:
        _hand_over(code, secret, secret_file)


def _connect_over_broker(transactions: Transactions, code: str, secret_file: Path | None) -> None:
    from lapor_routing.outbound import store

    line = _line(transactions, code)
    queue = wire.agency_queue(code)
    password = secrets.token_urlsafe(24)
    user, users = None, None
    if os.environ.get("AMQP_URI"):
        user, users = BrokerUser(code, vhost(), may_write=REPLIES, may_read=queue), our_broker_users()
        if code == wire.user_of(broker()) or (users and code in users.names() and not _is_on_broker(line)):
            raise somebody_else(code)
        # First the queue, by us: its user may neither declare nor bind, and what is assigned must find it there.
        declare(broker(), wire.topology([], agencies=[code]))
    with transactions.begin() as tx:
        store.connect(tx, code)
    console.print(f"{code}: connected within a minute; its system consumes {queue}", markup=False)
    if user and users:
        if code in users.names():
            users.end(code)  # so that nobody goes on who came in with the old password
        users.make(user, password)
        must_be_let_in(user, password)
        _hand_over(code, address_of(user, password), secret_file)
    elif user:
        print_commands("On the broker, its user of the same name may do that and nothing else:", user.commands())
    else:
        console.print("AMQP_URI is not set here: without a broker, what it is assigned waits.")


@in_words()
def disconnect(folder: Path, code: str) -> None:
    """End a connection at once. What waits stays, and its officers have everything in their inbox."""
    transactions = database(folder, "routing")
    from lapor_routing.outbound import store

    line = _must_be_connected(transactions, code)
    if _is_on_broker(line):
        _end_user(code)
    with transactions.begin() as tx:
        store.disconnect(tx, code)
    console.print(f"{code}: is connected no more", markup=False)
    if line.waiting:
        console.print(f"It has not taken: {line.waiting}. If it is connected again, it gets them.")
    if _is_on_broker(line):
        console.print(f"What lies in the queue {wire.agency_queue(code)} stays there.", markup=False)


@in_words()
def rotate(folder: Path, code: str, overlap: timedelta, secret_file: Path | None) -> None:
    """Give a body's system a new secret."""
    _must_be_new(secret_file)
    transactions = database(folder, "routing")
    from lapor_routing.outbound import connecting

    if _is_on_broker(_must_be_connected(transactions, code)):
        _connect_over_broker(transactions, code, secret_file)
        return
    with transactions.begin() as tx:
        outcome = connecting.rotate(code, tx, _strongbox(folder), overlap=overlap)
    if isinstance(outcome, Refusal):
        raise click.ClickException(f"{code}: has no secret of ours; connect it again to give another api_key")
    hours = overlap.total_seconds() / 3600
    console.print(f"{code}: until {hours:g} hours from now the secrets from before are valid too", markup=False)
    if _must_be_connected(transactions, code).means.value == "webhook":  # nobody has to be told of a mailbox's
        _hand_over(code, outcome, secret_file)


@in_words()
def show(folder: Path) -> None:
    """List the connections, and how they have been doing."""
    transactions = database(folder, "routing")
    from lapor_routing.outbound import store
    from lapor_routing.outbound.measuring import with_queues

    table = Table("body", "by", "waiting", "the oldest since (UTC)", "last success (UTC)", "state", "last trouble")
    with transactions.read() as connection:
        lines = store.list_lines(connection, None, 100_000)
    for line in with_queues(lines, os.environ.get("AMQP_URI")):
        waiting = f"{line.waiting} + {line.queue.messages} in its queue" if line.queue else str(line.waiting)
        moments = map(_minute, (line.waiting_since, line.succeeded_at))
        row = (line.code, line.means.value, waiting, *moments, _state(line), line.health.trouble)
        table.add_row(*map(escape, row))
    console.print(table if table.row_count else "No body's system is connected.")


@in_words()
def show_deliveries(folder: Path, code: str) -> None:
    """List what was and is to be brought to a body's system, the newest first."""
    transactions = database(folder, "routing")
    from lapor_routing.outbound import store

    _must_be_connected(transactions, code)
    table = Table("id", "report", "what", "made (UTC)", "attempts", "delivered (UTC)", "last result")
    table.columns[0].no_wrap = True
    with transactions.read() as connection:
        found = store.list_deliveries(connection, code, None, SHOWN)
    for one in found:
        done = _minute(one.done_at) if one.done_at else "waits"
        row = (str(one.id), one.tracking_id or "-", one.type, _minute(one.made_at), str(one.attempts), done, one.result)
        table.add_row(*map(escape, row))
    console.print(table if table.row_count else "Nothing yet.")


@in_words()
def redeliver(
    folder: Path,
    code: str,
    *,
    since: datetime | None = None,
    delivery_id: UUID | None = None,
    tracking_id: str | None = None,
) -> None:
    """Bring once more what a body's system has had."""
    transactions = database(folder, "routing")
    from lapor_routing.outbound import connecting

    _must_be_connected(transactions, code)
    with transactions.begin() as tx:
        outcome = connecting.redeliver(code, tx, since=since, delivery_id=delivery_id, tracking_id=tracking_id)
    if isinstance(outcome, Refusal):
        raise click.ClickException(f"{code}: {outcome.reason}")
    console.print(f"{code}: due again: {outcome}", markup=False)


@in_words()
def resume(folder: Path, code: str) -> None:
    """Go on with a body's system that is asked no more, or is left alone for a while."""
    transactions = database(folder, "routing")
    from lapor_routing.outbound import connecting

    waiting = _must_be_connected(transactions, code).waiting
    with transactions.begin() as tx:
        connecting.resume(code, tx)
    console.print(f"{code}: goes on at once; waiting: {waiting}", markup=False)


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _state(line: "Line") -> str:
    health = line.health
    if health.disabled_at:
        return f"asked no more since {_minute(health.disabled_at)}"
    if line.queue and line.queue.messages and not line.queue.readers:
        return "nobody takes from its queue"
    return f"failing since {_minute(health.failing_since)}" if health.failing_since else "fine"


def _must_be_new(path: Path | None) -> None:
    """Before anything is done: a secret that cannot be handed over is of no use."""
    if path and path.exists():
        raise click.ClickException(f"{path}: is there already")


def _hand_over(code: str, secret: str, path: Path | None) -> None:
    """What the body's people need, this once: on the screen, or in a file that nobody else can read."""
    if path is None:
        console.print(f"{code}: {secret} (shown only now)", markup=False, soft_wrap=True)
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(
            f"{path}: {error.strerror}; `lapor agency rotate {code}` gives another secret"
        ) from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{secret}\n")
    console.print(f"{code}: its secret is in {path}", markup=False)


def _strongbox(folder: Path) -> "Strongbox":
    from lapor_routing.outbound.keys import Strongbox

    text = environment_of(folder).get(KEY)
    if not text:
        raise SettingsError(f"{KEY}: is not set; without it bodies are connected over the broker only")
    try:
        return Strongbox.from_setting(text)
    except (ValueError, OSError) as error:
        raise SettingsError(f"{KEY}: {error}") from None


def _line(transactions: Transactions, code: str) -> "Line | None":
    from lapor_routing.outbound import store

    with transactions.read() as connection:
        return store.find_line(connection, code)


def _must_be_connected(transactions: Transactions, code: str) -> "Line":
    line = _line(transactions, code)
    if line is None:
        raise click.ClickException(f"{code}: is not connected; `lapor agency list` shows who is")
    return line


def _is_on_broker(line: "Line | None") -> bool:
    return line is not None and line.means.value == "broker"


def _end_user(code: str) -> None:
    if not os.environ.get("AMQP_URI"):
        return
    users = our_broker_users()
    if users is None:
        print_commands("Its user on the broker is still to be ended:", [f"rabbitmqctl delete_user {code}"])
    elif code in users.names():
        users.end(code)
