"""Whether it is a notice's turn: not in the quiet hours, not what is out of date, not too much for one person."""

import re
from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from lapor_notification.domain.notices import Notice, State
from lapor_notification.domain.templates import Delivery, Purpose, Template

#: What has waited for less is news, and said though something else has happened meanwhile.
FRESH = timedelta(minutes=10)
#: Whoever has just written to us is awake, and waits for an answer.
AWAKE = timedelta(minutes=30)

#: Whoever was told too much of late is told more after this while.
PAUSE = timedelta(minutes=10)

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when nobody is to be woken, in the zone where the report comes from."""

    begin: time
    end: time

    @classmethod
    def read(cls, text: str) -> Self | None:
        """``21:00-07:00``; ``none`` for no quiet hours."""
        if text == "none":
            return None
        found = _HOURS.fullmatch(text)
        if not found:
            raise ValueError("must be like 21:00-07:00, or none")
        hour, minute, last_hour, last_minute = map(int, found.groups())
        return cls(time(hour, minute), time(last_hour, last_minute))

    def end_of(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end in which this moment lies; None where it lies in none."""
        local = at.astimezone(zone)
        now = local.time()
        over_midnight = self.end <= self.begin
        is_quiet = (now >= self.begin or now < self.end) if over_midnight else self.begin <= now < self.end
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1) if over_midnight and now >= self.begin else local.date()
        return datetime.combine(day, self.end, zone)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What else counts for a notice beside itself."""

    zone: ZoneInfo
    heard_at: datetime | None = None
    """When the reporter last wrote to us, as far as is known."""
    is_out_of_date: bool = False
    """A later notice says how the report stands now."""
    is_urged: bool = False
    """A later notice of the report cannot wait, and must not come before this one."""


def put_off(
    notice: Notice, template: Template, around: Circumstances, quiet: QuietHours | None, *, at: datetime
) -> Notice | None:
    """The notice as it is to wait, or as it ends because it is out of date; None where it is its turn."""
    if template.purpose is Purpose.STATE and around.is_out_of_date and at - notice.planned_at >= FRESH:
        return replace(notice, state=State.OVERTAKEN, finished_at=at, reason="a later notice says how it stands")
    if template.delivery is Delivery.AT_ONCE or around.is_urged or quiet is None:
        return None
    if around.heard_at is not None and at - around.heard_at < AWAKE:
        return None
    until = quiet.end_of(at, around.zone)
    return replace(notice, due_at=until) if until else None


class Pace:
    """How much one person was told of late, so that what is too much waits. A person is a digest, in memory only."""

    def __init__(self, most: int, within: timedelta = timedelta(hours=1)) -> None:
        self._most, self._within = most, within
        self._told: deque[tuple[datetime, bytes]] = deque()
        self._counts: Counter[bytes] = Counter()

    def is_too_much(self, person: bytes, *, at: datetime) -> bool:
        """Whether this person was told enough for now."""
        while self._told and self._told[0][0] <= at - self._within:
            _, told = self._told.popleft()
            self._counts[told] -= 1
            if not self._counts[told]:
                del self._counts[told]
        return self._counts[person] >= self._most

    def note(self, person: bytes, *, at: datetime) -> None:
        """This person was told something."""
        self._told.append((at, person))
        self._counts[person] += 1
