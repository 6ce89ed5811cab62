"""The events: facts in the past tense that others may rely on.

Events only grow. A field may be added with a default, because older messages are still under way; anything
else is a new version beside the old one. No event holds a name, a number or an address of a person, but for
`ContactSealed`, which only notification can open, and `ReportSubmitted`, which only intake reads.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from lapor_contracts.fields import (
    AgencyCode,
    AnswerKindField,
    ArchiveReasonField,
    Body,
    ChannelField,
    Ciphertext,
    ClockField,
    ClosedByField,
    CommandField,
    Count,
    Day,
    Flag,
    Id,
    Instant,
    KindField,
    Line,
    MissingField,
    PersonalField,
    Place,
    Prose,
    RegionCode,
    Secret,
    Share,
    StatusField,
    Title,
    Token,
    TrackingId,
    Weight,
)
from lapor_contracts.vocabulary import Kind

#: Where the services publish what happened (topic exchange; the routing key is the event's type).
EVENTS = "lapor.events"
#: Where adapters written by others publish what they received.
SUBMISSIONS = "lapor.submissions"
#: Where routing publishes to agencies' own systems (direct exchange; the routing key is the agency's code).
AGENCIES = "lapor.agencies"
#: Where agencies' own systems publish their answers.
REPLIES = "lapor.replies"
#: The broker's own exchange to a queue by its name: the way back to an adapter that waits for its tracking ID.
DIRECT = ""

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """What every event has: which report it is about, by both of its names."""

    type: ClassVar[str]
    said_by: ClassVar[str]
    """A service, or ``adapter`` or ``agency``: systems of others."""
    exchange: ClassVar[str] = EVENTS
    topic: ClassVar[str] = ""
    """The field whose value follows the type in the routing key: who needs only some of them binds only those."""

    report_id: Id
    """The report's name among systems."""

    @property
    def routing_key(self) -> str:
        """``report.closed.v1``; with a topic ``deadline.set.v1.verify``."""
        return f"{self.type}.{getattr(self, self.topic)}" if self.topic else self.type

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "type" in cls.__dict__:
            REGISTRY[cls.type] = cls


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


@dataclass(frozen=True, kw_only=True)
class SubmissionAccepted(Event):
    """The answer to an adapter that waits: the report is durable and has this tracking ID."""

    type: ClassVar[str] = "submission.accepted.v1"
    said_by: ClassVar[str] = "intake"
    exchange: ClassVar[str] = DIRECT

    tracking_id: TrackingId
    idempotency_key: Token
    """As it was handed in."""


@dataclass(frozen=True, kw_only=True)
class SubmissionRefused(Event):
    """The answer to an adapter whose submission can never become a report, and why."""

    type: ClassVar[str] = "submission.refused.v1"
    said_by: ClassVar[str] = "intake"
    exchange: ClassVar[str] = DIRECT

    reason: Prose
    """Which field is wrong, and how."""
    idempotency_key: Token | None = None
    """As it was handed in."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that intake keeps, checked and cleaned. Its name stays with the reporter: it may be somebody's."""

    id: Id
    """intake shows the file to staff and to the reporter under this id."""
    media_type: Token
    """By its content, such as ``image/jpeg``."""
    size: Count
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A passage that the public must not read. Characters ``start`` to ``end`` (not included) of one field."""

    field: Token
    """``title``, ``body`` or ``place``; where a verifier marked what was added later, the ``supplement_id`` of that."""
    start: Count
    end: Count
    kind: PersonalField


@dataclass(frozen=True, kw_only=True)
class SealedContent:
    """A whistleblower's report, which only the chosen oversight body can open (see ``lapor_chassis.sealing``)."""

    content: Ciphertext
    """Sealed for ``oversight_key``; opened it is JSON with title, body, occurred_on, place and reported."""
    agency_code: AgencyCode
    """The oversight body."""
    oversight_key: Token
    """Its public key (X25519, hex): what the reporter adds later is sealed for it too."""
    reporter_key: Token
    """The public key (X25519, hex) whose private one only the receipt gives: the body seals its answers for it."""


