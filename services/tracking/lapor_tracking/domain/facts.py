"""What of a timeline is worth looking for and counting: one row for each report."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lapor_contracts.vocabulary import Channel, ClosedBy, Kind, Status
from lapor_tracking.domain.steps import ANSWERS, Step, StepType
from lapor_tracking.domain.timeline import Holder, Timeline


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A report in figures and dates. What has not happened (yet) is None."""

    kind: Kind | None
    supervised: bool
    channel: Channel | None
    region_code: str | None
    category: str | None
    """Under which it is counted; before it was verified, what its reporter wrote, which may be no code."""
    category_name: str
    agency_code: str | None
    """Of the body that holds it, or held it at its end."""
    agency_name: str | None
    sealed: bool
    """A whistleblower's: in no list."""
    received_at: datetime | None
    verified_at: datetime | None
    """For the first time, as all that follow."""
    routed_at: datetime | None
    first_answered_at: datetime | None
    answered_at: datetime | None
    """In substance."""
    closed_at: datetime | None
    """For the last time; None while it is open again."""
    closed_by: ClosedBy | None
    hops: int
    reopenings: int
    rating: int | None


def facts_of(timeline: Timeline) -> Facts:
    """What the steps say. Steps that did not count where they stand are counted neither here."""
    steps = timeline.steps
    end = _last(steps, {StepType.CLOSED, StepType.REOPENED})
    closed = end if end and end.type is StepType.CLOSED else None
    kind, channel = _latest(steps, "kind"), _latest(steps, "channel")
    holder = _holder(timeline)
    return Facts(
        kind=Kind(kind) if kind else None,
        supervised=bool(_latest(steps, "supervised")),
        channel=Channel(channel) if channel else None,
        region_code=_latest(steps, "region_code"),
        category=_latest(steps, "counted_as") or _latest(steps, "category"),
        category_name=_latest(steps, "counted_as_name") or "",
        agency_code=holder.agency_code if holder else None,
        agency_name=holder.agency_name if holder else None,
        sealed=timeline.oversight_key is not None,
        received_at=_first(steps, {StepType.RECEIVED}),
        verified_at=_first(steps, {StepType.VERIFIED}),
        routed_at=_first(steps, {StepType.ROUTED}),
        first_answered_at=_first(steps, ANSWERS),
        answered_at=_first(steps, {StepType.SUBSTANTIVE_ANSWER}),
        closed_at=closed.happened_at if closed else None,
        closed_by=ClosedBy(closed.data["closed_by"]) if closed else None,
        hops=max((step.data.get("hop", 1) for step in steps if step.type is StepType.ROUTED), default=0),
        reopenings=sum(step.type is StepType.REOPENED for step in steps),
        rating=_latest(steps, "rating"),
    )


def _holder(timeline: Timeline) -> Holder | None:
    """Whom it stays with: what the Ombudsman took over, with the body from which it was taken."""
    if timeline.status is not Status.REFERRED:
        return timeline.holder
    return next((one.holder for one in reversed(timeline.standings) if one.status is not Status.REFERRED), None)


def _first(steps: Iterable[Step], types: Iterable[StepType]) -> datetime | None:
    return next((step.happened_at for step in steps if step.type in types), None)


def _last(steps: tuple[Step, ...], types: Iterable[StepType]) -> Step | None:
    return next((step for step in reversed(steps) if step.type in types), None)


def _latest(steps: tuple[Step, ...], name: str) -> Any:
    """The last value of this name that was said, as ``None`` says nothing."""
    return next((step.data[name] for step in reversed(steps) if step.data.get(name) is not None), None)
