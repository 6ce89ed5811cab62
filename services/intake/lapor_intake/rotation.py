"""A new master key for the vault: every data key is wrapped anew, while everybody goes on reading and writing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions
from lapor_intake import audit
from lapor_intake.attachments import store as attachments
from lapor_intake.audit import Act, Action
from lapor_intake.channels.files import chat_files
from lapor_intake.vault import Vault, VaultError, vault

#: Who does it.
OPERATOR = "operator"


@dataclass(frozen=True)
class Wrapped:
    """A table with data keys: each is bound to the id of its row."""

    table: sa.Table
    id: str


#: Every table that holds data keys.
TABLES = (Wrapped(vault, "record_id"), Wrapped(attachments.files, "file_id"), Wrapped(chat_files, "file_id"))


def usage(connection: sa.Connection) -> dict[str, int]:
    """How many data keys each master key wraps."""
    counts: dict[str, int] = {}
    for one in TABLES:
        columns = one.table.c
        query = sa.select(columns.key_id, sa.func.count()).where(columns.wrapped_key.is_not(None))
        for key_id, count in connection.execute(query.group_by(columns.key_id)):
            counts[key_id] = counts.get(key_id, 0) + count
    return counts


def forgotten(connection: sa.Connection) -> int:
    """How many records are forgotten."""
    return connection.scalar(sa.select(sa.func.count()).where(vault.c.wrapped_key.is_(None))) or 0


def rotate(
    transactions: Transactions,
    keys: Vault,
    progress: Callable[[int], None] = lambda done: None,
    *,
    at_once: int = 500,
) -> int:
    """Wrap every data key with the current master key; returns how many were not. Killed, it is begun again.

    Ends when none is left under another key, those included that other processes write meanwhile.
    """
    current = keys.current.key_id
    if not _left(transactions, current):
        return 0
    _note(transactions, Action.ROTATION_BEGUN, current)
    total = 0
    while _left(transactions, current):
        done = 0
        for one in TABLES:
            for count in _pass(transactions, keys, one, at_once):
                done += count
                progress(total + done)
        if not done:
            raise VaultError("data keys are left that cannot be wrapped anew; is a process still writing with its own?")
        total += done
    _note(transactions, Action.ROTATED, current, data_keys=total)
    return total


def _pass(transactions: Transactions, keys: Vault, one: Wrapped, at_once: int) -> Iterator[int]:
    """Once through the table, in batches by its primary key: how many of each batch were wrapped anew."""
    own_id = one.table.c[one.id]
    columns = (own_id, one.table.c.key_id, one.table.c.wrapped_key)
    query = sa.select(*columns).where(_not_under(one.table, keys.current.key_id)).order_by(own_id).limit(at_once)
    after: Any = None
    while True:
        with transactions.read() as connection:
            narrowed = query if after is None else query.where(own_id > after)
            batch = connection.execute(narrowed).all()
        if not batch:
            return
        after = batch[-1][0]
        # Outside of a transaction: a key service may have to be asked.
        anew = [(row_id, old, *keys.rewrap(key_id, old, row_id.bytes)) for row_id, key_id, old in batch]
        with transactions.begin() as tx:
            changed = [
                # What was forgotten or wrapped anew since it was read stays as it is.
                tx.execute(
                    one.table.update()
                    .where(own_id == row_id, one.table.c.wrapped_key == old)
                    .values(key_id=key_id, wrapped_key=wrapped)
                    .returning(own_id)
                ).first()
                for row_id, old, key_id, wrapped in anew
            ]
        yield sum(row is not None for row in changed)


def _left(transactions: Transactions, current: str) -> bool:
    """Whether some data key is under another master key."""
    with transactions.read() as connection:
        return any(
            connection.execute(sa.select(one.table.c[one.id]).where(_not_under(one.table, current)).limit(1)).first()
            for one in TABLES
        )


def _not_under(table: sa.Table, key_id: str) -> sa.ColumnElement[bool]:
    return table.c.wrapped_key.is_not(None) & (table.c.key_id != key_id)


def _note(transactions: Transactions, action: Action, key_id: str, **details: object) -> None:
    with transactions.begin() as tx:
        audit.append(tx, Act(actor=OPERATOR, action=action, subject=key_id, details=details))
