"""What routing does by the clock."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from prometheus_client import Gauge

from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transactions
from lapor_routing import handlers, officers, store
from lapor_routing.current import Snapshot
from lapor_routing.domain.attendance import Trouble, unattended
from lapor_routing.domain.conflicts import is_party
from lapor_routing.store.backlog import backlogs

BATCH = 200

unattended_agencies = Gauge("lapor_unattended_agencies", "Bodies with open reports at which nobody looks.", ["trouble"])
unattended_reports = Gauge("lapor_unattended_reports", "Open reports at which nobody looks.", ["trouble"])


def leave_bodies(transactions: Transactions, current: Callable[[], Snapshot]) -> int:
    """Give what lies with bodies that are no more to their successors, or to the coordinator; and to the coordinator
    what lies with a body that a change of the directory has made a party to a whistleblower's complaint.

    By the clock, and not when the directory changes: so what was still on its way to a body does not stay there either.
    """
    snapshot = current()
    closed = [body.code for body in snapshot.directory if not body.active]
    with transactions.begin() as tx:
        found = store.held_by(tx, closed, BATCH) if closed else []
        found += [
            one
            for one in store.held_complaints(tx)
            if is_party(str(one.agency_code), one.report.reported_agency_code, snapshot.directory)
            and one.agency_code not in closed
        ]
        for disposition in found:
            handlers.leave_body(tx, disposition, snapshot)
    if found:
        log.info("reports taken from bodies", count=len(found))
    return len(found)


def count_unattended(transactions: Transactions, current: Callable[[], Snapshot], silent_days: int) -> int:
    """Keep the figures of bodies whose officers have not been there for so many days, or that have none."""
    now, snapshot = transactions.clock.now(), current()
    with transactions.read() as connection:
        found = unattended(
            backlogs(connection),
            officers.attendance(connection, now),
            snapshot.directory,
            snapshot.connected,
            seen_since=now - timedelta(days=silent_days),
        )
    bodies, reports = Counter(one.trouble for one in found), Counter[Trouble]()
    for one in found:
        reports[one.trouble] += one.backlog.reports
    for trouble in Trouble:
        unattended_agencies.labels(trouble.value).set(bodies[trouble])
        unattended_reports.labels(trouble.value).set(reports[trouble])
    return 0
