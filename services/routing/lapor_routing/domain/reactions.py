"""What is known of the reporter besides what they wrote. Pure: no clock, no database, no broker."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReactionKind(StrEnum):
    """What sort of thing it is."""

    RATED = "rated"
    """How content they are, 1 to 5."""
    HOLDS = "holds"
    """Weeks after the end: what was done holds."""
    HOLDS_NOT = "holds_not"
    UNREACHABLE = "unreachable"
    """Their addresses take nothing any more; ``value`` is the way that failed last."""
    REACHED_OTHERWISE = "reached_otherwise"
    """One of them does not."""
    REOPENED = "reopened"
    """They did not accept the answer; ``value`` is why."""


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """Something of the reporter that is no message."""

    kind: ReactionKind
    said_at: datetime
    value: str
