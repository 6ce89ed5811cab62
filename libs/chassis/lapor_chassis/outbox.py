"""What waits to be published: read oldest first, taken out when the bus has it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Outgoing, Transactions


def due(transactions: Transactions, *, limit: int, lease: timedelta | None = None) -> list[Outgoing]:
    """The events that wait to be published, oldest first.

    With a ``lease`` they are the caller's for that long: other instances pass over them.
    """
    events, outbox = transactions.tables.events, transactions.tables.outbox
    waiting = (
        sa.select(outbox.c.event_id)
        .where(outbox.c.publish_after <= transactions.clock.now())
        .order_by(outbox.c.publish_after, outbox.c.event_id)
        .limit(limit)
    )
    letters = (
        sa.select(outbox.c.event_id, events.c.type, outbox.c.exchange, outbox.c.routing_key, events.c.body)
        .join(events, events.c.id == outbox.c.event_id)
        .order_by(outbox.c.event_id)
    )
    # Most often nothing waits: that is found out without opening a writing transaction.
    with transactions.read() as connection:
        found = connection.execute(waiting).scalars().all()
        if not found or lease is None:
            chosen = among(outbox.c.event_id, found, connection.dialect.name)
            return [Outgoing(*row) for row in connection.execute(letters.where(chosen))] if found else []
    with transactions.begin() as tx:
        taken = tx.execute(waiting.with_for_update(skip_locked=True)).scalars().all()
        if not taken:
            return []
        chosen = among(outbox.c.event_id, taken, tx.dialect)
        tx.execute(outbox.update().where(chosen).values(publish_after=tx.now + lease))
        return [Outgoing(*row) for row in tx.execute(letters.where(chosen))]


def settle(transactions: Transactions, event_ids: Sequence[UUID]) -> None:
    """The bus has these: they leave the outbox."""
    if not event_ids:
        return
    outbox = transactions.tables.outbox
    with transactions.begin() as tx:
        if tx.dialect == "postgresql":
            # If this commit is lost in a power cut the events are sent again, and the inboxes know them.
            tx.execute(sa.text("SET LOCAL synchronous_commit = off"))
        tx.execute(outbox.delete().where(among(outbox.c.event_id, event_ids, tx.dialect)))


def put_off(transactions: Transactions, event_ids: Sequence[UUID], delay: timedelta) -> None:
    """These did not work now: not before ``delay`` again."""
    if not event_ids:
        return
    outbox = transactions.tables.outbox
    with transactions.begin() as tx:
        chosen = among(outbox.c.event_id, event_ids, tx.dialect)
        tx.execute(outbox.update().where(chosen).values(publish_after=tx.now + delay))


def oldest_age(transactions: Transactions) -> float:
    """Seconds for which the oldest unpublished event has been waiting; 0 where none waits."""
    outbox = transactions.tables.outbox
    with transactions.read() as connection:
        oldest = connection.execute(sa.select(sa.func.min(outbox.c.publish_after))).scalar()
    return max(0.0, (transactions.clock.now() - oldest).total_seconds()) if oldest else 0.0
