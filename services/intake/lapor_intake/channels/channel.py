"""What a channel is: a way in that reads a foreign form, makes a `Submission` of it and answers in the foreign form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from lapor_chassis.service import Handler, Timer
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import Event
from lapor_intake.admission import Visitor
from lapor_intake.attachments.keeping import Attachments
from lapor_intake.domain import Fingerprints
from lapor_intake.handlers import Desk
from lapor_intake.proof import Proofs


@dataclass(frozen=True, kw_only=True)
class Reception:
    """What a channel is given to work with."""

    desk: Desk
    transactions: Transactions
    fingerprints: Fingerprints
    attachments: Attachments
    proofs: Proofs
    public_url: str

    def visitor(self, key: str, proof: str | None) -> Visitor:
        """Who sends the present request: a person at their own network address, perhaps with a proof of work."""
        has_proof = bool(proof) and self.proofs.proves(proof or "", key, self.transactions.clock.now())
        return Visitor(address=request.remote_addr, has_proof=has_proof)


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
