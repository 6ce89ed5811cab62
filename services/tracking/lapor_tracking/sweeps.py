"""What tracking does by the clock: it tells of deadlines, tells which were missed, and closes what nobody takes up."""

from datetime import timedelta

from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import DeadlineMissed, DeadlineSet
from lapor_tracking import handlers, store
from lapor_tracking.domain.clocks import Rulebook

BATCH = 200

#: Most reports are verified by the system within the second. A clock that was met before anybody could have heard of
#: it is not worth a message to everyone, so each is announced only after it has run for a little while; it runs for
#: days, and when many reports come in at once, passing them on comes first.
SETTLING = timedelta(seconds=15)


def announce_deadlines(transactions: Transactions) -> int:
    """Tell of the clocks that run and of which nobody was told, or not as they are now."""
    with transactions.begin() as tx:
        found = store.lock_unannounced(tx, noted_before=tx.now - SETTLING, limit=BATCH)
        for one in found:
            tx.publish(
                DeadlineSet(
                    report_id=one.report_id,
                    tracking_id=one.tracking_id,
                    deadline_id=one.deadline_id,
                    clock=one.clock,
                    starts_at=one.starts_at,
                    due_at=one.due_at,
                    agency_code=one.agency_code,
                    regulation=one.regulation,
                )
            )
        if found:
            store.mark_announced(tx, found)
    return len(found)


def announce_missed(transactions: Transactions) -> int:
    """Tell of the clocks that ran out, each once."""
    with transactions.begin() as tx:
        found = store.lock_unmet(tx, limit=BATCH)
        for one in found:
            tx.publish(
                DeadlineMissed(
                    report_id=one.report_id,
                    tracking_id=one.tracking_id,
                    deadline_id=one.deadline_id,
                    clock=one.clock,
                    due_at=one.due_at,
                    missed_at=tx.now,
                    agency_code=one.agency_code,
                )
            )
        if found:
            store.mark_missed(tx, found)
    if found:
        log.info("deadlines missed", count=len(found), oldest=found[0].due_at.isoformat())
    return len(found)


def close_followers(transactions: Transactions, rules: Rulebook) -> int:
    """Close the reports that follow one which is at its end."""
    with transactions.begin() as tx:
        closed = handlers.close_followers(tx, rules=rules, limit=BATCH)
    if closed:
        log.info("followers closed", count=closed)
    return closed


def close_silent(transactions: Transactions, rules: Rulebook) -> int:
    """Close the reports whose reporter let the time run out after a substantive answer.

    Each is looked at again under its lock: the reporter may have replied in this very moment.
    """
    with transactions.read() as connection:
        found = store.silent_reports(connection, transactions.clock.now(), limit=BATCH)
    closed = 0
    for tracking_id in found:
        with transactions.begin() as tx:
            closed += handlers.close_silent(tracking_id, tx, rules=rules)
    if closed:
        log.info("reports closed by silence", count=closed)
    return closed
