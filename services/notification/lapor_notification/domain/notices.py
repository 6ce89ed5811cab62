"""A notice that is being delivered: sent, tried again, given up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from lapor_notification.domain.outcomes import Delivered, Held, Outcome, Receipt
from lapor_notification.domain.templates import TemplateName


class State(StrEnum):
    """Where a notice stands."""

    PLANNED = "planned"
    SENT = "sent"
    GIVEN_UP = "given_up"
    UNREACHABLE = "unreachable"
    OVERTAKEN = "overtaken"
    """It had to wait, and meanwhile the report stands otherwise: only that is said."""


Data = Mapping[str, str | list[str]]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to tell one reporter."""

    id: UUID
    report_id: UUID
    template: TemplateName
    data: Data
    planned_at: datetime
    due_at: datetime
    sealed: str | None = field(default=None, repr=False)
    """Of an answer: where whoever asked is. Kept until it is sent, for it may be somebody else than the reporter."""
    state: State = State.PLANNED
    attempts: int = 0
    via: str | None = None
    reason: str | None = None
    finished_at: datetime | None = None
    delivered_at: datetime | None = None
    """When its provider said that it arrived, where it says so."""


MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
#: How long a notice waits for the address it is to go to: events may come in any order, and many have none.
PATIENCE = timedelta(hours=1)
_SHORTEST_WAIT = timedelta(seconds=5)


def pause_after(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the given number of failures: 30 s, 2 min, 8 min, 32 min, about 2 h.

    ``jitter``, from 0 to 1, spreads it from half to one and a half of that, so that what failed together
    does not come back together.
    """
    return FIRST_PAUSE * (4.0 ** (attempts - 1) * (0.5 + jitter))


def after(notice: Notice, outcome: Outcome, *, at: datetime, jitter: float) -> Notice:
    """The notice once an attempt has ended: sent, to be tried again, or given up.

    What waits for its provider waits without losing its place or an attempt.
    """
    if isinstance(outcome, Held):
        return replace(notice, via=outcome.via, reason=outcome.reason)
    tried = replace(notice, attempts=notice.attempts + 1, via=outcome.via)
    if isinstance(outcome, Delivered):
        return replace(tried, state=State.SENT, finished_at=at, reason=None)
    if outcome.permanent or tried.attempts >= MOST_ATTEMPTS:
        return replace(tried, state=State.GIVEN_UP, finished_at=at, reason=outcome.reason)
    return replace(tried, due_at=at + pause_after(tried.attempts, jitter), reason=outcome.reason)


def after_receipt(
    notice: Notice, receipt: Receipt, *, is_repeatable: bool, at: datetime, jitter: float
) -> Notice | None:
    """The notice once its provider has said what became of it; None where that changes nothing.

    A message that its provider has lost counts like one that it had not taken, where the address is still known
    (``is_repeatable``). A receipt also settles an attempt of which nobody knew whether it was taken.
    """
    if notice.via != receipt.via or notice.attempts == 0 or notice.delivered_at:
        return None
    if receipt.delivered:
        if notice.state not in (State.SENT, State.PLANNED):
            return None
        return replace(
            notice,
            state=State.SENT,
            finished_at=notice.finished_at or at,
            reason=None,
            delivered_at=receipt.reported_at,
        )
    if notice.state is not State.SENT:
        return None
    if notice.attempts >= MOST_ATTEMPTS or not is_repeatable:
        return replace(notice, state=State.GIVEN_UP, finished_at=at, reason=receipt.said)
    # A dead address is not tried again, but another one at once, where there is one.
    due_at = at if receipt.permanent else at + pause_after(notice.attempts, jitter)
    return replace(notice, state=State.PLANNED, finished_at=None, reason=receipt.said, due_at=due_at)


def without_contact(notice: Notice, *, at: datetime) -> Notice:
    """The notice whose address is not known (yet): it waits as long again as it has waited, an hour in all.

    Waiting in doubling steps keeps reporters who left no address from being looked up every second.
    """
    waited = at - notice.planned_at
    if waited >= PATIENCE:
        return replace(notice, state=State.UNREACHABLE, finished_at=at, reason="the reporter left no address")
    due_at = at + max(waited, _SHORTEST_WAIT)
    return replace(notice, due_at=min(due_at, notice.planned_at + PATIENCE))


def forgotten(notice: Notice, *, at: datetime) -> Notice:
    """The notice to somebody whose address was thrown away: nobody can be told any more."""
    return replace(
        notice, state=State.UNREACHABLE, finished_at=at, reason="the reporter is forgotten, or wants no notices"
    )
