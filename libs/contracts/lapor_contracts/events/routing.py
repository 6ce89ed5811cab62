"""What routing says: who is competent, why, and what that body answered."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import AGENCIES, Event
from lapor_contracts.events.parts import Attachment, Evidence, LinkedAttachment, Point, SealedContent
from lapor_contracts.fields import (
    AgencyCode,
    AnswerKindField,
    AnswerTypeField,
    Body,
    ClockField,
    Count,
    Day,
    DispositionEndField,
    Flag,
    Id,
    Instant,
    KindField,
    LevelField,
    Line,
    Place,
    Prose,
    RegionCode,
    Share,
    Title,
    Token,
    TrackingId,
)


@dataclass(frozen=True, kw_only=True)
class ReportRouted(Event):
    """A body is now the report's only owner, for these reasons."""

    type: ClassVar[str] = "report.routed.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    disposition_id: Id
    """This body's turn with the report; the next body's is another one."""
    routed_at: Instant
    routed_by: Token
    """``system``, or the id of the officer or coordinator."""
    agency_code: AgencyCode
    agency_name: Line
    time_zone: Token = "Asia/Jakarta"
    """The body's own zone, in which its working days are counted."""
    agency_region: RegionCode | None = None
    """Where it is, if its region has holidays of its own."""
    kind: KindField
    hop: Count = 1
    """1 for the first body; each refusal adds one. A body that passes on to its own unit adds none."""
    confidence: Share = 1.0
    """How sure the choice was; 1 where a person chose."""
    evidence: tuple[Evidence, ...] = ()
    runner_up: AgencyCode | None = None
    """The body that would have been next."""
    rules_version: Token = "1"
    """Which version of the rules weighed the evidence."""
    sealed: Flag = False
    """A whistleblower's report: that there is news may be told, and nothing about it."""
    model_version: Token | None = None
    """The learned model that was asked too, if any."""
    round: Count = 1
    """Of which verification, as in ``report.verified``."""


@dataclass(frozen=True, kw_only=True)
class ReportUnroutable(Event):
    """Nobody competent was found, or it went round too often: it stands in the coordinator's queue."""

    type: ClassVar[str] = "report.unroutable.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    decided_at: Instant
    reason: Prose
    """For the coordinator."""
    round: Count = 1
    """Of which verification, as in ``report.verified``."""


@dataclass(frozen=True, kw_only=True)
class ReportRefused(Event):
    """A body says that another one is competent, and names it."""

    type: ClassVar[str] = "report.refused.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    disposition_id: Id
    refused_at: Instant
    refused_by: Token
    """The id of the officer, or of the body's own system."""
    agency_code: AgencyCode
    agency_name: Line
    named_agency_code: AgencyCode | None = None
    """The body that this one holds to be competent; left out where it does not know, and the coordinator decides."""
    reason: Prose
    """In the words of the body."""


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(Event):
    """The body answered. Only a substantive answer starts the clock of the reporter's silence."""

    type: ClassVar[str] = "report.answered.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    disposition_id: Id
    answer_id: Id
    """The same id is the same answer."""
    answered_at: Instant
    answered_by: Token
    """The id of the officer, or of the body's own system."""
    agency_code: AgencyCode
    agency_name: Line
    answer_kind: AnswerKindField
    text: Body
    """In the words that the reporter reads."""
    sealed: Flag = False
    """A whistleblower's report: that there is news may be told, and nothing about it."""
    answer_type: AnswerTypeField | None = None
    """Of a substantive answer. Left out by who answered before there were types."""
    planned_on: Day | None = None
    """Of what is planned: by then it will be done."""
    legal_basis: Line = ""
    """Of a refusal: the rule that forbids it."""
    needed_agency_code: AgencyCode | None = None
    """The other body that is needed."""
    needed_agency_name: Line | None = None
    attachments: tuple[Attachment, ...] = ()
    """The evidence: files that intake keeps, and that the public may see where the report is public."""
    secret: Flag = False
    """The content of the report is kept from the public, and so is the evidence."""


@dataclass(frozen=True, kw_only=True)
class ClosureDecided(Event):
    """An administrator holds an answered report to be at its end. tracking closes it, and counts that apart."""

    type: ClassVar[str] = "closure.decided.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    closure_id: Id
    """The same id is the same decision."""
    decided_at: Instant
    decided_by: Token
    """The id of the coordinator, or of the body's administrator."""
    reason: Prose
    """In the words that the reporter reads."""


@dataclass(frozen=True, kw_only=True)
class EscalationRaised(Event):
    """A clock that ran out came to somebody's desk: routing knows who that level is for this report."""

    type: ClassVar[str] = "escalation.raised.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    deadline_id: Id
    clock: ClockField
    level: LevelField
    due_at: Instant
    raised_at: Instant
    agency_code: AgencyCode | None = None
    """The body whose clock it is; left out where nobody has the report."""
    to_agency_code: AgencyCode | None = None
    """The body that is to see to it; left out: the coordinators."""


