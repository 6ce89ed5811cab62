"""What a member of staff is told each working day, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import Calendar, last_day
from lapor_notification.domain.notices import Data

#: When the day's digest comes, where its reader works.
DIGEST_AT = time(7)
#: So many tracking IDs of each sort; of more there is a number, and the desk.
MOST_NAMED = 20


class Wants(StrEnum):
    """How a member of staff wants to be told."""

    DIGEST = "digest"
    """One letter each working day, if there is something to say."""
    AT_ONCE = "at_once"
    """That, and besides each overdue report as soon as it comes to them."""
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A report that a body, or a coordinator, has to see to."""

    tracking_id: str
    given_at: datetime | None = None
    due_at: datetime | None = None
    replied_at: datetime | None = None
    escalated_at: datetime | None = None
    is_ours: bool = True
    """The body has the report itself; otherwise it only came to it because another one was late."""


def next_digest(at: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """The next moment for a digest after this one: on a working day, where its reader works."""
    day = at.astimezone(zone).date()
    if datetime.combine(day, DIGEST_AT, zone) <= at:
        day += timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, DIGEST_AT, zone)


def digest_of(tasks: Iterable[Task], *, since: datetime, now: datetime, zone: ZoneInfo) -> Data | None:
    """What there is to say of them, by number and tracking ID and nothing more; None for nothing."""
    kept = sorted(tasks, key=lambda task: task.tracking_id)
    ours = [task for task in kept if task.is_ours]
    today = now.astimezone(zone).date()
    sorts = {
        "new": [task for task in ours if _is_after(task.given_at, since)],
        "due": [task for task in ours if task.due_at and task.due_at > now and last_day(task.due_at, zone) <= today],
        "overdue": [task for task in ours if task.due_at and task.due_at <= now],
        "replied": [task for task in ours if _is_after(task.replied_at, since)],
        "escalated": [task for task in kept if not task.is_ours and _is_after(task.escalated_at, since)],
    }
    if not any(sorts.values()):
        return None
    named: dict[str, str | list[str]] = {
        name: [task.tracking_id for task in found[:MOST_NAMED]] for name, found in sorts.items()
    }
    counts: dict[str, str | list[str]] = {f"{name}_count": str(len(found)) for name, found in sorts.items()}
    return {"tracking_id": "", **named, **counts}


def _is_after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since
