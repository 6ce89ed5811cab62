"""By what officers narrow their inbox."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lapor_contracts.vocabulary import Kind
from lapor_routing.domain.disposition import State
from lapor_routing.store.tables import dispositions, reports


@dataclass(frozen=True, kw_only=True)
class Sift:
    """What of an inbox is wanted. What is None or False narrows nothing."""

    states: tuple[State, ...]
    kind: Kind | None = None
    agency_code: str | None = None
    """One of the units."""
    region_code: str | None = None
    """A region, with all that lies in it."""
    category: str | None = None
    """A category or a topic, with all whose codes begin with it."""
    tracking_id: str | None = None
    officers: Collection[str] | None = None
    """Who of them has taken it on."""
    unclaimed: bool = False
    urgent: bool = False
    supervised: bool = False
    replied: bool = False
    """The reporter wrote and nobody has answered that yet."""
    late_at: datetime | None = None
    """What was due before this moment."""


def conditions(
    sift: Sift,
    *,
    due_at: sa.ColumnElement[datetime],
    replied_at: sa.ColumnElement[datetime],
    answered_at: sa.ColumnElement[datetime],
) -> Iterator[sa.ColumnElement[bool]]:
    """What must be true of a disposition; what has to be looked up elsewhere is handed in."""
    own = dispositions.c
    for column, wanted in (
        (reports.c.kind, sift.kind),
        (own.agency_code, sift.agency_code),
        (reports.c.tracking_id, sift.tracking_id),
    ):
        if wanted is not None:
            yield column == wanted
    for column, beginning in ((reports.c.region_code, sift.region_code), (reports.c.category, sift.category)):
        if beginning:
            yield column.startswith(beginning, autoescape=True)
    for condition, narrows in (
        (own.officer.is_(None), sift.unclaimed),
        (reports.c.urgent, sift.urgent),
        (reports.c.supervised, sift.supervised),
        (replied_at.is_not(None) & (answered_at.is_(None) | (replied_at > answered_at)), sift.replied),
    ):
        if narrows:
            yield condition
    if sift.officers is not None:
        yield own.officer.in_(sift.officers)
    if sift.late_at:
        yield due_at < sift.late_at