@dataclass(frozen=True, kw_only=True)
class ReportReceived(Event):
    """A report is durable in intake. From here on it is known by its tracking ID."""

    type: ClassVar[str] = "report.received.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    received_at: Instant
    channel: ChannelField
    kind: KindField
    title: Title
    body: Body
    """What happened, in the reporter's words."""
    occurred_on: Day | None = None
    region_code: RegionCode | None = None
    place: Place | None = None
    agency_code: AgencyCode | None = None
    """The body that the reporter chose."""
    keyword: Token | None = None
    """First word of an SMS, by which its sender named a region or a body."""
    category: Token | None = None
    """The topic that was chosen from the list, if any."""
    anonymous: Flag = False
    """The reporter's identity is kept from the public and from the body complained of."""
    secret: Flag = False
    """The content is kept from the public."""
    acknowledged: Flag = False
    """The reporter already has the tracking ID in hand (the SMS was answered, the page showed it)."""
    attachments: tuple[Attachment, ...] = ()
    marks: tuple[Mark, ...] = ()
    """What of the texts the public must not read. Numbers and addresses of persons are not in the texts at all."""
    asks: tuple[MissingField, ...] = ()
    """What is missing, and is asked back with the first notice."""
    receipt_hash: Token | None = None
    """By which the receipt is known (see ``lapor_chassis.tracking_ids``)."""
    sealed: SealedContent | None = None
    """Given for a whistleblower's report: then the texts of this event say nothing."""


@dataclass(frozen=True, kw_only=True)
class ContactSealed(Event):
    """How to reach the reporter, sealed for notification's public key (libsodium sealed box, base64).

    Opened it is JSON: ``{"via": …, "phone": …, "email": …, "account": …, "receipt": …}``. ``via`` is the way that the
    reporter came (``sms``, ``email``, ``whatsapp``, ``messenger``, ``instagram``, ``x``), ``account`` the name there.
    ``receipt`` is given where nobody has shown it to the reporter yet, ``comment`` where the first answer must refer to
    a public comment.
    """

    type: ClassVar[str] = "reporter.contact_sealed.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    sealed: Secret
    """Base64."""
    key_id: Token
    """Which of notification's keys it is sealed for."""


@dataclass(frozen=True, kw_only=True)
class ReportSupplemented(Event):
    """The reporter completed an incomplete report. What is left out stays as it was."""

    type: ClassVar[str] = "report.supplemented.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    supplement_id: Id
    """The same id is the same supplement."""
    supplemented_at: Instant
    body: Body | None = None
    """What the reporter adds or puts right."""
    occurred_on: Day | None = None
    region_code: RegionCode | None = None
    place: Place | None = None
    attachments: tuple[Attachment, ...] = ()
    marks: tuple[Mark, ...] = ()
    """What of the texts the public must not read."""


@dataclass(frozen=True, kw_only=True)
class ReportVerified(Event):
    """A report is complete and admissible, with all that routing needs to decide."""

    type: ClassVar[str] = "report.verified.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    verified_at: Instant
    verified_by: Token
    """``system``, or the id of the verifier."""
    reasons: tuple[Line, ...] = ()
    """Why it was let through, for whoever asks."""
    channel: ChannelField
    kind: KindField
    title: Title
    body: Body
    """What happened, in the reporter's words."""
    occurred_on: Day | None = None
    region_code: RegionCode | None = None
    place: Place | None = None
    agency_code: AgencyCode | None = None
    """The body that the reporter chose."""
    keyword: Token | None = None
    """First word of an SMS, by which its sender named a region or a body."""
    category: Token | None = None
    """The topic that was chosen from the list, if any."""
    anonymous: Flag = False
    """The reporter's identity is kept from the public and from the body complained of."""
    secret: Flag = False
    """The content is kept from the public."""
    attachments: tuple[Attachment, ...] = ()
    sealed: SealedContent | None = None
    """A whistleblower's report goes to the body that it is sealed for, and to no other."""


