"""How bodies' own systems are told, what becomes of it, and when it is tried again. Pure: no clock, no network.

Nothing is ever given up: what a body could not take stays due until it takes it, however long that is. What ends after
a while is the trying, with an alarm; somebody then finds out what is wrong and says to go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Means(StrEnum):
    """How a body's own system is reached."""

    BROKER = "broker"
    WEBHOOK = "webhook"
    OPEN311 = "open311"
    EMAIL = "email"


#: What a whistleblower wrote goes, sealed, to systems that can open it; and no word of it to those that cannot.
CARRY_SEALED = frozenset({Means.BROKER, Means.WEBHOOK})


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where a body's own system is, and what opens it."""

    agency_code: str
    means: Means
    address: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Sequence[str] = field(default=(), repr=False)
    """Those that are valid now, the newest first: to sign webhooks and reply addresses with, or Open311's key."""


class Fault(StrEnum):
    """Whose trouble it is."""

    LETTER = "letter"
    """The body's system does not take this one; it may take others."""
    SYSTEM = "system"
    """The body's system is away, or takes nothing at the moment."""
    GONE = "gone"
    """It says that it is there no more."""
    BROKER = "broker"
    """It does not take what lies in its queue, or there is no broker: to look again soon troubles nobody."""


@dataclass(frozen=True)
class Delivered:
    """The body's system has it, and calls it so."""

    reference: str | None = None


@dataclass(frozen=True)
class Undelivered:
    """It has not. ``reason`` quotes nothing of what was sent or answered."""

    reason: str
    fault: Fault = Fault.SYSTEM


Outcome = Delivered | Undelivered


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a body's system has been doing."""

    next_at: datetime
    """Until then it is left alone."""
    failures: int = 0
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    trouble: str = ""
    """Of what happened last; empty if it went well."""


#: Until a system that was away is asked again, by how often it has been. Not longer: it may be back.
_SYSTEM_PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600))
#: The same where our own broker alone is asked.
_BROKER_PAUSES = tuple(timedelta(seconds=s) for s in (1, 2, 5, 10, 30))
#: Until a letter that was not taken is tried again: the schedule that Standard Webhooks proposes.
_LETTER_PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
#: A letter at which a system fails so often makes room for those behind it: perhaps it is the letter.
PATIENCE_WITH_LETTER = 3
#: After so long without one success nobody is asked any more. An agency may be away for a week.
PATIENCE_WITH_SYSTEM = timedelta(days=10)
#: From here on it is an alarm.
ALARM_AFTER = timedelta(days=1)


def health_after(health: Health, outcome: Outcome, *, at: datetime, jitter: float) -> Health:
    """The system's health once something was brought to it. ``jitter``, from 0 to 1, spreads the pauses."""
    if isinstance(outcome, Delivered):
        return Health(next_at=at)
    since = health.failing_since or at
    failing = replace(health, next_at=at, failures=health.failures + 1, failing_since=since, trouble=outcome.reason)
    if outcome.fault is Fault.BROKER:
        return replace(failing, next_at=at + _pause(_BROKER_PAUSES, failing.failures, jitter))
    if outcome.fault is Fault.GONE or at - since >= PATIENCE_WITH_SYSTEM:
        return replace(failing, disabled_at=at)
    if outcome.fault is Fault.SYSTEM:
        return replace(failing, next_at=at + _pause(_SYSTEM_PAUSES, failing.failures, jitter))
    return failing


def letter_due_after(attempts: int, outcome: Undelivered, *, at: datetime, jitter: float) -> datetime:
    """When a letter that was not taken is due again, after so many attempts; at once where it is not its fault.

    So a system that was away gets its letters in their order; and one bad letter does not stop the others.
    """
    if outcome.fault is Fault.LETTER or (outcome.fault is Fault.SYSTEM and attempts >= PATIENCE_WITH_LETTER):
        return at + _pause(_LETTER_PAUSES, attempts, jitter)
    return at


def _pause(pauses: Sequence[timedelta], failures: int, jitter: float) -> timedelta:
    return pauses[min(failures, len(pauses)) - 1] * (0.75 + jitter / 2)
