"""What the sweeps of a million open reports cost: in a minute in which nothing is due, and when thousands are."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from lapor_chassis.transactions import Transactions
from lapor_contracts.vocabulary import Clock, Status
from lapor_launcher.bench.stand import both_databases, report
from lapor_tracking import store, sweeps

#: Written in one transaction.
_BATCH = 10_000
#: What is due at once, as at the midnight at which the limits of a day end.
_DUE = 20_000
_SAID_BEFORE = 2
"""Rungs: a warning at half of the time, and at most of it."""


def measure(*, reports: int, as_json: bool) -> None:
    """Print what a quiet minute costs, and how many clocks that ran out are told of in a second."""
    figures: dict[str, object] = {"open_reports": reports}
    with tempfile.TemporaryDirectory() as folder, both_databases("tracking", store.metadata, Path(folder)) as found:
        for name, transactions in found.items():
            some = _fill(transactions, reports)
            print(f"{reports} open reports are in {name}", flush=True)
            figures[f"{name}_quiet_minute_ms"] = round(1000 * _quiet_minute(transactions), 1)
            figures[f"{name}_due_per_second"] = round(_due(transactions, some))
    report(figures, as_json=as_json)


def _fill(transactions: Transactions, count: int) -> list[UUID]:
    """Write open reports, each with a clock that runs out in the days to come; returns some that will be due."""
    now, some = transactions.clock.now(), list[UUID]()
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        ids = {number: uuid7() for number in numbers}
        with transactions.begin() as tx:
            tx.execute(store.timelines.insert(), [_timeline(ids[number], number, now) for number in numbers])
            tx.execute(store.deadlines.insert(), [_deadline(ids[number], number, now) for number in numbers])
        some += [report_id for number, report_id in ids.items() if number % max(1, count // _DUE) == 0]
    with transactions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return some


def _timeline(report_id: UUID, number: int, now: Any) -> dict[str, Any]:
    digits = f"{number:012}"
    return {
        "report_id": report_id,
        "tracking_id": f"{digits[:4]}-{digits[4:8]}-{digits[8:]}",
        "status": Status.ROUTED,
        "agency_code": f"PEMDA-{number % 500}",
        "secret": False,
        "changed_at": now,
    }


def _deadline(report_id: UUID, number: int, now: Any) -> dict[str, Any]:
    due_at = now + timedelta(days=1, seconds=number)
    return {
        "report_id": report_id,
        "deadline_id": uuid7(),
        "clock": Clock.RESOLVE,
        "starts_at": now - timedelta(days=20),
        "due_at": due_at,
        "agency_code": f"PEMDA-{number % 500}",
        "regulation": "Permen PANRB 5/2025",
        "noted_at": now,
        "announced_at": now,
        "rung": _SAID_BEFORE,
        "next_at": due_at,
    }


def _quiet_minute(transactions: Transactions) -> float:
    """The seconds that all sweeps of a minute take together, at the pace of tracking's timers."""
    rules, done, begun = store.Rules(), 0, time.perf_counter()
    for _ in range(12):
        done += sweeps.announce_rungs(transactions, rules)
        done += sweeps.close_silent(transactions, rules)
        done += sweeps.close_followers(transactions, rules)
    for _ in range(30):
        done += sweeps.announce_deadlines(transactions)
    done += sweeps.reckon_anew(transactions, rules)
    lasted = time.perf_counter() - begun
    if done:
        raise RuntimeError(f"the minute was not quiet: {done} things were done")
    return lasted


def _due(transactions: Transactions, some: list[UUID]) -> float:
    """How many clocks are told of in a second, by one process, when thousands run out at once."""
    ran_out = transactions.clock.now() - timedelta(minutes=1)
    chosen = store.deadlines.c.report_id == sa.bindparam("report")
    with transactions.begin() as tx:
        statement = store.deadlines.update().where(chosen).values(due_at=ran_out, next_at=ran_out)
        tx.execute(statement, [{"report": report_id} for report_id in some])
    rules, told, begun = store.Rules(), 0, time.perf_counter()
    while done := sweeps.announce_rungs(transactions, rules):
        told += done
    lasted = time.perf_counter() - begun
    if told != len(some):
        raise RuntimeError(f"of {len(some)} clocks {told} were told of")
    return told / lasted
