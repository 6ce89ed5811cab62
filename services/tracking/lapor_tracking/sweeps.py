"""What tracking does by the clock: it tells of deadlines, tells which were missed, and closes what nobody takes up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lapor_chassis.database import is_away
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import DeadlineEscalated, DeadlineMissed, DeadlineSet, DeadlineWarned, Event
from lapor_tracking import changes, handlers, store
from lapor_tracking.domain.ladder import RAN_OUT, Rung, shipped_ladder
from lapor_tracking.store import OpenDeadline, Rules

BATCH = 200
COUNTED_AT_ONCE = 500

#: Most reports are verified by the system within the second. A clock that was met before anybody could have heard of
#: it is not worth a message to everyone, so each is announced only after it has run for a little while; it runs for
#: days, and when many reports come in at once, passing them on comes first.
SETTLING = timedelta(seconds=15)


def announce_deadlines(transactions: Transactions) -> int:
    """Tell of the clocks that run and of which nobody was told, or not as they are now."""
    with transactions.begin() as tx:
        found = store.lock_unannounced(tx, noted_before=tx.now - SETTLING, limit=BATCH)
        for one in found:
            deadline = one.deadline
            tx.publish(
                DeadlineSet(
                    report_id=one.report_id,
                    tracking_id=one.tracking_id,
                    deadline_id=deadline.deadline_id,
                    clock=deadline.clock,
                    starts_at=deadline.starts_at,
                    due_at=deadline.due_at,
                    agency_code=deadline.agency_code,
                    regulation=deadline.regulation,
                    paused=deadline.paused_at is not None,
                    reason=one.reason,
                )
            )
        if found:
            store.mark_announced(tx, found)
    return len(found)


def announce_rungs(transactions: Transactions, rules: Rules) -> int:
    """Tell of the clocks of which a part is gone, that ran out, and that go to the next level: each once, in order."""
    with transactions.begin() as tx:
        calendar, ladder = rules.at(tx).calendar, shipped_ladder()
        found = store.lock_unsaid(tx, limit=BATCH)
        said = {}
        for one in found:
            deadline, rung = one.deadline, one.rung
            for due in ladder.due(deadline, rung, tx.now, calendar):
                tx.publish(_told(one, due, tx.now))
            rung = ladder.last(deadline, rung, tx.now, calendar)
            said[one.report_id, deadline.deadline_id] = rung, ladder.next_at(deadline, rung, tx.now, calendar)
        if said:
            store.mark_said(tx, said)
            store.uncount(tx, [report_id for report_id, _ in said])
    return len(found)


def _told(one: OpenDeadline, rung: Rung, now: datetime) -> Event:
    deadline = one.deadline
    about: dict[str, Any] = {
        "report_id": one.report_id,
        "tracking_id": one.tracking_id,
        "deadline_id": deadline.deadline_id,
        "clock": deadline.clock,
        "due_at": deadline.due_at,
        "agency_code": deadline.agency_code,
    }
    if rung.level:
        return DeadlineEscalated(**about, level=rung.level, escalated_at=now)
    if rung.percent == RAN_OUT:
        return DeadlineMissed(**about, missed_at=now)
    return DeadlineWarned(**about, percent=rung.percent or 0, warned_at=now)


def reckon_anew(transactions: Transactions, rules: Rules) -> int:
    """Reckon the clocks that run by the newest calendar, where that was done by an older one."""
    with transactions.read() as connection:
        found = store.reckoned_otherwise(connection, rules.at(connection).version, limit=BATCH)
    if found:
        with transactions.begin() as tx:
            changes.refold(tx, found, rules=rules)
    return len(found)


def close_followers(transactions: Transactions, rules: Rules) -> int:
    """Close the reports that follow one which is at its end."""
    with transactions.begin() as tx:
        closed = handlers.close_followers(tx, rules=rules, limit=BATCH)
    if closed:
        log.info("followers closed", count=closed)
    return closed


def close_silent(transactions: Transactions, rules: Rules) -> int:
    """Close the reports whose reporter let the time run out after a substantive answer."""
    return _each(transactions, rules, store.silent_reports, handlers.close_silent, "reports closed by silence")


def count_anew(transactions: Transactions) -> int:
    """Bring the statistics up to date."""
    with transactions.begin() as tx:
        return store.count_anew(tx, limit=COUNTED_AT_ONCE)


def offer_referrals(transactions: Transactions, rules: Rules) -> int:
    """Ask the reporters of what has been open for so long whether the Ombudsman should take it: each once."""
    return _each(transactions, rules, store.lasting_reports, handlers.offer_referral, "referrals offered")


def ask_outcomes(transactions: Transactions, rules: Rules) -> int:
    """Ask the reporters of what was closed some weeks ago whether it holds: each once."""
    return _each(
        transactions, rules, store.reports_to_be_asked, handlers.ask_outcome, "reporters asked whether it holds"
    )


def _each(
    transactions: Transactions,
    rules: Rules,
    find: Callable[[sa.Connection, datetime, int], list[str]],
    do: Callable[..., bool],
    done: str,
) -> int:
    """Do it for each that is found, which is looked at again under its lock.

    Its reporter may have written in this very moment, and another process may sweep as well. A report with which
    something is wrong is told of when all others have had their turn.
    """
    with transactions.read() as connection:
        found = find(connection, transactions.clock.now(), BATCH)
    count, wrong = 0, None
    for tracking_id in found:
        try:
            with transactions.begin() as tx:
                count += do(tracking_id, tx, rules=rules)
        except Exception as error:
            if is_away(error):
                raise
            wrong = error
    if count:
        log.info(done, count=count)
    if wrong:
        raise wrong
    return count
