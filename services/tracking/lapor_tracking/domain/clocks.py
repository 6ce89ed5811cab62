"""Which clocks run for a report, by which regulation, and when each is due. The limits are data, not code."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import (
    Calendar,
    Unit,
    due_at,
    extended,
    national_calendar,
    working_days_between,
)
from lapor_contracts.vocabulary import Clock, Kind
from lapor_tracking.domain.steps import StepType


@dataclass(frozen=True, slots=True)
class Office:
    """Where the days of a clock are counted: in whose zone, and by which region's calendar."""

    time_zone: str
    region_code: str | None = None


#: Before a body holds the report, days are counted where the verifiers sit.
VERIFIERS = Office("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class Sort:
    """What a time limit may depend on."""

    kind: Kind = Kind.COMPLAINT
    supervised: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A time limit that a regulation sets."""

    regulation: str
    valid_from: date
    valid_to: date | None
    clock: Clock
    kind: Kind | None
    """None: for reports of every kind."""
    supervised: bool | None
    """Only for complaints with supervision (berkadar pengawasan), or only for those without; None: for both."""
    days: int
    unit: Unit
    starts_on: frozenset[StepType]
    stops_on: frozenset[StepType]
    pauses_on: frozenset[StepType] = frozenset()
    resumes_on: frozenset[StepType] = frozenset()
    cap: int = 0
    """So many working days all its pauses may take together."""
    counts_from: StepType | None = None
    """The days count from the first such step, however often the clock stops and starts; None: from its start."""
    ends_on: frozenset[StepType] = frozenset()
    """After such a step it never runs again."""

    def applies(self, sort: Sort, day: date) -> bool:
        """Whether a clock that starts on that day, for a report of that sort, obeys this policy."""
        return (
            self.kind in (None, sort.kind)
            and self.supervised in (None, sort.supervised)
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A clock of a report: when it began, when it is due, and when it stopped."""

    deadline_id: UUID
    clock: Clock
    starts_at: datetime
    due_at: datetime
    """While it pauses, as if the pause lasted as long as it may."""
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    """Since then it waits for the reporter."""
    agency_code: str | None = None
    """Whose clock it is; None before a body holds the report."""
    office: Office = VERIFIERS
    regulation: str
    reason: str | None = None
    """Why it is due later than it was to be at first."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """Every version of the calendar, each with the time from which it is known; the last one counts now."""

    versions: Sequence[tuple[datetime, Calendar]]

    @property
    def present(self) -> Calendar:
        """The one that counts now."""
        return self.versions[-1][1]

    def as_of(self, at: datetime) -> Calendar:
        """The one that counted then: a decree of today does not change what was due last year."""
        return next((known for since, known in reversed(self.versions) if since <= at), self.versions[0][1])


class Rulebook:
    """The policies and the calendars by which clocks run."""

    def __init__(self, policies: Sequence[Policy], calendars: Calendars, version: int = 0) -> None:
        self.policies = policies
        self.calendars = calendars
        self.version = version
        """Of the calendar."""
        self._started_by: Mapping[StepType, list[Policy]] = {
            step: [policy for policy in policies if step in policy.starts_on] for step in StepType
        }

    @property
    def calendar(self) -> Calendar:
        """The one that counts now."""
        return self.calendars.present

    def started_by(self, step: StepType) -> Sequence[Policy]:
        """The policies, of any time and kind, whose clock starts with such a step."""
        return self._started_by[step]


@cache
def shipped_rules() -> Rulebook:
    """The rules that come with this package; data/README.md says where they are from."""
    with (files("lapor_tracking") / "data" / "policies.csv").open(encoding="utf-8") as lines:
        policies = [_policy(row) for row in csv.DictReader(lines)]
    return Rulebook(policies, Calendars([(datetime.min.replace(tzinfo=UTC), national_calendar())]))


def _policy(row: Mapping[str, str]) -> Policy:
    return Policy(
        regulation=row["regulation"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        clock=Clock(row["clock"]),
        kind=Kind(row["kind"]) if row["kind"] else None,
        supervised=row["supervised"] == "yes" if row["supervised"] else None,
        days=int(row["days"]),
        unit=Unit(row["unit"]),
        starts_on=_steps(row["starts_on"]),
        stops_on=_steps(row["stops_on"]),
        pauses_on=_steps(row["pauses_on"]),
        resumes_on=_steps(row["resumes_on"]),
        cap=int(row["cap"] or 0),
        counts_from=StepType(row["counts_from"]) if row["counts_from"] else None,
        ends_on=_steps(row["ends_on"]),
    )


def _steps(names: str) -> frozenset[StepType]:
    return frozenset(map(StepType, names.split()))


@dataclass(slots=True)
class _Running:
    deadline_id: UUID
    policy: Policy
    starts_at: datetime
    office: Office
    agency_code: str | None
    more: int = 0
    """Working days that it was given besides."""
    paused_at: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    reason: str | None = None

    def as_deadline(self, calendar: Calendar, stopped_at: datetime | None = None) -> Deadline:
        return Deadline(
            deadline_id=self.deadline_id,
            clock=self.policy.clock,
            starts_at=self.starts_at,
            due_at=self._due_at(calendar.of(self.office.region_code)),
            stopped_at=stopped_at,
            paused_at=None if stopped_at else self.paused_at,
            agency_code=self.agency_code,
            office=self.office,
            regulation=self.policy.regulation,
            reason=self.reason,
        )

    def pause(self, at: datetime, calendar: Calendar) -> None:
        """A question that comes when the time is over gives none back."""
        if not self.paused_at and at < self._due_at(calendar.of(self.office.region_code)):
            self.paused_at, self.reason = at, "waits_for_reporter"

    def resume(self, at: datetime) -> None:
        if self.paused_at:
            self.pauses.append((self.paused_at, at))
            self.paused_at, self.reason = None, "waited_for_reporter"

    def extend(self, working_days: int) -> None:
        self.more += working_days
        self.reason = "extended"

    def _due_at(self, calendar: Calendar) -> datetime:
        zone = ZoneInfo(self.office.time_zone)
        due = due_at(self.starts_at, self.policy.days, self.policy.unit, zone, calendar)
        waited = sum(working_days_between(*pause, zone, calendar) for pause in self.pauses)
        more = self.more + (self.policy.cap if self.paused_at else min(waited, self.policy.cap))
        return extended(due, more, zone, calendar) if more else due


#: The clocks that each body has for its own part.
OF_A_BODY = frozenset({Clock.FIRST_ANSWER, Clock.INTERIM, Clock.RESOLVE})


class Clocks:
    """The clocks of one report, while its steps are gone through in the order in which they happened.

    A clock is the report's own, or that of a co-owner's ``part`` (its disposition).
    """

    def __init__(self, report_id: UUID, rules: Rulebook) -> None:
        self._report_id = report_id
        self._rules = rules
        self._running: dict[tuple[Clock, UUID | None], _Running] = {}
        self._stopped: list[Deadline] = []
        self._begun: Counter[tuple[Clock, UUID | None]] = Counter()
        self._first: dict[StepType, datetime] = {}

    def stop(self, step: StepType, at: datetime, *, part: UUID | None = None) -> None:
        """Stop what waited for such a step; let pause, or go on, what does so."""
        self._first.setdefault(step, at)
        self._stop(at, lambda of, one: of == part and step in one.policy.stops_on | one.policy.ends_on)
        for (_, of), one in self._running.items():
            if step in one.policy.resumes_on:  # what the reporter says is for all who asked
                one.resume(at)
            if of == part and step in one.policy.pauses_on:
                one.pause(at, self._rules.calendars.as_of(at))

    def end(self, at: datetime, *, part: UUID) -> None:
        """Stop all that a co-owner was asked for."""
        self._stop(at, lambda of, _: of == part)

    def end_parts(self, at: datetime) -> None:
        """Stop all that co-owners were asked for."""
        self._stop(at, lambda of, _: of is not None)

    def not_done(self, at: datetime) -> None:
        """The reporter need not react yet: more is to be done."""
        self._stop(at, lambda _, one: one.policy.clock is Clock.REPORTER_SILENCE)

    def start(
        self,
        step: StepType,
        at: datetime,
        sort: Sort,
        agency_code: str | None,
        office: Office,
        *,
        part: UUID | None = None,
        is_done: bool = True,
    ) -> None:
        """Start what begins with such a step. What runs already goes on: passing a report on wins nobody time.

        Unless all that had to be done ``is_done``, the reporter is not asked for a reaction.
        """
        for policy in self._rules.started_by(step):
            key = policy.clock, part
            since = self._first.get(policy.counts_from, at) if policy.counts_from else at
            today = since.astimezone(ZoneInfo(office.time_zone)).date()
            if key in self._running or not policy.applies(sort, today) or policy.ends_on & self._first.keys():
                continue
            if (part and policy.clock not in OF_A_BODY) or (policy.clock is Clock.REPORTER_SILENCE and not is_done):
                continue
            whose = None if policy.clock is Clock.OMBUDSMAN else agency_code
            self._running[key] = _Running(self._next_id(key), policy, since, office, whose)

    def extend(self, working_days: int, *, part: UUID | None = None) -> None:
        """Give whoever resolves it so many working days more, after the day on which it would be due."""
        if one := self._running.get((Clock.RESOLVE, part)):
            one.extend(working_days)

    def hand_over(self, agency_code: str | None, *, part: UUID | None = None) -> None:
        """The clocks that run for the report itself, or for a part of it, are this body's from now on, or nobody's."""
        for (clock, of), one in self._running.items():
            if of == part and clock is not Clock.OMBUDSMAN:  # which is about all of them
                one.agency_code = agency_code

    @property
    def is_anybody_waited_for(self) -> bool:
        """Whether somebody's time runs; the Ombudsman's clock is about all of them."""
        return any(clock is not Clock.OMBUDSMAN for clock, _ in self._running)

    def deadlines(self) -> tuple[Deadline, ...]:
        """All clocks, those that stopped first."""
        return (*self._stopped, *(one.as_deadline(self._rules.calendar) for one in self._running.values()))

    def _stop(self, at: datetime, is_meant: Callable[[UUID | None, _Running], bool]) -> None:
        for key, one in list(self._running.items()):
            if is_meant(key[1], one):
                del self._running[key]
                one.resume(at)
                self._stopped.append(one.as_deadline(self._rules.calendars.as_of(at), stopped_at=at))

    def _next_id(self, key: tuple[Clock, UUID | None]) -> UUID:
        """The n-th clock of its kind always has the same id, so that going through the steps again changes nothing."""
        clock, part = key
        number, self._begun[key] = self._begun[key], self._begun[key] + 1
        return uuid5(self._report_id, f"{clock}/{part}/{number}" if part else f"{clock}/{number}")
