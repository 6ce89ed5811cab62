"""What the reporter is told when something happens, and what becomes of a notice that is being delivered.

Pure: no clock, no database, no network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import last_day
from lapor_contracts.events import (
    AppealDecided,
    CommandAnswered,
    DeadlineWarned,
    Event,
    ExtensionGranted,
    IdentityDisclosed,
    MessageAnswered,
    ReportAnswered,
    ReportArchived,
    ReportClosed,
    ReportMerged,
    ReportReceived,
    ReportReturned,
    ReportRouted,
    ReportSplit,
)
from lapor_contracts.vocabulary import AnswerKind, ArchiveReason, Clock, ClosedBy


class Template(StrEnum):
    """What a notice says; each has a file of its name in ``templates``."""

    RECEIVED = "received"
    RETURNED = "returned"
    ARCHIVED = "archived"
    ROUTED = "routed"
    REROUTED = "rerouted"
    ANSWERED_INITIALLY = "answered_initially"
    ANSWERED = "answered"
    CLOSED_BY_SILENCE = "closed_by_silence"
    CLOSED_BY_ADMINISTRATOR = "closed_by_administrator"
    CLOSED_WITH_ANOTHER = "closed_with_another"
    MERGED = "merged"
    SPLIT = "split"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_UPHELD = "appeal_upheld"
    EXTENDED = "extended"
    ASKED = "asked"
    COMPLETION_ENDS = "completion_ends"
    """The time to complete the report is nearly over."""
    SILENCE_ENDS = "silence_ends"
    """The time to react to the answer is nearly over."""
    DISCLOSED = "disclosed"
    NEWS = "news"
    """To a whistleblower: neither number nor body, as somebody else may read it."""
    COMMAND_ANSWERED = "command_answered"
    MESSAGE_ANSWERED = "message_answered"


class Via(StrEnum):
    """How a notice travels."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    INSTAGRAM = "instagram"
    X = "x"


class State(StrEnum):
    """Where a notice stands."""

    PLANNED = "planned"
    SENT = "sent"
    GIVEN_UP = "given_up"
    UNREACHABLE = "unreachable"


Data = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Draft:
    """What to say: a template and what fills it. Never what a person wrote, and never who it goes to."""

    template: Template
    data: Data


def draft_for(event: Event) -> Draft | None:
    """What the reporter should hear of this: one notice for each step that the reporter did not take.

    A report that was only verified is followed within a second by where it went, or by the coordinator's
    decision; that is what the reporter waits for, so verification has no notice of its own. What a person wrote
    (the report, the answer, the reason) is left out whatever the report's secrecy: a notice can be read over
    a shoulder, so it says that there is news and where to read it.
    """
    if (said := _before_routing(event) or _after_routing(event)) is None:
        return None
    template, more = said
    return Draft(template, {"tracking_id": vars(event)["tracking_id"], **more})


Said = tuple[Template, Data] | None

_ANSWERS = {
    AnswerKind.INITIAL: Template.ANSWERED_INITIALLY,
    AnswerKind.QUESTION: Template.ASKED,
    AnswerKind.SUBSTANTIVE: Template.ANSWERED,
}
#: Which of the reporter's own clocks are worth a reminder, and when.
_REMINDERS = {
    (Clock.COMPLETION, 80): Template.COMPLETION_ENDS,
    (Clock.REPORTER_SILENCE, 80): Template.SILENCE_ENDS,
}


def _before_routing(event: Event) -> Said:
    match event:
        case ReportReceived(acknowledged=False):
            return Template.RECEIVED, {"asks": [what.value for what in event.asks]}
        case ReportReturned():
            return Template.RETURNED, {"missing": [what.value for what in event.missing]}
        case ReportArchived() if event.reason_code is not ArchiveReason.REPORTERS_WISH:
            return Template.ARCHIVED, {"reason_code": event.reason_code.value}
        case ReportMerged():
            return Template.MERGED, {"parent_tracking_id": event.parent_tracking_id}
        case ReportSplit():
            return Template.SPLIT, {}
        case AppealDecided():
            return Template.APPEAL_GRANTED if event.granted else Template.APPEAL_UPHELD, {}
        case IdentityDisclosed():
            return Template.DISCLOSED, {}
    return None


