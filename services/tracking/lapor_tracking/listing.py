"""Keeps up what the public may look for."""

from datetime import timedelta

from lapor_chassis.transactions import Transactions
from lapor_tracking import store
from lapor_tracking.store import Rules

BATCH = 300

#: A report that is verified is routed within the second, and would be listed twice. When many come in at once, passing
#: them on comes first.
SETTLING = timedelta(seconds=5)


def list_reports(transactions: Transactions, rules: Rules) -> int:
    """List the reports that changed some time ago as they stand now."""
    with transactions.begin() as tx:
        found = store.take_unlisted(tx, tx.now - SETTLING, limit=BATCH)
        if old := store.without_facts(tx, found):
            store.refold(tx, old, rules=rules)
        if found:
            store.write_listings(tx, found)
    return len(found)
