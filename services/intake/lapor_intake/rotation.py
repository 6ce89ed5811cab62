"""A new master key for the vault: every data key is wrapped anew, while everybody goes on reading and writing."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions
from lapor_intake import audit
from lapor_intake.audit import Act, Action
from lapor_intake.store import metadata
from lapor_intake.vault import Vault, VaultError, vault

#: Who does it.
OPERATOR = "operator"


def tables() -> Sequence[sa.Table]:
    """Every table that holds data keys: it calls them ``wrapped_key``, and binds each to the primary key of its row."""
    return [table for table in metadata.sorted_tables if "wrapped_key" in table.c]


def usage(connection: sa.Connection) -> dict[str, int]:
    """How many data keys each master key wraps."""
    counts: dict[str, int] = {}
    for table in tables():
        columns = table.c
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
        for table in tables():
            for count in _pass(transactions, keys, table, at_once):
                done += count
                progress(total + done)
        if not done:
            raise VaultError("data keys are left that cannot be wrapped anew; is a process still writing with its own?")
        total += done
    _note(transactions, Action.ROTATED, current, data_keys=total)
    return total


def _pass(transactions: Transactions, keys: Vault, table: sa.Table, at_once: int) -> Iterator[int]:
    """Once through the table, in batches by its primary key: how many of each batch were wrapped anew."""
    (own_id,) = table.primary_key
    columns = (own_id, table.c.key_id, table.c.wrapped_key)
    query = sa.select(*columns).where(_not_under(table, keys.current.key_id)).order_by(own_id).limit(at_once)
    after: Any = None
    while True:
        with transactions.read() as connection:
            narrowed = query if after is None else query.where(own_id > after)
            batch = connection.execute(narrowed).all()
        if not batch:
            return
        after = batch[-1][0]
        # Outside of a transaction: a key service may have to be asked.
        anew = [(row_id, old, *keys.rewrap(key_id, old, _context(row_id))) for row_id, key_id, old in batch]
        with transactions.begin() as tx:
            changed = [
                # What was forgotten or wrapped anew since it was read stays as it is.
                tx.execute(
                    table.update()
                    .where(own_id == row_id, table.c.wrapped_key == old)
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
            connection.execute(sa.select(table.c.key_id).where(_not_under(table, current)).limit(1)).first()
            for table in tables()
        )


def _not_under(table: sa.Table, key_id: str) -> sa.ColumnElement[bool]:
    return table.c.wrapped_key.is_not(None) & (table.c.key_id != key_id)


def _context(row_id: UUID | str) -> bytes:
    return row_id.bytes if isinstance(row_id, UUID) else row_id.encode()


def _note(transactions: Transactions, action: Action, key_id: str, **details: object) -> None:
    with transactions.begin() as tx:
        audit.append(tx, Act(actor=OPERATOR, action=action, subject=key_id, details=details))
