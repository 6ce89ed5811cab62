"""What is shown of a report, to each audience from its allow-list; to whoever holds the receipt the thread as well."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import Calendar, last_day, working_days_left
from lapor_contracts.vocabulary import AnswerType, ArchiveReason, ClosedBy, Status
from lapor_tracking.domain.acts import Act, acts, needs_reason
from lapor_tracking.domain.afterwards import Term, ends
from lapor_tracking.domain.audiences import TEXT, Audience, fields_for, sees
from lapor_tracking.domain.clocks import Deadline
from lapor_tracking.domain.public_text import public_body, public_title
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.words import (
    ARCHIVED_FOR,
    CLOCKS,
    CLOSED_BY,
    DESKS,
    OUTCOMES,
    STATUSES,
    STEPS,
    VERIFIED_WITH_SUPERVISION,
    Words,
    time_left,
)

#: What was said between the reporter and the state, and by whom.
THREAD: Mapping[StepType, str] = {
    StepType.RECEIVED: "reporter",
    StepType.SUPPLEMENTED: "reporter",
    StepType.REPLIED: "reporter",
    StepType.RETURNED: "verifier",
    StepType.ARCHIVED: "verifier",
    StepType.APPEALED: "reporter",
    StepType.APPEAL_GRANTED: "verifier",
    StepType.APPEAL_UPHELD: "verifier",
    StepType.MERGED: "verifier",
    StepType.SPLIT: "verifier",
    StepType.EXTENDED: "agency",
    StepType.INITIAL_ANSWER: "agency",
    StepType.QUESTION: "agency",
    StepType.SUBSTANTIVE_ANSWER: "agency",
    StepType.CLOSED: "agency",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a substantive answer says was done."""

    type: AnswerType
    words: Words
    planned_on: date | None
    legal_basis: str | None
    needed_agency_name: str | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the timeline."""

    step: StepType
    words: Words
    happened_at: datetime
    agency_name: str | None
    text: str | None
    until: datetime | None = None
    """When the officer may see the reporter no more, where that was disclosed."""
    outcome: Outcome | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    """Files that show it, where this audience may see them."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What else this audience may know of it, by name."""

    @property
    def is_private(self) -> bool:
        """Not everyone sees this."""
        return not sees(Audience.PUBLIC, self.step)


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message of the private thread."""

    author: str
    """``reporter``, ``agency`` or ``verifier``."""
    words: Words
    written_at: datetime
    agency_name: str | None
    text: str | None
    """None: sealed, and not for the reporter."""
    outcome: Outcome | None = None
    attachments: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A clock that runs, as people read it."""

    clock: str
    words: Words
    agency_name: str | None
    """Whose it is, where several bodies have one."""
    due_at: datetime
    last_day: date
    working_days_left: int
    left: Words


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who has the report in hand, and since when."""

    agency_code: str | None
    name: str
    name_en: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class View:
    """A report as it is shown."""

    tracking_id: str
    status: Status
    words: Words
    changed_at: datetime | None
    secret: bool
    sealed: bool
    """A whistleblower's: what is written is for the body and the reporter alone."""
    title: str | None
    body: str | None
    """What the public reads of it."""
    desk: Desk | None
    co_owners: Sequence[str]
    """The bodies that must act too, by name."""
    parent_tracking_id: str | None
    """The earlier report of the same matter that this one follows."""
    acts: Collection[Act]
    """What its reporter may do with it now; nothing for all others."""
    needs_reason: bool
    """Whether "not done" must say why."""
    reopens_until: date | None
    """The last day on which "not done" opens it again, once it is closed."""
    limits: Sequence[Limit]
    timeline: Sequence[Entry]
    thread: Sequence[Message] | None
    """None unless the receipt was shown."""
    zone: ZoneInfo
    supporters: int
    """Reports of the same matter that follow this one, and people who do; of a secret one nobody is counted."""


#: Opens what was written, if need be; None where it is not for the reporter.
Reader = Callable[[str], str | None]


