"""What the chassis itself does by the clock: forget old inbox rows, and keep the operator's figures fresh."""

from datetime import timedelta

import sqlalchemy as sa

from lapor_chassis import outbox
from lapor_chassis.service import Timer
from lapor_chassis.telemetry import dead_letters_oldest, dead_letters_waiting, outbox_oldest
from lapor_chassis.transactions import Transactions

#: A message cannot come again after this long: the broker and the outboxes have let go of it.
REMEMBERED = timedelta(days=30)

_AT_ONCE = 1_000


def housekeeping(service: str, transactions: Transactions, amqp_uri: str | None) -> list[Timer]:
    """The chassis' own timers for one service."""

    def forget() -> int:
        inbox = transactions.tables.inbox
        with transactions.begin() as tx:
            old = (
                sa.select(inbox.c.event_id)
                .where(inbox.c.received_at < tx.now - REMEMBERED)
                .order_by(inbox.c.received_at)
                .limit(_AT_ONCE)
            )
            gone = tx.execute(inbox.delete().where(inbox.c.event_id.in_(old)).returning(inbox.c.event_id))
            return len(gone.all())

    def measure() -> int:
        outbox_oldest.labels(service).set(outbox.oldest_age(transactions))
        waiting, age = _set_aside(service, transactions, amqp_uri)
        dead_letters_waiting.labels(service).set(waiting)
        dead_letters_oldest.labels(service).set(age)
        return 0

    return [Timer("forget_inbox", 3600, forget), Timer("measure", 15, measure)]


def _set_aside(service: str, transactions: Transactions, amqp_uri: str | None) -> tuple[int, float]:
    """How many messages are set aside, and for how long the oldest has been."""
    if amqp_uri:
        from lapor_chassis.amqp import QueuedDeadLetters

        return QueuedDeadLetters(amqp_uri, service).figures(transactions.clock.now())
    letters = transactions.tables.dead_letters
    with transactions.read() as connection:
        count, oldest = connection.execute(sa.select(sa.func.count(), sa.func.min(letters.c.failed_at))).one()
    return count, (transactions.clock.now() - oldest).total_seconds() if oldest else 0.0
