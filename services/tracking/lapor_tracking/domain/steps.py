"""The steps of a report's life, and which of them may follow which: the table of statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lapor_contracts.vocabulary import Status


class StepType(StrEnum):
    """What can happen to a report, in the order in which things of the same moment count.

    A body's refusal and the routing to the next body happen in one transaction, and so at the same time.
    """

    RECEIVED = "received"
    SUPPLEMENTED = "supplemented"
    RETURNED = "returned"
    VERIFIED = "verified"
    RECALLED = "recalled"
    MERGED = "merged"
    SPLIT = "split"
    ARCHIVED = "archived"
    APPEALED = "appealed"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_UPHELD = "appeal_upheld"
    REFUSED = "refused"
    UNROUTABLE = "unroutable"
    ROUTED = "routed"
    CO_OWNER_ADDED = "co_owner_added"
    CO_OWNER_RELEASED = "co_owner_released"
    COPY_SENT = "copy_sent"
    EXTENDED = "extended"
    INITIAL_ANSWER = "initial_answer"
    QUESTION = "question"
    SUBSTANTIVE_ANSWER = "substantive_answer"
    REPLIED = "replied"
    RATED = "rated"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    REFERRAL_OFFERED = "referral_offered"
    REFERRED = "referred"
    OUTCOME_ASKED = "outcome_asked"
    OUTCOME_REPORTED = "outcome_reported"
    CONTACT_PAUSED = "contact_paused"
    NOTICE_FAILED = "notice_failed"
    IDENTITY_REQUESTED = "identity_requested"
    IDENTITY_DISCLOSED = "identity_disclosed"
    IDENTITY_FORGOTTEN = "identity_forgotten"
    REDACTED = "redacted"
    EDITED = "edited"


#: What a body says to the reporter.
ANSWERS = frozenset({StepType.INITIAL_ANSWER, StepType.QUESTION, StepType.SUBSTANTIVE_ANSWER})

_RANK = {step: rank for rank, step in enumerate(StepType)}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a report. ``text`` is what somebody wrote, where it was asked for."""

    event_id: UUID
    type: StepType
    happened_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None

    @property
    def order(self) -> tuple[bool, datetime, int, UUID]:
        """Where it stands among the other steps, whenever we heard of it.

        A report is received before all else, also where the clock of who verified it a moment later is behind.
        """
        return self.type is not StepType.RECEIVED, self.happened_at, _RANK[self.type], self.event_id


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads, and from where it may be taken."""

    to: Status
    sources: frozenset[Status]


#: Nobody has to act on a report that stands there; a merged one shares what becomes of another.
ENDS = frozenset({Status.CLOSED, Status.ARCHIVED, Status.MERGED, Status.REFERRED})

_UNVERIFIED = frozenset({Status.RECEIVED, Status.INCOMPLETE})
_HELD = frozenset({Status.ROUTED, Status.IN_PROGRESS, Status.REPORTER_REPLIED, Status.REOPENED})
#: A step that does not fit where the report stands stays in the timeline, but neither moves the report nor starts a
#: clock. So nothing breaks where the clocks of two machines differ: "received" never undoes "verified".
MOVES: Mapping[StepType, Move] = {
    StepType.RECEIVED: Move(Status.RECEIVED, frozenset()),
    StepType.SUPPLEMENTED: Move(Status.RECEIVED, frozenset({Status.INCOMPLETE})),
    StepType.RETURNED: Move(Status.INCOMPLETE, _UNVERIFIED),
    StepType.VERIFIED: Move(Status.VERIFIED, _UNVERIFIED),
    StepType.RECALLED: Move(Status.RECEIVED, _HELD | {Status.VERIFIED}),
    # Again where the one that it followed was merged itself: then it follows where that went. What was archived along
    # with that one may be split off, and follows again where an appeal against that archiving was granted.
    StepType.MERGED: Move(Status.MERGED, _UNVERIFIED | {Status.MERGED, Status.ARCHIVED}),
    # Also where the reporter of one that was closed with another says "not done": that is about the own report alone.
    StepType.SPLIT: Move(Status.RECEIVED, frozenset({Status.MERGED, Status.ARCHIVED, Status.REOPENED})),
    StepType.ARCHIVED: Move(Status.ARCHIVED, _UNVERIFIED | {Status.MERGED}),
    StepType.APPEAL_GRANTED: Move(Status.RECEIVED, frozenset({Status.ARCHIVED})),
    StepType.REFUSED: Move(Status.VERIFIED, _HELD),
    StepType.UNROUTABLE: Move(Status.VERIFIED, _UNVERIFIED | {Status.VERIFIED} | _HELD),
    StepType.ROUTED: Move(Status.ROUTED, _UNVERIFIED | {Status.VERIFIED} | _HELD),
    StepType.INITIAL_ANSWER: Move(Status.IN_PROGRESS, _HELD),
    StepType.QUESTION: Move(Status.IN_PROGRESS, _HELD),
    StepType.SUBSTANTIVE_ANSWER: Move(Status.IN_PROGRESS, _HELD),
    StepType.REPLIED: Move(Status.REPORTER_REPLIED, _HELD),
    StepType.CLOSED: Move(Status.CLOSED, _HELD | {Status.MERGED}),
    StepType.REOPENED: Move(Status.REOPENED, frozenset({Status.CLOSED, Status.IN_PROGRESS, Status.REPORTER_REPLIED})),
    # Only before an answer (see acts); but one that was under way then changes nothing: nobody acts on it any more.
    StepType.WITHDRAWN: Move(Status.ARCHIVED, _UNVERIFIED | {Status.VERIFIED, Status.MERGED} | _HELD),
    StepType.REFERRED: Move(Status.REFERRED, _UNVERIFIED | {Status.VERIFIED} | _HELD),
}


def may_follow(status: Status | None, step: StepType) -> bool:
    """Whether the step fits where the report stands. None: nothing is known yet, so anything may be the first news."""
    move = MOVES.get(step)
    return move is not None and (status is None or status in move.sources)