def show(
    tracking_id: str,
    timeline: Timeline,
    now: datetime,
    calendar: Calendar,
    *,
    audience: Audience = Audience.PUBLIC,
    reader: Reader = str,
    supporters: int = 0,
) -> View:
    """What they may see of a report. What was sealed is shown to nobody for whom the ``reader`` does not open it."""
    # An ID that is genuine but new to us belongs to a report that intake has and that is on its way here.
    status = timeline.status or Status.RECEIVED
    zone = ZoneInfo(timeline.time_zone)
    return View(
        tracking_id=tracking_id,
        status=status,
        words=STATUSES[status],
        changed_at=timeline.changed_at,
        secret=timeline.secret,
        sealed=timeline.oversight_key is not None,
        title=_title(timeline, audience),
        body=None if timeline.secret else public_body(timeline.steps),
        desk=_desk(status, timeline),
        co_owners=[body.agency_name for body in timeline.co_owners],
        parent_tracking_id=timeline.parent.tracking_id if timeline.parent else None,
        acts=acts(timeline, now) if audience is Audience.REPORTER else (),
        needs_reason=needs_reason(timeline),
        reopens_until=last_day(until, zone) if (until := ends(Term.REOPEN, timeline)) else None,
        limits=[_limit(one, timeline, now, zone, calendar) for one in timeline.running],
        timeline=[
            _entry(step, audience, reader, secret=timeline.secret)
            for step in timeline.steps
            if sees(audience, step.type)
        ],
        thread=[_message(step, reader) for step in timeline.steps if _says_something(step)]
        if audience is Audience.REPORTER
        else None,
        zone=zone,
        supporters=0 if timeline.secret else supporters,
    )


def _title(timeline: Timeline, audience: Audience) -> str | None:
    if audience is Audience.PUBLIC:
        return None if timeline.secret else public_title(timeline.steps)
    received = next((step for step in timeline.steps if step.type is StepType.RECEIVED), None)
    return fields_for(audience, received, secret=timeline.secret).get("title") if received else None


def _desk(status: Status, timeline: Timeline) -> Desk | None:
    if holder := timeline.holder:
        name = holder.agency_name
        return Desk(agency_code=holder.agency_code, name=name, name_en=name, since=holder.since)
    if words := DESKS.get(status):
        return Desk(agency_code=None, name=words.id, name_en=words.en, since=timeline.changed_at)
    return None


def _limit(deadline: Deadline, timeline: Timeline, now: datetime, zone: ZoneInfo, calendar: Calendar) -> Limit:
    left = working_days_left(now, deadline.due_at, zone, calendar)
    bodies = {body.agency_code: body.agency_name for body in timeline.bodies} if timeline.co_owners else {}
    return Limit(
        clock=deadline.clock,
        words=CLOCKS[deadline.clock],
        agency_name=bodies.get(deadline.agency_code or ""),
        due_at=deadline.due_at,
        last_day=last_day(deadline.due_at, zone),
        working_days_left=left,
        left=time_left(left, is_over=deadline.due_at <= now),
    )


def _entry(step: Step, audience: Audience, reader: Reader, *, secret: bool) -> Entry:
    known = fields_for(audience, step, secret=secret)
    text, until = known.pop(TEXT, None), known.pop("until", None)
    return Entry(
        step=step.type,
        words=_words(step),
        happened_at=step.happened_at,
        # Of the officer's body intake knows the code alone.
        agency_name=known.get("agency_name", known.get("agency_code")),
        text=reader(text) if text else None,
        until=datetime.fromisoformat(until) if until else None,
        outcome=_outcome(known),
        evidence=known.get("attachments", ()) if THREAD.get(step.type) == "agency" else (),
        details=known,
    )


def _outcome(known: Mapping[str, Any]) -> Outcome | None:
    if not known.get("answer_type"):
        return None
    answer_type, planned_on = AnswerType(known["answer_type"]), known.get("planned_on")
    return Outcome(
        type=answer_type,
        words=OUTCOMES[answer_type],
        planned_on=date.fromisoformat(planned_on) if planned_on else None,
        legal_basis=known.get("legal_basis") or None,
        needed_agency_name=known.get("needed_agency_name") or known.get("needed_agency_code"),
    )


def _words(step: Step) -> Words:
    if step.type is StepType.CLOSED:
        return CLOSED_BY[ClosedBy(step.data["closed_by"])]
    if step.type is StepType.ARCHIVED and step.data.get("reason_code"):
        archived, why = STEPS[step.type], ARCHIVED_FOR[ArchiveReason(step.data["reason_code"])]
        return Words(f"{archived.id}: {why.id}", f"{archived.en}: {why.en}")
    return VERIFIED_WITH_SUPERVISION if step.data.get("supervised") else STEPS[step.type]


def _says_something(step: Step) -> bool:
    return step.type in THREAD and bool(step.text or step.data.get("attachments"))


def _message(step: Step, reader: Reader) -> Message:
    return Message(
        author=THREAD[step.type],
        words=_words(step),
        written_at=step.happened_at,
        agency_name=step.data.get("agency_name"),
        text=reader(step.text) if step.text else "",
        outcome=_outcome(step.data),
        attachments=step.data.get("attachments", ()),
    )
