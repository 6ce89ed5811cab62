"""What a channel is: a way in that reads a foreign form, makes a `Submission` of it and answers in the foreign form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lapor_chassis.service import Handler, Timer
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import Event
from lapor_intake.domain import Fingerprints
from lapor_intake.handlers import Desk


@dataclass(frozen=True, kw_only=True)
class Reception:
    """What a channel is given to work with."""

    desk: Desk
    transactions: Transactions
    fingerprints: Fingerprints
    public_url: str


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way in, as far as the service and ``lapor channels`` know it."""

    name: str
    title: str
    lacks: Sequence[str] = ()
    """The variables that must be set before it is open; none: it is open."""
    blueprints: Sequence[Any] = ()
    timers: Sequence[Timer] = ()
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
