"""What systems of others say: channel adapters, and bodies with a system of their own."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import REPLIES, SUBMISSIONS, Event
from lapor_contracts.events.parts import Point
from lapor_contracts.fields import (
    AgencyCode,
    AnswerKindField,
    AnswerTypeField,
    Body,
    ChannelField,
    Day,
    Flag,
    Id,
    KindField,
    Line,
    Place,
    RegionCode,
    Title,
    Token,
    TrackingId,
)
from lapor_contracts.vocabulary import Kind


@dataclass(frozen=True, kw_only=True)
class ReporterGiven:
    """Who reports, as given. Read by intake alone, and kept in its vault."""

    name: Line | None = None
    phone: Line | None = None
    email: Line | None = None

    def __repr__(self) -> str:
        return "ReporterGiven(…)"


@dataclass(frozen=True, kw_only=True)
class ReportSubmitted(Event):
    """An adapter received a report. ``report_id`` is the adapter's own id of this message.

    The same ``idempotency_key`` of the same adapter is the same report, however often it is sent.
    """

    type: ClassVar[str] = "report.submitted.v1"
    said_by: ClassVar[str] = "adapter"
    exchange: ClassVar[str] = SUBMISSIONS

    idempotency_key: Token
    """The adapter's own name for the report."""
    body: Body
    """What happened, in the reporter's words."""
    channel: ChannelField | None = None
    """Where the adapter had it from; if left out, a partner's own system."""
    kind: KindField = Kind.COMPLAINT
    title: Title | None = None
    occurred_on: Day | None = None
    region_code: RegionCode | None = None
    place: Place | None = None
    agency_code: AgencyCode | None = None
    """The body that the reporter chose."""
    category: Token | None = None
    """The topic that was chosen from the list, if any."""
    anonymous: Flag = False
    """The reporter's identity is kept from the public and from the body complained of."""
    secret: Flag = False
    """The content is kept from the public."""
    reporter: ReporterGiven | None = None
    """Left out if nobody gave a name or an address."""
    attachments: tuple[Id, ...] = ()
    """Files that were uploaded before, over HTTPS."""
    point: Point | None = None
    supports: TrackingId | None = None
    """The earlier report of the same matter that its reporter wants to support with this one."""


@dataclass(frozen=True, kw_only=True)
class AgencyReplied(Event):
    """From an agency's own system: it answers, refuses by naming another body, or passes on to a unit.

    ``report_id`` is the report's; ``disposition_id`` the one it was assigned.
    """

    type: ClassVar[str] = "agency.replied.v1"
    said_by: ClassVar[str] = "agency"
    exchange: ClassVar[str] = REPLIES

    disposition_id: Id
    """As it was assigned."""
    reply_id: Id
    """The same id is the same reply, however often it is sent."""
    agency_code: AgencyCode
    answer_kind: AnswerKindField | None = None
    """Given for an answer, not for a refusal or for passing on."""
    refused_to: AgencyCode | None = None
    """The competent body, if this one is not."""
    passed_to: AgencyCode | None = None
    """The unit of this body that takes over."""
    text: Body
    """The answer, or the reason."""
    answer_type: AnswerTypeField | None = None
    """Of a substantive answer: what was done. Systems from before there were types leave it out."""
    planned_on: Day | None = None
    """Of what is planned: by then it will be done."""
    legal_basis: Line = ""
    """Of a refusal by law: the rule that forbids it."""
    needed_agency_code: AgencyCode | None = None
    """Of an answer that needs another body: which one."""
    evidence: tuple[Id, ...] = ()
    """Files that show it, by the ids that ``POST /api/v1/evidence/…`` gave."""
