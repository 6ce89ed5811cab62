"""What intake says: a report came in, who is to be told of it, what its reporter wants."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import DIRECT, Event
from lapor_contracts.events.parts import Attachment, Mark, Point, SealedContent
from lapor_contracts.fields import (
    AgencyCode,
    Body,
    ChannelField,
    CommandField,
    Day,
    Flag,
    Id,
    Instant,
    KindField,
    Line,
    MissingField,
    Place,
    Prose,
    Rating,
    RegionCode,
    ReplyToken,
    Secret,
    Title,
    Token,
    TrackingId,
)


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
    point: Point | None = None
    supports: TrackingId | None = None
    """The earlier report of the same matter that its reporter wants to support with this one."""
    sealed: SealedContent | None = None
    """Given for a whistleblower's report: then the texts of this event say nothing."""


@dataclass(frozen=True, kw_only=True)
class ContactSealed(Event):
    """How to reach the reporter, sealed for notification's public key (libsodium sealed box, base64).

    Opened it is JSON: ``{"via": …, "phone": …, "email": …, "account": …, "receipt": …}``. ``via`` is the way that the
    reporter came (``sms``, ``email``, ``whatsapp``, ``messenger``, ``instagram``, ``x``), ``account`` the name there.
    ``receipt`` is given where nobody has shown it to the reporter yet, ``comment`` where the first answer must refer to
    a public comment, ``stop`` an address at which one click ends notices, ``language`` (``id`` or ``en``) where the
    reporter chose one; without it notices are in both.
    """

    type: ClassVar[str] = "reporter.contact_sealed.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    sealed: Secret
    """Base64."""
    key_id: Token
    """Which of notification's keys it is sealed for."""
    given_at: Instant | None = None
    """Of an address that was given later, in the place of those before it."""


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
class ReporterCommanded(Event):
    """A reporter asked for something by a message: how it stands, to pass on a reply, to close, reopen, rate …"""

    type: ClassVar[str] = "reporter.commanded.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    command_id: Id
    """The same id is the same command."""
    commanded_at: Instant
    command: CommandField
    text: Body | None = None
    """Of a reply, or why it is not done, in the reporter's words."""
    rating: Rating | None = None
    """1 not at all content, 5 very much."""
    is_reporter: Flag = False
    """Intake knows the sender as this report's reporter; others are told only what is public."""
    sealed: Secret
    """Where the answer goes: as in ``reporter.contact_sealed``. Empty where nobody waits for one."""
    key_id: Token
    """Which of notification's keys it is sealed for."""


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
class AgencyMailed(Event):
    """A letter came to one of the addresses that routing gives to bodies without a system of their own.

    ``report_id`` is the letter's own id: the same letter has the same one. Intake has not judged who wrote it.
    """

    type: ClassVar[str] = "agency.mailed.v1"
    said_by: ClassVar[str] = "intake"

    mailed_at: Instant
    token: ReplyToken
    """It says which disposition the letter answers, and that its writer had the letter to answer."""
    sender_domain: Line
    """Of the writer's address; the address itself is a person's."""
    dmarc: Token | None = None
    """What our mail server found out about that domain (RFC 8601), such as ``pass`` or ``fail``; None if nothing."""
    text: Prose
    """Without what it quotes and without its signature."""


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(Event):
    """An officer gave intake files that show what was done. They are public only once an answer names them."""

    type: ClassVar[str] = "evidence.added.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    added_at: Instant
    added_by: Token
    """The id of the officer, or of the body's own system."""
    agency_code: AgencyCode
    """The body that they work for: its answers alone may name the files."""
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, kw_only=True)
class FollowRequested(Event):
    """Somebody wants to hear the outcome of a report. Intake does not know whether there is such a public report.

    ``report_id`` is the follower's own id, by which they are forgotten. Opened, ``sealed`` is JSON as in
    ``reporter.contact_sealed``, with ``token``: what confirms that the address is theirs, and ends it.
    """

    type: ClassVar[str] = "follow.requested.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    requested_at: Instant
    sealed: Secret
    key_id: Token


@dataclass(frozen=True, kw_only=True)
class FollowConfirmed(Event):
    """Whoever asked to follow the report has shown that the address is theirs. ``report_id`` is the follower's own."""

    type: ClassVar[str] = "follow.confirmed.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    confirmed_at: Instant


@dataclass(frozen=True, kw_only=True)
class FollowEnded(Event):
    """A follower wants to hear no more: the address is to be forgotten. ``report_id`` is the follower's own id."""

    type: ClassVar[str] = "follow.ended.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    ended_at: Instant


@dataclass(frozen=True, kw_only=True)
class PushSubscribed(Event):
    """The reporter wants notices in this browser (web push), besides the other ways.

    Opened, ``sealed`` is JSON: the browser's subscription (``endpoint``, ``keys``).
    """

    type: ClassVar[str] = "reporter.push_subscribed.v1"
    said_by: ClassVar[str] = "intake"

    tracking_id: TrackingId
    subscription_id: Id
    """The same browser has the same id."""
    subscribed_at: Instant
    sealed: Secret
    key_id: Token


@dataclass(frozen=True, kw_only=True)
class DeliveryReported(Event):
    """What a provider says later of a message that it took over: delivered, or not. ``report_id`` is this news' own id.

    It comes by the ways in which reporters' messages come (a bounce by mail, a status of Meta's), so intake hears it.
    """

    type: ClassVar[str] = "delivery.reported.v1"
    said_by: ClassVar[str] = "intake"

    via: Token
    """``sms``, ``email``, ``whatsapp`` …"""
    notice_id: Id
    """All our messages bear it where the provider repeats it."""
    reported_at: Instant
    delivered: Flag
    permanent: Flag = False
    """Not delivered, and never will be to that address."""
    reason: Line = ""
    """The provider's code; nothing of a person."""