def _after_routing(event: Event) -> Said:
    match event:
        case ReportRouted(sealed=True) | ReportAnswered(sealed=True):
            return Template.NEWS, {}
        case ReportRouted():
            template = Template.ROUTED if event.hop <= 1 else Template.REROUTED
            return template, {"agency_name": event.agency_name}
        case ReportAnswered():
            return _ANSWERS[event.answer_kind], {"agency_name": event.agency_name}
        case ExtensionGranted():
            return Template.EXTENDED, {"agency_name": event.agency_name}
        case DeadlineWarned():
            return _reminder(event)
        case ReportClosed():
            return _at_the_end(event)
    return None


def _reminder(event: DeadlineWarned) -> Said:
    reminder = _REMINDERS.get((event.clock, event.percent))
    # The day ends at midnight where the body is, which all over Indonesia is the same day in UTC a moment before.
    return (reminder, {"due_on": f"{event.due_at - timedelta(minutes=1):%d-%m-%Y}"}) if reminder else None


def _at_the_end(event: ReportClosed) -> Said:
    if event.parent_tracking_id:
        return Template.CLOSED_WITH_ANOTHER, {"parent_tracking_id": event.parent_tracking_id}
    match event.closed_by:
        case ClosedBy.SILENCE:
            return Template.NEWS if event.sealed else Template.CLOSED_BY_SILENCE, {}
        case ClosedBy.ADMINISTRATOR:
            return Template.CLOSED_BY_ADMINISTRATOR, {}
    return None


def answer_to(event: CommandAnswered | MessageAnswered) -> Draft:
    """What whoever asked by a message should read, reporter or not."""
    if isinstance(event, MessageAnswered):
        return Draft(Template.MESSAGE_ANSWERED, {"tracking_id": "", "text": event.text})
    due_on = last_day(event.due_at, ZoneInfo(event.time_zone)) if event.due_at else None
    data = {
        "tracking_id": event.tracking_id,
        "command": event.command.value,
        "done": "yes" if event.done else "",
        "status": event.status.value if event.status else "",
        "agency_name": event.agency_name or "",
        "due_on": f"{due_on:%d-%m-%Y}" if due_on else "",
    }
    return Draft(Template.COMMAND_ANSWERED, data)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to tell one reporter."""

    id: UUID
    report_id: UUID
    template: Template
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


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach a reporter. Exists only in memory, and only while a notice is being sent."""

    prefers: str
    addresses: Mapping[Via, str] = field(repr=False)
    receipt: str | None = field(default=None, repr=False)
    """Given where nobody has shown it to the reporter yet: the first notice does."""
    comment: str | None = field(default=None, repr=False)
    """The public comment by which this person was heard: the first answer, and only that, refers to it."""

    def by_preference(self) -> list[tuple[Via, str]]:
        """The ways to reach the reporter, the preferred one first."""
        return sorted(self.addresses.items(), key=lambda way: way[0] != self.prefers)


@dataclass(frozen=True)
class Delivered:
    """The gateway or mail server took it over."""

    via: str


@dataclass(frozen=True)
class Undelivered:
    """It did not. ``reason`` never holds an address; ``permanent`` means that trying again cannot help."""

    via: str
    reason: str
    permanent: bool = False


Outcome = Delivered | Undelivered

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
    """The notice once an attempt has ended: sent, to be tried again, or given up."""
    tried = replace(notice, attempts=notice.attempts + 1, via=outcome.via)
    if isinstance(outcome, Delivered):
        return replace(tried, state=State.SENT, finished_at=at, reason=None)
    if outcome.permanent or tried.attempts >= MOST_ATTEMPTS:
        return replace(tried, state=State.GIVEN_UP, finished_at=at, reason=outcome.reason)
    return replace(tried, due_at=at + pause_after(tried.attempts, jitter), reason=outcome.reason)


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
