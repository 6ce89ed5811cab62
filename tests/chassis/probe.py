"""The smallest service there is: it notes every report it hears of, and says that it is verified."""

import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lapor_chassis.errors import PermanentError
from lapor_chassis.service import Service
from lapor_chassis.settings import ServiceSettings, setting
from lapor_chassis.transactions import Transaction, Transactions, chassis_tables
from lapor_contracts.events import ReportReceived
from tests.support import builders

NAME = "probe"
metadata = sa.MetaData()
chassis_tables(metadata)
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("sender", sa.Text),
    sa.Column("reply_to", sa.Text),
)

#: Titles that the probe cannot bear; the last one only the first two times.
POISON, HOPELESS, HARD = "racun", "mustahil", "sulit"

_tries: Counter[str] = Counter()


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Only where its database is."""

    database_url: str = setting("LAPOR_PROBE_DATABASE_URL", default="")


def note(event: ReportReceived, tx: Transaction) -> None:
    """Note the report, and announce it."""
    if event.title == POISON:
        raise RuntimeError("this text must not get into a log")
    if event.title == HOPELESS:
        raise PermanentError(f"report {event.report_id}: can never work")
    if event.title == HARD:
        _tries[event.tracking_id] += 1
        if _tries[event.tracking_id] <= 4:  # each time a message comes, it is tried in its batch and then alone
            raise RuntimeError("not yet")
    row = {
        "report_id": event.report_id,
        "worker": str(os.getpid()),
        "sender": tx.sender,
        "reply_to": tx.reply_to,
    }
    tx.add(notes, {"id": tx.new_id(), **row})
    tx.publish(builders.verified(report_id=event.report_id, tracking_id=event.tracking_id))


def build(settings: Any, transactions: Transactions) -> Service:
    """Put the probe together."""
    return Service(NAME, metadata, handlers={ReportReceived: note})
