"""How every part of routing's API answers: what is not there, what was refused, in which order lists go."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Problem, refused
from lapor_routing import handlers
from lapor_routing.current import Snapshot

#: Lists go by id: those made later sort later, so the longest waiting stands first.
BY_ID = {"id": UUID}

Outcome = TypeVar("Outcome")
Current = Callable[[], Snapshot]


def existing(found: Outcome | None) -> Outcome:
    """What was found, or the problem that there is nothing."""
    if found is None:
        raise Problem(404)
    return found


def done(outcome: Outcome | Refusal) -> Outcome:
    """The outcome, or the problem that tells why there is none."""
    if isinstance(outcome, Refusal):
        raise Problem(404, detail=outcome.reason) if outcome == handlers.NOT_FOUND else refused(outcome)
    return outcome
