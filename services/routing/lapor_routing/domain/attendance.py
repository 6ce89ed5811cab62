"""Which bodies have reports and nobody who looks at them. Pure: no clock, no database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lapor_routing.domain.agencies import Directory


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many active officers a body has, and when one who is not away was last there."""

    officers: int
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a body has yet to answer: how much, and since when the oldest lies there."""

    agency_code: str
    reports: int
    since: datetime


class Trouble(StrEnum):
    """Why nobody looks."""

    NOBODY = "nobody"
    """Neither the body nor one above it in its house has an active officer."""
    SILENT = "silent"
    """They have, and none of them has been there for long."""


@dataclass(frozen=True, slots=True)
class Unattended:
    """A body with reports at which nobody looks."""

    backlog: Backlog
    trouble: Trouble
    last_seen: datetime | None


def unattended(
    backlogs: Iterable[Backlog],
    attendance: Mapping[str, Attendance],
    directory: Directory,
    connected: Collection[str],
    *,
    seen_since: datetime,
) -> list[Unattended]:
    """The bodies that need somebody's attention, the longest waiting first.

    Officers of a body above look after its units too, up to the body that governs itself; a body with a system of
    its own needs none.
    """
    found = []
    for backlog in backlogs:
        if backlog.agency_code in connected:
            continue
        house = [attendance[body.code] for body in directory.same_house(backlog.agency_code) if body.code in attendance]
        last_seen = max((one.last_seen for one in house if one.last_seen), default=None)
        if last_seen is None or last_seen < seen_since:
            found.append(Unattended(backlog, Trouble.SILENT if house else Trouble.NOBODY, last_seen))
    return sorted(found, key=lambda one: (one.backlog.since, one.backlog.agency_code))
