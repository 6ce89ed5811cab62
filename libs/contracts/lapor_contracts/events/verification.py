"""What verification says: whether a report is complete and admissible, and what of it is public."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import Event
from lapor_contracts.events.parts import Attachment, Mark, Point, SealedContent
from lapor_contracts.fields import (
    AgencyCode,
    ArchiveReasonField,
    Body,
    ChannelField,
    Count,
    Day,
    Flag,
    Id,
    Instant,
    KindField,
    Line,
    MissingField,
    Place,
    Prose,
    RegionCode,
    Title,
    Token,
    TrackingId,
)


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
    point: Point | None = None
    sealed: SealedContent | None = None
    """A whistleblower's report goes to the body that it is sealed for, and to no other."""
    round: Count = 1
    """1 at first; one more each time that the report was recalled and verified again."""
    supervised: Flag = False
    """A complaint with supervision (berkadar pengawasan), which has its own, longer time limit."""
    supervision_reason: Line = ""
    """Why it has, in the words that the reporter reads."""
    urgent: Flag = False
    """Somebody may come to harm while it waits."""
    sensitive: Flag = False
    """About violence, children, health …: to be handled by few."""
    reported_agency_code: AgencyCode | None = None
    """The body complained of by a whistleblower: neither it nor a body above it may get the report, or a copy."""
    counted_as: Token | None = None
    """The category under which it is counted: as it was filed, else the one that most of its words speak for."""
    counted_as_name: Line = ""
    """Its name, below the names above it."""


@dataclass(frozen=True, kw_only=True)
class ReferralFiled(ReportVerified):
    """A report that was referred before anybody had verified it: what the Ombudsman is to read of it.

    ``verified_at`` and ``verified_by`` say when and by whom it was passed on so.
    """

    type: ClassVar[str] = "referral.filed.v1"


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
class ReportRecalled(Event):
    """A person undid a verification: the report is a verifier's again, and whoever holds it lets it go."""

    type: ClassVar[str] = "report.recalled.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    recalled_at: Instant
    recalled_by: Token
    """The id of the verifier."""
    round: Count
    """Which verification is undone, as in ``report.verified``."""
    reason: Prose


@dataclass(frozen=True, kw_only=True)
class ReportMerged(Event):
    """The report repeats an earlier one and follows it: it keeps its own ID and shares the outcome (digabung)."""

    type: ClassVar[str] = "report.merged.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    parent_report_id: Id
    parent_tracking_id: TrackingId
    merged_at: Instant
    merged_by: Token
    """``system``, or the id of the verifier."""
    reason: Prose = ""
    """Why the two are taken for one, in the words that the reporter reads."""


@dataclass(frozen=True, kw_only=True)
class ReportSplit(Event):
    """The report is no repeat after all, and stands alone again."""

    type: ClassVar[str] = "report.split.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    parent_report_id: Id
    """The one that it followed."""
    split_at: Instant
    split_by: Token
    """The id of the verifier."""
    reason: Prose = ""


@dataclass(frozen=True, kw_only=True)
class ReportEdited(Event):
    """The public reads this instead of what was written, which stays as it is. Replaces all earlier edits."""

    type: ClassVar[str] = "report.edited.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    edited_at: Instant
    edited_by: Token
    """The id of the verifier."""
    reason: Prose
    title: Title | None = None
    """Left out where the public reads the reporter's own."""
    body: Body | None = None
    """Left out where the public reads the reporter's own."""


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    """Somebody who had not archived the report looked at it again."""

    type: ClassVar[str] = "appeal.decided.v1"
    said_by: ClassVar[str] = "verification"

    tracking_id: TrackingId
    appeal_id: Id
    decided_at: Instant
    decided_by: Token
    """The id of the verifier."""
    granted: Flag
    """The report waits for its verification again; else it stays archived."""
    reason: Prose
    """In the words that the reporter reads."""
