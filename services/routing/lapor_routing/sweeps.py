"""What routing does by the clock."""

from collections.abc import Callable

from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transactions
from lapor_routing import handlers, store
from lapor_routing.current import Snapshot

BATCH = 200


def leave_closed_bodies(transactions: Transactions, current: Callable[[], Snapshot]) -> int:
    """Give what lies with bodies that are no more to their successors, or to the coordinator.

    By the clock, and not when a body is closed: so what was still on its way to the body does not stay there either.
    """
    snapshot = current()
    closed = [body.code for body in snapshot.directory if not body.active]
    with transactions.begin() as tx:
        found = store.held_by(tx, closed, BATCH) if closed else []
        for disposition in found:
            handlers.leave_closed_body(tx, disposition, snapshot)
    if found:
        log.info("reports of closed bodies handed on", count=len(found))
    return len(found)