@dataclass(frozen=True, kw_only=True)
class StaffContactEnded(Event):
    """This member of staff may sign in no more, and is to be written to no more. ``report_id`` is the member's own id.

    How staff are reached they tell notification themselves, on its page: no address of theirs travels.
    """

    type: ClassVar[str] = "staff.contact_ended.v1"
    said_by: ClassVar[str] = "routing"

    ended_at: Instant


@dataclass(frozen=True, kw_only=True)
class DispositionAssigned(Event):
    """To an agency's own system: this report is now yours."""

    type: ClassVar[str] = "disposition.assigned.v1"
    said_by: ClassVar[str] = "routing"
    exchange: ClassVar[str] = AGENCIES

    tracking_id: TrackingId
    disposition_id: Id
    """To be repeated in the reply."""
    agency_code: AgencyCode
    assigned_at: Instant
    kind: KindField
    title: Title
    body: Body
    """What happened, in the reporter's words."""
    occurred_on: Day | None = None
    region_code: RegionCode | None = None
    place: Place | None = None
    category: Token | None = None
    """The topic that was chosen from the list, if any."""
    secret: Flag = False
    """The content is kept from the public."""
    attachments: tuple[LinkedAttachment, ...] = ()
    sealed: SealedContent | None = None
    """A whistleblower's report, for this body alone."""
    point: Point | None = None
    reason: Prose = ""
    """In the words of who gave it: what a further body is asked for, why a report was reopened or passed on."""


@dataclass(frozen=True, kw_only=True)
class DispositionReplied(Event):
    """To an agency's own system: the reporter wrote about what it was assigned."""

    type: ClassVar[str] = "disposition.replied.v1"
    said_by: ClassVar[str] = "routing"
    exchange: ClassVar[str] = AGENCIES

    tracking_id: TrackingId
    disposition_id: Id
    """As it was assigned."""
    agency_code: AgencyCode
    reply_id: Id
    """The same id is the same reply."""
    replied_at: Instant
    text: Body
    """In the reporter's words."""
    attachments: tuple[LinkedAttachment, ...] = ()
    """What the reporter added."""


@dataclass(frozen=True, kw_only=True)
class DispositionEnded(Event):
    """To an agency's own system: nothing more is to be done about what it was assigned."""

    type: ClassVar[str] = "disposition.ended.v1"
    said_by: ClassVar[str] = "routing"
    exchange: ClassVar[str] = AGENCIES

    tracking_id: TrackingId
    disposition_id: Id
    """As it was assigned."""
    agency_code: AgencyCode
    ended_at: Instant
    reason: DispositionEndField


@dataclass(frozen=True, kw_only=True)
class CoOwnerAdded(Event):
    """A further body must act on the report too, with a clock of its own. The report is done when all are."""

    type: ClassVar[str] = "co_owner.added.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    disposition_id: Id
    """This body's part; its answers bear this id. Said again of another body: that has it now, its clock goes on."""
    added_at: Instant
    added_by: Token
    """The id of the officer or coordinator."""
    agency_code: AgencyCode
    agency_name: Line
    time_zone: Token = "Asia/Jakarta"
    agency_region: RegionCode | None = None
    kind: KindField
    reason: Prose
    """What this body is to do."""
    round: Count = 1
    """Of which verification, as in ``report.verified``."""


@dataclass(frozen=True, kw_only=True)
class CoOwnerReleased(Event):
    """A further body has no part in the report any more, and was not the right one for it."""

    type: ClassVar[str] = "co_owner.released.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    disposition_id: Id
    released_at: Instant
    released_by: Token
    agency_code: AgencyCode
    agency_name: Line
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class CopySent(Event):
    """A body may read the report and need not act on it (tembusan)."""

    type: ClassVar[str] = "copy.sent.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    sent_at: Instant
    sent_by: Token
    """The id of the officer or coordinator."""
    agency_code: AgencyCode
    agency_name: Line
    reason: Prose = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionGranted(Event):
    """A body takes longer, for a reason that the reporter reads. tracking then sets the clock anew."""

    type: ClassVar[str] = "extension.granted.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    disposition_id: Id
    extension_id: Id
    """The same id is the same extension."""
    granted_at: Instant
    granted_by: Token
    """The id of the officer who approved it."""
    agency_code: AgencyCode
    agency_name: Line
    working_days: Count
    """So many more, after the time at which it would be due."""
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class AgencyChanged(Event):
    """A body of the directory is new or no longer as it was. ``report_id`` is the change's own id."""

    type: ClassVar[str] = "agency.changed.v1"
    said_by: ClassVar[str] = "routing"

    changed_at: Instant
    agency_code: AgencyCode
    name: Line
    active: Flag
    successor_codes: tuple[AgencyCode, ...] = ()
    """The bodies that took over from one that is closed."""
    verifies_itself: Flag = False
    """Reports for which the reporter chose this body are verified by its own administrator."""