@dataclass(frozen=True, kw_only=True)
class ReportRedacted(Event):
    """A verifier corrected what the public must not read. Replaces all earlier marks of the texts that were there."""

    type: ClassVar[str] = "report.redacted.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    redacted_at: Instant
    redacted_by: Token
    """The id of the verifier."""
    reason: Prose
    """Why, for whoever asks."""
    marks: tuple[Mark, ...] = ()
    fields: tuple[Token, ...] = ("title", "body", "place")
    """Which texts the verifier saw, called as in a mark. A text that came later keeps its own marks."""


@dataclass(frozen=True, kw_only=True)
class ReportReturned(Event):
    """Something is missing; the reporter is asked for it."""

    type: ClassVar[str] = "report.returned.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    returned_at: Instant
    returned_by: Token
    """The id of the verifier."""
    missing: tuple[MissingField, ...] = ()
    """What is asked for."""
    message: Prose = ""
    """What the verifier asks, in the words that the reporter reads."""


@dataclass(frozen=True, kw_only=True)
class ReportArchived(Event):
    """The report goes no further, for a reason that the reporter is told."""

    type: ClassVar[str] = "report.archived.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    archived_at: Instant
    archived_by: Token
    """``system``, or the id of the verifier."""
    reason_code: ArchiveReasonField
    reason: Prose
    """In the words that the reporter reads."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing that speaks for a body: what kind of thing, which words, how strongly."""

    kind: Token
    """Such as ``topic_phrase`` or ``region_given``."""
    detail: Line
    """Which words or facts."""
    weight: Weight
    """How strongly it speaks for the body: 0 not at all, 1 beyond doubt."""


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


@dataclass(frozen=True, kw_only=True)
class ReportUnroutable(Event):
    """Nobody competent was found, or it went round too often: it stands in the coordinator's queue."""

    type: ClassVar[str] = "report.unroutable.v1"
    said_by: ClassVar[str] = "routing"

    tracking_id: TrackingId
    decided_at: Instant
    reason: Prose
    """For the coordinator."""


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
    named_agency_code: AgencyCode
    """The body that this one holds to be competent."""
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
    attachments: tuple[Attachment, ...] = ()
    sealed: SealedContent | None = None
    """A whistleblower's report, for this body alone."""


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


@dataclass(frozen=True, kw_only=True)
class ReportReplied(Event):
    """The reporter wrote to the body that holds the report."""

    type: ClassVar[str] = "report.replied.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    reply_id: Id
    """The same id is the same reply."""
    replied_at: Instant
    text: Body
    """In the reporter's words."""


@dataclass(frozen=True, kw_only=True)
class ReportClosed(Event):
    """The report is at its end; by whom is counted apart."""

    type: ClassVar[str] = "report.closed.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    closed_at: Instant
    closed_by: ClosedByField
    sealed: Flag = False
    """A whistleblower's report: that there is news may be told, and nothing about it."""


@dataclass(frozen=True, kw_only=True)
class DeadlineSet(Event):
    """tracking announces a clock; all others only read it."""

    type: ClassVar[str] = "deadline.set.v1"
    topic: ClassVar[str] = "clock"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    deadline_id: Id
    """The same id with another date is the same clock, recomputed."""
    clock: ClockField
    starts_at: Instant
    due_at: Instant
    agency_code: AgencyCode | None = None
    """The body whose clock it is; left out for the verifiers' and the reporter's."""
    regulation: Line = ""
    """The regulation that asks for it."""


@dataclass(frozen=True, kw_only=True)
class DeadlineMissed(Event):
    """A clock ran out, announced once."""

    type: ClassVar[str] = "deadline.missed.v1"
    topic: ClassVar[str] = "clock"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    deadline_id: Id
    """As it was set."""
    clock: ClockField
    due_at: Instant
    missed_at: Instant
    agency_code: AgencyCode | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeFailed(Event):
    """A notice could not be delivered and was given up: the reporter does not know."""

    type: ClassVar[str] = "notice.failed.v1"
    said_by: ClassVar[str] = "notification"

    notice_id: Id
    template: Token
    """Which notice it was."""
    via: Token
    """``sms`` or ``email``."""
    attempts: Count
    """How often it was tried."""
    failed_at: Instant
    reason: Line
    """What the gateway or the mail server said last."""


