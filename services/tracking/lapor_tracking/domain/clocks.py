"""Which clocks run for a report, by which regulation, and when each is due. The limits are data, not code."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import Calendar, Unit, due_at, extended, national_calendar
from lapor_contracts.vocabulary import Clock, Kind
from lapor_tracking.domain.steps import StepType

#: Before a body holds the report, days are counted where the verifiers sit.
VERIFIERS_ZONE = "Asia/Jakarta"


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
    stopped_at: datetime | None = None
    agency_code: str | None = None
    """Whose clock it is; None before a body holds the report."""
    regulation: str


class Rulebook:
    """The policies and the calendar by which clocks run."""

    def __init__(self, policies: Sequence[Policy], calendar: Calendar) -> None:
        self.calendar = calendar
        self._started_by: Mapping[StepType, list[Policy]] = {
            step: [policy for policy in policies if step in policy.starts_on] for step in StepType
        }

    def started_by(self, step: StepType) -> Sequence[Policy]:
        """The policies, of any time and kind, whose clock starts with such a step."""
        return self._started_by[step]


@cache
def rules_in_force() -> Rulebook:
    """The rules that come with this package; data/README.md says where they are from."""
    with (files("lapor_tracking") / "data" / "policies.csv").open(encoding="utf-8") as lines:
        return Rulebook([_policy(row) for row in csv.DictReader(lines)], national_calendar())


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
        starts_on=frozenset(map(StepType, row["starts_on"].split())),
        stops_on=frozenset(map(StepType, row["stops_on"].split())),
    )


@dataclass(frozen=True, slots=True)
class _Running:
    policy: Policy
    deadline: Deadline
    zone: ZoneInfo


#: The clocks that each body has for its own part.
OF_A_BODY = frozenset({Clock.FIRST_ANSWER, Clock.RESOLVE})


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

    def stop(self, step: StepType, at: datetime, *, part: UUID | None = None) -> None:
        """Stop what waited for such a step."""
        self._stop(at, lambda of, one: of == part and step in one.policy.stops_on)

    def end(self, at: datetime, *, part: UUID) -> None:
        """Stop all that a co-owner was asked for."""
        self._stop(at, lambda of, _: of == part)

    def end_parts(self, at: datetime) -> None:
        """Stop all that co-owners were asked for."""
        self._stop(at, lambda of, _: of is not None)

    def not_done(self, at: datetime) -> None:
        """The reporter need not react yet: more is to be done."""
        self._stop(at, lambda _, one: one.deadline.clock is Clock.REPORTER_SILENCE)

    def start(
        self,
        step: StepType,
        at: datetime,
        sort: Sort,
        agency_code: str | None,
        zone: str,
        *,
        part: UUID | None = None,
        is_done: bool = True,
    ) -> None:
        """Start what begins with such a step. What runs already goes on: passing a report on wins nobody time.

        Unless all that had to be done ``is_done``, the reporter is not asked for a reaction.
        """
        where = ZoneInfo(zone)
        today = at.astimezone(where).date()
        for policy in self._rules.started_by(step):
            key = policy.clock, part
            if key in self._running or not policy.applies(sort, today):
                continue
            if (part and policy.clock not in OF_A_BODY) or (policy.clock is Clock.REPORTER_SILENCE and not is_done):
                continue
            deadline = Deadline(
                deadline_id=self._next_id(key),
                clock=policy.clock,
                starts_at=at,
                due_at=due_at(at, policy.days, policy.unit, where, self._rules.calendar),
                agency_code=agency_code,
                regulation=policy.regulation,
            )
            self._running[key] = _Running(policy, deadline, where)

    def extend(self, working_days: int, *, part: UUID | None = None) -> None:
        """Give whoever resolves it so many working days more, after the day on which it would be due."""
        if one := self._running.get((Clock.RESOLVE, part)):
            later = extended(one.deadline.due_at, working_days, one.zone, self._rules.calendar)
            self._running[Clock.RESOLVE, part] = replace(one, deadline=replace(one.deadline, due_at=later))

    def hand_over(self, agency_code: str, *, part: UUID | None = None) -> None:
        """The clocks that run for the report itself, or for a part of it, are this body's from now on."""
        for (clock, of), one in self._running.items():
            if of == part:
                self._running[clock, of] = replace(one, deadline=replace(one.deadline, agency_code=agency_code))

    def deadlines(self) -> tuple[Deadline, ...]:
        """All clocks, those that stopped first."""
        return (*self._stopped, *(one.deadline for one in self._running.values()))

    def _stop(self, at: datetime, is_meant: Callable[[UUID | None, _Running], bool]) -> None:
        for key, one in list(self._running.items()):
            if is_meant(key[1], one):
                del self._running[key]
                self._stopped.append(replace(one.deadline, stopped_at=at))

    def _next_id(self, key: tuple[Clock, UUID | None]) -> UUID:
        """The n-th clock of its kind always has the same id, so that going through the steps again changes nothing."""
        clock, part = key
        number, self._begun[key] = self._begun[key], self._begun[key] + 1
        return uuid5(self._report_id, f"{clock}/{part}/{number}" if part else f"{clock}/{number}")
