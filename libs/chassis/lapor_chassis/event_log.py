"""What a service ever said, read again: oldest first, in batches, however much it is.

Ids are made from the time (UUIDv7), so the key of the table leads to any moment, and no index is needed.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions

BATCH = 1_000

#: How far the clocks of two machines that write one log may be apart.
_APART = timedelta(minutes=5)


def count_said(transactions: Transactions, types: Collection[str]) -> int:
    """How many events of these types there are."""
    events = transactions.tables.events
    with transactions.read() as connection:
        statement = sa.select(sa.func.count()).select_from(events).where(events.c.type.in_(types))
        return connection.scalar(statement) or 0


def read_said(transactions: Transactions, types: Collection[str], until: datetime) -> Iterator[Sequence[str]]:
    """The messages of these types that were said up to then."""
    events = transactions.tables.events
    chosen = sa.select(events.c.id, events.c.body).where(events.c.type.in_(types), events.c.said_at <= until)
    last = UUID(int=0)
    while True:
        with transactions.read() as connection:
            batch = connection.execute(chosen.where(events.c.id > last).order_by(events.c.id).limit(BATCH)).all()
        if not batch:
            return
        last = batch[-1].id
        yield [row.body for row in batch]


def reports_since(transactions: Transactions, types: Collection[str], since: datetime) -> set[UUID]:
    """Of which reports such events were said after that."""
    events = transactions.tables.events
    from_there = events.c.id >= UUID(int=int((since - _APART).timestamp() * 1000) << 80)
    chosen = sa.select(events.c.report_id).where(from_there, events.c.type.in_(types), events.c.said_at > since)
    with transactions.read() as connection:
        return set(connection.scalars(chosen.distinct()))