@dataclass(frozen=True, kw_only=True)
class ReporterCommanded(Event):
    """A reporter asked for something by a message: how it stands, to pass on a reply, or to close."""

    type: ClassVar[str] = "reporter.commanded.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    command_id: Id
    """The same id is the same command."""
    commanded_at: Instant
    command: CommandField
    text: Body | None = None
    """Of a reply, in the reporter's words."""
    is_reporter: Flag = False
    """Intake knows the sender as this report's reporter; others are told only what is public."""
    sealed: Secret
    """Where the answer goes: as in ``reporter.contact_sealed``. Empty where nobody waits for one."""
    key_id: Token
    """Which of notification's keys it is sealed for."""


@dataclass(frozen=True, kw_only=True)
class CommandAnswered(Event):
    """tracking did what a reporter's message asked for, or could not. notification tells."""

    type: ClassVar[str] = "command.answered.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    command_id: Id
    """As it was given."""
    command: CommandField
    answered_at: Instant
    done: Flag
    """False where the report's status does not allow it, or where nothing may be told."""
    status: StatusField | None = None
    """How the report stands; left out where nothing may be told."""
    agency_name: Line | None = None
    """Who has it."""
    due_at: Instant | None = None
    """Until when."""
    time_zone: Token = "Asia/Jakarta"
    sealed: Secret
    """Where the answer goes: as it was given."""
    key_id: Token


@dataclass(frozen=True, kw_only=True)
class MessageAnswered(Event):
    """A message that was no report, answered by intake itself: how to report, a number that is unknown, STOP.

    Said where the channel cannot answer in its own response; notification brings it. ``report_id`` is the message's.
    """

    type: ClassVar[str] = "message.answered.v1"
    said_by: ClassVar[str] = "intake"

    answered_at: Instant
    text: Prose
    """In the words that the sender reads; nothing of a person."""
    sealed: Secret
    """Where the answer goes: as in ``reporter.contact_sealed``."""
    key_id: Token
    """Which of notification's keys it is sealed for."""


@dataclass(frozen=True, kw_only=True)
class ReporterStopped(Event):
    """The reporter wants no more notices about this report (STOP)."""

    type: ClassVar[str] = "reporter.stopped.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    stopped_at: Instant


@dataclass(frozen=True, kw_only=True)
class IdentityRequested(Event):
    """An officer asked who the reporter is. Said for every report alike, whether an identity is there or not."""

    type: ClassVar[str] = "identity.requested.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    request_id: Id
    requested_at: Instant
    agency_code: AgencyCode | None = None
    """The body that the officer works for."""


@dataclass(frozen=True, kw_only=True)
class IdentityDisclosed(Event):
    """Two custodians agreed: one officer may see who the reporter is, for some hours. The reporter is told."""

    type: ClassVar[str] = "identity.disclosed.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    request_id: Id
    """As it was requested."""
    disclosed_at: Instant
    until: Instant
    agency_code: AgencyCode | None = None
    """The body that the officer works for."""
    legal_basis: Line
    """As the officer gave it."""


@dataclass(frozen=True, kw_only=True)
class IdentityForgotten(Event):
    """The reporter's data key is destroyed. Whoever keeps a sealed contact throws it away."""

    type: ClassVar[str] = "identity.forgotten.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    forgotten_at: Instant


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Event):
    """The public status of a report that came by a channel which shows it (Open311)."""

    type: ClassVar[str] = "status.changed.v1"
    topic: ClassVar[str] = "channel"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    change_id: Id
    """The same id is the same change."""
    channel: ChannelField
    changed_at: Instant
    status: StatusField
    agency_code: AgencyCode | None = None
    agency_name: Line | None = None
    """Who has it."""
    text: Prose | None = None
    """The body's public answer, if that is what changed it."""
    secret: Flag = False
    """The content is kept from the public: of the whole report, as it stands now."""
