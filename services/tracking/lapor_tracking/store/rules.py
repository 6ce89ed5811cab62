"""The rules that count now: the shipped policies, with the calendar as it was last imported."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_chassis.working_days import DayOff, calendar_of, national_days_off
from lapor_tracking.domain.clocks import Calendars, Rulebook, shipped_rules
from lapor_tracking.store.tables import calendars


class Rules:
    """Gives the rules as they stand in a transaction. The calendar is read again only when there is a newer one."""

    def __init__(self) -> None:
        self._known = shipped_rules()

    def at(self, executor: sa.Connection | Transaction) -> Rulebook:
        """The rules for what is done in this transaction."""
        version = present_version(executor)
        if version != self._known.version:
            shipped = shipped_rules()
            later = [
                (row.since, calendar_of(map(_day, row.days)))
                for row in executor.execute(sa.select(calendars).order_by(calendars.c.version))
            ]
            self._known = Rulebook(shipped.policies, Calendars([*shipped.calendars.versions, *later]), version)
        return self._known


def present_version(executor: sa.Connection | Transaction) -> int:
    """Of the calendar; 0 is the one that is shipped."""
    return executor.execute(sa.select(sa.func.coalesce(sa.func.max(calendars.c.version), 0))).scalar_one()


def present_days(executor: sa.Connection | Transaction) -> Sequence[DayOff]:
    """Every day off of the calendar that counts now."""
    newest = sa.select(calendars.c.days).order_by(calendars.c.version.desc()).limit(1)
    found = executor.execute(newest).scalar()
    return national_days_off() if found is None else tuple(map(_day, found))


def add_calendar(tx: Transaction, days: Sequence[DayOff], source: str) -> int:
    """From now on this one counts; returns its version."""
    version = present_version(tx) + 1
    rows = [[f"{one.day}", one.name, one.kind, one.region_code] for one in days]
    tx.execute(calendars.insert().values(version=version, since=tx.now, source=source, days=rows))
    return version


def _day(row: Sequence[Any]) -> DayOff:
    day, name, kind, region_code = row
    return DayOff(date.fromisoformat(day), name, kind, region_code)
