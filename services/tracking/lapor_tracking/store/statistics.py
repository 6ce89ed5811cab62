"""Keeps the statistics: a report whose row has changed is counted anew, and the tallies move by the difference.

Nothing is counted while events are heard: that would let all instances wait for the same few rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among, replacing
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Clock
from lapor_tracking.domain.statistics import Contribution, Grouping, Measure, Months, Ran, contribution
from lapor_tracking.store.tables import (
    backlog,
    counted,
    deadlines,
    is_uncounted,
    is_used_up,
    labels,
    tallies,
    timelines,
)

Cell = tuple[str, ...]


def count_anew(tx: Transaction, limit: int) -> int:
    """Bring the statistics up to date with some of the reports that changed; returns how many."""
    changed = (
        sa.select(timelines)
        .where(is_uncounted)
        .order_by(timelines.c.changed_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = {row["report_id"]: dict(row) for row in tx.execute(changed).mappings()}
    if not rows:
        return 0
    clocks = _clocks(tx, rows)
    before = _counted(tx, rows)
    after = {key: contribution(row, clocks[key], tx.now) for key, row in rows.items()}
    _move(tx, [(before.get(key), after[key]) for key in rows])
    if said := [{"report_id": key, "said": asdict(one)} for key, one in after.items() if one]:
        tx.write(counted, said, replacing)
    _name(tx, rows.values())
    tx.execute(timelines.update().where(among(timelines.c.report_id, rows, tx.dialect)).values(is_counted=True))
    return len(rows)


def uncount(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """These are to be counted anew though nothing happened to them: their time ran out."""
    tx.execute(timelines.update().where(among(timelines.c.report_id, report_ids, tx.dialect)).values(is_counted=False))


def sums(
    connection: sa.Connection,
    by: Grouping,
    months: Months,
    after: tuple[int, str] | None,
    limit: int,
    *,
    value: str | None = None,
    base: int = 1,
) -> list[dict[str, Any]]:
    """The tallies of these months taken together, of the value with most reports first; with their names.

    Each month's count is rounded to a multiple of ``base`` before it is added: so no sums taken from each other tell
    more than a month's rounded count does.
    """
    columns = [sa.cast(sa.func.sum(_rounded(measure, base)), sa.BigInteger).label(measure.value) for measure in Measure]
    grouped = sa.select(tallies.c.value, *columns).where(_in_months(by, months)).group_by(tallies.c.value)
    if value is not None:
        grouped = grouped.where(tallies.c.value == value)
    total = grouped.subquery()
    query = (
        sa.select(total, labels.c.name)
        .outerjoin(labels, (labels.c.by == by) & (labels.c.value == total.c.value))
        .where(total.c.received > 0)
        .order_by(total.c.received.desc(), total.c.value)
        .limit(limit)
    )
    if after:
        received, last_value = after
        further = (total.c.received == received) & (total.c.value > last_value)
        query = query.where((total.c.received < received) | further)
    return [dict(row) for row in connection.execute(query).mappings()]


def received(connection: sa.Connection, by: Grouping, month: str) -> list[tuple[str, str | None, int]]:
    """How many reports of each value came in in a month: the value, what it is called, and the exact count."""
    query = (
        sa.select(tallies.c.value, labels.c.name, tallies.c.received)
        .outerjoin(labels, (labels.c.by == by) & (labels.c.value == tallies.c.value))
        .where(_in_months(by, Months(month, month)), tallies.c.received > 0)
    )
    return [(row.value, row.name, row.received) for row in connection.execute(query)]


def by_month(
    connection: sa.Connection, by: Grouping, value: str, months: Months, *, base: int = 1
) -> list[dict[str, Any]]:
    """The tallies of one value, month by month."""
    columns = [_rounded(measure, base).label(measure.value) for measure in Measure]
    query = sa.select(tallies.c.month, *columns).where(_in_months(by, months), tallies.c.value == value)
    return [dict(row) for row in connection.execute(query.order_by(tallies.c.month)).mappings()]


def _in_months(by: Grouping, months: Months) -> sa.ColumnElement[bool]:
    # One by one: of a single value the key then finds a row for each month, and need not go through all values between.
    return (tallies.c.by == by) & tallies.c.month.in_(months.each)


def _rounded(measure: Measure, base: int) -> sa.ColumnElement[int]:
    return (tallies.c[measure] + base // 2) // base * base


def open_by_day(connection: sa.Connection, by: Grouping, value: str) -> list[tuple[date, int]]:
    """How many reports are open of those that came in on each day."""
    query = sa.select(backlog.c.received_on, backlog.c.reports).where(
        backlog.c.by == by, backlog.c.value == value, backlog.c.reports > 0
    )
    return [(row.received_on, row.reports) for row in connection.execute(query)]


def label_of(connection: sa.Connection, by: Grouping, value: str) -> str | None:
    """What a value is called."""
    return connection.scalar(sa.select(labels.c.name).where(labels.c.by == by, labels.c.value == value))


def _clocks(tx: Transaction, report_ids: Iterable[UUID]) -> defaultdict[UUID, list[Ran]]:
    found = sa.select(deadlines.c.report_id, deadlines.c.clock, deadlines.c.due_at, deadlines.c.stopped_at).where(
        among(deadlines.c.report_id, report_ids, tx.dialect)
    )
    clocks: defaultdict[UUID, list[Ran]] = defaultdict(list)
    for report_id, clock, due_at, stopped_at in tx.execute(found):
        clocks[report_id].append(Ran(Clock(clock), due_at, stopped_at))
    return clocks


def _counted(tx: Transaction, report_ids: Iterable[UUID]) -> dict[UUID, Contribution]:
    found = sa.select(counted.c.report_id, counted.c.said).where(among(counted.c.report_id, report_ids, tx.dialect))
    return {row.report_id: Contribution(**row.said) for row in tx.execute(found)}


def _move(tx: Transaction, changes: Iterable[tuple[Contribution | None, Contribution | None]]) -> None:
    # In the order of their keys, so that no two instances wait for each other.
    cells: defaultdict[Cell, Counter[str]] = defaultdict(Counter)
    days: Counter[Cell] = Counter()
    for before, after in changes:
        for one, sign in ((before, -1), (after, 1)):
            if one is None:
                continue
            for by, value in one.values.items():
                for measure, count in one.measures.items():
                    cells[by, one.month, value][measure] += sign * count
                if one.open_since:
                    days[by, value, one.open_since] += sign
    moved = [
        {"by": by, "month": month, "value": value, **{measure.value: change[measure] for measure in Measure}}
        for (by, month, value), change in sorted(cells.items())
        if any(change.values())
    ]
    if moved:
        tx.write(tallies, moved, _adding_measures)
    if waiting := [
        {"by": by, "value": value, "received_on": date.fromisoformat(day), "reports": change}
        for (by, value, day), change in sorted(days.items())
        if change
    ]:
        tx.write(backlog, waiting, _adding_reports)
        tx.execute(backlog.delete().where(is_used_up))


def _name(tx: Transaction, rows: Iterable[Any]) -> None:
    names = {(Grouping.AGENCY, row["agency_code"]): row["agency_name"] for row in rows if not row["sealed"]}
    names |= {(Grouping.TOPIC, row["category"]): row["category_name"] for row in rows if not row["sealed"]}
    known = [{"by": by, "value": value, "name": name} for (by, value), name in names.items() if value and name]
    if known:
        tx.write(labels, sorted(known, key=lambda row: (row["by"], row["value"])), replacing)


def _adding_measures(insert: Any) -> Any:
    values = {measure.value: tallies.c[measure] + insert.excluded[measure] for measure in Measure}
    return insert.on_conflict_do_update(index_elements=["by", "month", "value"], set_=values)


def _adding_reports(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["by", "value", "received_on"], set_={"reports": backlog.c.reports + insert.excluded.reports}
    )
