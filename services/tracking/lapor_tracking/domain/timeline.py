"""A report's timeline out of its steps, in whatever order they were heard: late, twice and reversed give the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lapor_contracts.vocabulary import Clock, Kind, Status
from lapor_tracking.domain.clocks import VERIFIERS_ZONE, Clocks, Deadline, Rulebook
from lapor_tracking.domain.steps import MOVES, Step, StepType, may_follow


@dataclass(frozen=True, slots=True)
class Holder:
    """The body that must act, and since when."""

    agency_code: str
    agency_name: str
    time_zone: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the report stood after a step, and in whose hands."""

    step: Step
    status: Status
    holder: Holder | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Where a report stands, and how it came there."""

    report_id: UUID
    tracking_id: str | None
    status: Status | None
    changed_at: datetime | None
    secret: bool
    holder: Holder | None
    deadlines: tuple[Deadline, ...]
    steps: tuple[Step, ...]
    standings: tuple[Standing, ...] = ()
    """One for each step."""

    @property
    def channel(self) -> str | None:
        """How the report came in."""
        return self._received.get("channel")

    @property
    def receipt_hash(self) -> str | None:
        """By which the receipt is known."""
        return self._received.get("receipt_hash")

    @property
    def oversight_key(self) -> str | None:
        """For whom a whistleblower's words are sealed; None where nobody blows a whistle."""
        return self._received.get("oversight_key")

    @property
    def _received(self) -> Mapping[str, Any]:
        return next((step.data for step in self.steps if step.type is StepType.RECEIVED), {})

    @property
    def time_zone(self) -> str:
        """Where the report is handled."""
        return self.holder.time_zone if self.holder else VERIFIERS_ZONE

    @property
    def running(self) -> Sequence[Deadline]:
        """The clocks that run, the next to run out first."""
        return sorted((one for one in self.deadlines if one.stopped_at is None), key=lambda one: one.due_at)

    @property
    def silence(self) -> Deadline | None:
        """The clock of the reporter's silence, while it runs; only a substantive answer starts it."""
        return next((one for one in self.running if one.clock is Clock.REPORTER_SILENCE), None)


#: What is known of a report of which nothing was heard.
UNHEARD = Timeline(
    report_id=UUID(int=0),
    tracking_id=None,
    status=None,
    changed_at=None,
    secret=True,
    holder=None,
    deadlines=(),
    steps=(),
)


def fold(report_id: UUID, steps: Iterable[Step], rules: Rulebook) -> Timeline:
    """What the steps add up to."""
    ordered = sorted(steps, key=lambda step: step.order)
    clocks = Clocks(report_id, rules)
    tracking_id: str | None = None
    status: Status | None = None
    changed_at: datetime | None = None
    holder: Holder | None = None
    kind = Kind.COMPLAINT
    chosen: list[bool] = []
    standings: list[Standing] = []
    for step in ordered:
        data = step.data
        tracking_id = tracking_id or data.get("tracking_id")
        if "kind" in data:
            kind = Kind(data["kind"])
        if "secret" in data:
            chosen.append(data["secret"])
        clocks.stop(step.type, step.happened_at)
        if may_follow(status, step.type):
            status, changed_at = MOVES[step.type].to, step.happened_at
            if step.type is StepType.ROUTED:
                holder = Holder(data["agency_code"], data["agency_name"], data["time_zone"], step.happened_at)
                clocks.hand_over(holder.agency_code)
            elif step.type in (StepType.REFUSED, StepType.UNROUTABLE):
                holder = None
            agency_code, zone = (holder.agency_code, holder.time_zone) if holder else (None, VERIFIERS_ZONE)
            clocks.start(step.type, step.happened_at, kind, agency_code, zone)
        standings.append(Standing(step, status or Status.RECEIVED, holder))
    return Timeline(
        report_id=report_id,
        tracking_id=tracking_id,
        status=status,
        changed_at=changed_at,
        # Nobody may lower what the reporter chose; until we hear what that was, it is taken as secret.
        secret=any(chosen) or not chosen,
        holder=holder,
        deadlines=clocks.deadlines(),
        steps=tuple(ordered),
        standings=tuple(standings),
    )
