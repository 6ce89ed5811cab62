"""Events that hold a reporter's address, sealed: not kept for ever like all others.

Only notification can open them. But what it is to forget it must not be able to find again in what others once said.
"""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.housekeeping import REMEMBERED
from lapor_chassis.rows import among
from lapor_chassis.service import Timer
from lapor_chassis.transactions import Transaction, Transactions, chassis_tables

#: Events with a sealed address. A further one also needs a migration, which makes the indexes anew.
TYPES = (
    "command.answered.v1",
    "follow.invited.v1",
    "follow.requested.v1",
    "message.answered.v1",
    "reporter.commanded.v1",
    "reporter.contact_sealed.v1",
    "reporter.push_subscribed.v1",
)

_AT_ONCE = 1_000


def index_addresses(metadata: sa.MetaData) -> None:
    """For a service that says such events: an index of them alone."""
    events = chassis_tables(metadata).events
    wanted = _holds_address(events)
    sa.Index("events_with_address", events.c.report_id, postgresql_where=wanted, sqlite_where=wanted)


def forget_addresses(tx: Transaction, tables: sa.MetaData, report_ids: Collection[UUID]) -> None:
    """Take the addresses of these reports' reporters out of what this service has said."""
    events = chassis_tables(tables).events
    _drop(tx, tables, _holds_address(events) & among(events.c.report_id, report_ids, tx.dialect))


def drop_old_addresses(transactions: Transactions, tables: sa.MetaData) -> Timer:
    """Whoever needs an address has it after a month; nobody could hear the event a second time any more."""
    events = chassis_tables(tables).events

    def drop() -> int:
        with transactions.begin() as tx:
            is_old = events.c.said_at < tx.now - REMEMBERED
            old = sa.select(events.c.id).where(_holds_address(events), is_old).limit(_AT_ONCE)
            return _drop(tx, tables, events.c.id.in_(old))

    return Timer("drop_old_addresses", 3600, drop)


def _drop(tx: Transaction, tables: sa.MetaData, wanted: sa.ColumnElement[bool]) -> int:
    own = chassis_tables(tables)
    gone = tx.execute(own.events.delete().where(wanted).returning(own.events.c.id)).scalars().all()
    if gone:
        tx.execute(own.outbox.delete().where(among(own.outbox.c.event_id, gone, tx.dialect)))
    return len(gone)


def _holds_address(events: sa.Table) -> sa.ColumnElement[bool]:
    # Written out in the statement: with parameters in their place PostgreSQL would not trust the partial index.
    return events.c.type.in_([sa.literal(name, literal_execute=True) for name in TYPES])
