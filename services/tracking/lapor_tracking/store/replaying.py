"""The store beside another one that was made anew: what is compared, and putting in place what differs."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_tracking.store.chain import hold_chain
from lapor_tracking.store.tables import calendars, deadlines, steps, timelines, unchained

Row = Mapping[str, Any]

#: What follows from the events alone.
REPLAYED = (steps, timelines, deadlines)
#: Columns of these that tell of more than the events, each with the reason why they may differ.
NOT_COMPARED: Mapping[sa.Column[Any], str] = {
    timelines.c.is_counted: "whether a sweep has counted the report since it changed",
    deadlines.c.noted_at: "when we first heard of it; the events tell when it began",
    deadlines.c.announced_at: "when a sweep told of it: taken over from what tracking said",
    deadlines.c.rung: "what sweeps have said of it: taken over from what tracking said",
    deadlines.c.next_at: "when a sweep looks at it again",
    deadlines.c.reason: "by what its date moved, as seen from the date that was known before",
    deadlines.c.calendar_version: "the newest calendar when it was looked at last",
}
#: Tables that are not made anew, each with the reason.
NOT_REPLAYED: Mapping[str, str] = {
    "inbox": "what was heard lately, against hearing it twice",
    "events": "what tracking said: replay reads it, and could not make it",
    "outbox": "what waits to be sent",
    "dead_letters": "what nobody could handle",
    "calendars": "what operators imported",
    "endings": "work in hand of a sweep",
    "told": "what channels were told, and in which order",
    "tallies": "counted by a sweep from the timelines",
    "backlog": "counted by a sweep from the timelines",
    "counted": "counted by a sweep from the timelines",
    "labels": "taken by a sweep from the timelines",
    "listings": "written by a sweep from the timelines",
    "to_list": "work in hand of a sweep",
    "unchained": "work in hand of a sweep",
    "leaves": "the chain over the steps, in the order in which it grew",
    "seals": "the signed roots of that",
    "follows": "who follows a report, until they end it",
    "published_outcomes": "which outcomes followers were told",
}


@cache
def compared(table: sa.Table) -> tuple[str, ...]:
    """The names of the columns that follow from the events."""
    return tuple(str(column.name) for column in table.c if column not in NOT_COMPARED)


def copy_calendars(present: sa.Connection, tx: Transaction) -> None:
    """Let the same days off count."""
    if rows := [dict(row) for row in present.execute(sa.select(calendars)).mappings()]:
        tx.execute(calendars.insert(), rows)


def next_reports(connection: sa.Connection, after: UUID, limit: int) -> list[UUID]:
    """The reports of which there is anything, by id."""
    found: set[UUID] = set()
    for table in REPLAYED:
        key = table.c.report_id
        found.update(connection.scalars(sa.select(key).where(key > after).distinct().order_by(key).limit(limit)))
    return sorted(found)[:limit]


def rows_between(connection: sa.Connection, table: sa.Table, after: UUID, upto: UUID) -> dict[UUID, dict[bytes, Row]]:
    """The rows of these reports, each by its key within its report."""
    key = table.c.report_id
    names = [column.name for column in table.primary_key if column is not key]
    found: dict[UUID, dict[bytes, Row]] = {}
    for row in connection.execute(sa.select(table).where(key > after, key <= upto)).mappings():
        found.setdefault(row["report_id"], {})[as_bytes([row[name] for name in names])] = {
            str(name): value
            for name, value in row.items()  # of no subclass of str, which JSON would not take
        }
    return found


def as_bytes(value: Any) -> bytes:
    """The same for the same, whichever database it comes from."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def replace_steps(tx: Transaction, gone: Iterable[Row], new: Sequence[Row]) -> None:
    """Put steps in the place of others. The chain then holds both, one after the other.

    Meanwhile nothing comes into the chain: what waits to would come in as it was, and be taken for done.
    """
    hold_chain(tx)
    for row in [*gone, *new]:
        same = (steps.c.report_id == row["report_id"]) & (steps.c.event_id == row["event_id"])
        tx.execute(steps.delete().where(same))
        tx.add(unchained, {"event_id": row["event_id"], "report_id": row["report_id"]}, unless_exists=True)
    for row in new:
        tx.add(steps, row)


def drop_timelines(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Of these nothing is known."""
    tx.execute(timelines.delete().where(among(timelines.c.report_id, report_ids, tx.dialect)))


def take_over_told(tx: Transaction, rows: Iterable[Row]) -> None:
    """What was said of these clocks is not to be said again, where they are new here."""
    for row in rows:
        tx.execute(
            deadlines.update()
            .where(
                deadlines.c.report_id == row["report_id"],
                deadlines.c.deadline_id == row["deadline_id"],
                deadlines.c.due_at == row["due_at"],
                deadlines.c.announced_at.is_(None),
            )
            .values(announced_at=row["announced_at"], rung=row["rung"])
        )


def note_announced(tx: Transaction, told: Sequence[Mapping[str, Any]]) -> None:
    """Clocks were told of as they (still) are: ``report``, ``deadline``, ``due``, ``agency``, ``at``."""
    tx.execute(
        deadlines.update()
        .where(
            deadlines.c.report_id == sa.bindparam("report"),
            deadlines.c.deadline_id == sa.bindparam("deadline"),
            deadlines.c.due_at == sa.bindparam("due"),
            deadlines.c.agency_code.is_not_distinct_from(sa.bindparam("agency", type_=sa.Text)),
        )
        .values(announced_at=sa.bindparam("at")),
        told,
    )


def note_rungs(tx: Transaction, said: Sequence[Mapping[str, Any]]) -> None:
    """So much was said of clocks: ``report``, ``deadline``, ``number``."""
    tx.execute(
        deadlines.update()
        .where(
            deadlines.c.report_id == sa.bindparam("report"),
            deadlines.c.deadline_id == sa.bindparam("deadline"),
            deadlines.c.rung < sa.bindparam("number"),
        )
        .values(rung=sa.bindparam("number")),
        said,
    )
