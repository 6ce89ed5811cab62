"""The agenda: what officers typed in for others, numbered by year and by kind of paper without a gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.transactions import Transaction
from lapor_contracts.regions import DEFAULT_TIME_ZONE
from lapor_contracts.vocabulary import Channel
from lapor_intake.store import metadata, reports

#: How each kind is called in its numbers: loket, kotak, surat, telepon, faks.
SERIES = {
    Channel.COUNTER: "LKT",
    Channel.BOX: "KTK",
    Channel.LETTER: "SRT",
    Channel.TELEPHONE: "TLP",
    Channel.FAX: "FAX",
}

agenda = sa.Table(
    "agenda",
    metadata,
    sa.Column("series", sa.String(3), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
    comment="The last number that was given out.",
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("entered_by", sa.Text, nullable=False),
    sa.Column("entered_at", UtcDateTime, nullable=False),
    sa.Column("dated", sa.Date),
    sa.Column("scan", sa.Uuid),
    sa.Index("ix_entries_entered_by", "entered_by", "entered_at"),
    comment="Who typed in which report, from which paper. Its scan shows whose it is, so no event names it.",
)


@dataclass(frozen=True)
class Entry:
    """Something that was typed in, without what it says."""

    number: str
    entered_at: datetime
    tracking_id: str
    channel: Channel
    scan: UUID | None


def enter(tx: Transaction, report_id: UUID, channel: Channel, *, by: str, dated: date | None, scan: UUID | None) -> str:
    """Give a new report its number. Others wait for it until we are done: so a number is never left out."""
    series, year = SERIES[channel], tx.now.astimezone(ZoneInfo(DEFAULT_TIME_ZONE)).year
    first = {"series": series, "year": year, "last": 1}
    last = tx.write(agenda, [first], _one_more, returning=(agenda.c.last,)).scalar_one()
    number = f"{series}-{year}-{last:06}"
    row = {
        "report_id": report_id,
        "number": number,
        "entered_by": by,
        "entered_at": tx.now,
        "dated": dated,
        "scan": scan,
    }
    tx.add(entries, row)
    return number


def number_of(tx: Transaction, report_id: UUID) -> str:
    """The number that a report was given."""
    return str(tx.execute(sa.select(entries.c.number).where(entries.c.report_id == report_id)).scalar_one())


def entered_by(connection: sa.Connection, staff_id: str, *, since: datetime, limit: int) -> Sequence[Entry]:
    """What one officer typed in within 24 hours, newest first."""
    statement = (
        sa.select(entries.c.number, entries.c.entered_at, reports.c.tracking_id, reports.c.channel, entries.c.scan)
        .join(reports, reports.c.report_id == entries.c.report_id)
        .where(entries.c.entered_by == staff_id)
        .where(entries.c.entered_at >= since, entries.c.entered_at < since + timedelta(days=1))
        .order_by(entries.c.entered_at.desc(), entries.c.number.desc())
        .limit(limit)
    )
    return [Entry(*row) for row in connection.execute(statement)]


def _one_more(insert: Any) -> Any:
    keys = [agenda.c.series, agenda.c.year]
    return insert.on_conflict_do_update(index_elements=keys, set_={"last": agenda.c.last + 1})
