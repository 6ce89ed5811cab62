"""Which clocks run for a report, by which regulation, and when each is due. The limits are data, not code."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import Calendar, Unit, due_at, national_calendar
from lapor_contracts.vocabulary import Clock, Kind
from lapor_tracking.domain.steps import StepType

#: Before a body holds the report, days are counted where the verifiers sit.
VERIFIERS_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A time limit that a regulation sets."""

    regulation: str
    valid_from: date
    valid_to: date | None
    clock: Clock
    kind: Kind | None
    """None: for reports of every kind."""
    days: int
    unit: Unit
    starts_on: frozenset[StepType]
    stops_on: frozenset[StepType]

    def applies(self, kind: Kind, day: date) -> bool:
        """Whether a clock that starts on that day, for a report of that kind, obeys this policy."""
        return self.kind in (None, kind) and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


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
        days=int(row["days"]),
        unit=Unit(row["unit"]),
        starts_on=frozenset(map(StepType, row["starts_on"].split())),
        stops_on=frozenset(map(StepType, row["stops_on"].split())),
    )


class Clocks:
    """The clocks of one report, while its steps are gone through in the order in which they happened."""

    def __init__(self, report_id: UUID, rules: Rulebook) -> None:
        self._report_id = report_id
        self._rules = rules
        self._running: dict[Clock, tuple[Policy, Deadline]] = {}
        self._stopped: list[Deadline] = []

    def stop(self, step: StepType, at: datetime) -> None:
        """Stop what waited for such a step."""
        for clock, (policy, deadline) in list(self._running.items()):
            if step in policy.stops_on:
                del self._running[clock]
                self._stopped.append(replace(deadline, stopped_at=at))

    def start(self, step: StepType, at: datetime, kind: Kind, agency_code: str | None, zone: str) -> None:
        """Start what begins with such a step. What runs already goes on: passing a report on wins nobody time."""
        where = ZoneInfo(zone)
        today = at.astimezone(where).date()
        for policy in self._rules.started_by(step):
            if policy.clock not in self._running and policy.applies(kind, today):
                deadline = Deadline(
                    deadline_id=self._next_id(policy.clock),
                    clock=policy.clock,
                    starts_at=at,
                    due_at=due_at(at, policy.days, policy.unit, where, self._rules.calendar),
                    agency_code=agency_code,
                    regulation=policy.regulation,
                )
                self._running[policy.clock] = policy, deadline

    def hand_over(self, agency_code: str) -> None:
        """The clocks that run are this body's from now on."""
        for clock, (policy, deadline) in self._running.items():
            self._running[clock] = policy, replace(deadline, agency_code=agency_code)

    def deadlines(self) -> tuple[Deadline, ...]:
        """All clocks, those that stopped first."""
        return (*self._stopped, *(deadline for _, deadline in self._running.values()))

    def _next_id(self, clock: Clock) -> UUID:
        """The n-th clock of its kind always has the same id, so that going through the steps again changes nothing."""
        number = sum(deadline.clock is clock for deadline in self._stopped)
        return uuid5(self._report_id, f"{clock}/{number}")
