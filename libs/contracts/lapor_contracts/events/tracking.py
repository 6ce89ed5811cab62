"""What tracking says: clocks, the reporter's reactions, the end."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import Event
from lapor_contracts.fields import (
    AgencyCode,
    Body,
    ChannelField,
    ClockField,
    ClosedByField,
    CommandField,
    Count,
    Flag,
    Id,
    Instant,
    LevelField,
    Line,
    Prose,
    Rating,
    Secret,
    StatusField,
    Token,
    TrackingId,
)


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
    parent_tracking_id: TrackingId | None = None
    """The report that this one followed, whose end is its end."""
    reason: Prose = ""
    """Of an administrator, in the words that the reporter reads."""


@dataclass(frozen=True, kw_only=True)
class ReportAppealed(Event):
    """The reporter does not accept that the report was archived."""

    type: ClassVar[str] = "report.appealed.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    appeal_id: Id
    """The same id is the same appeal."""
    appealed_at: Instant
    text: Body
    """In the reporter's words."""


@dataclass(frozen=True, kw_only=True)
class ReportRated(Event):
    """The reporter says how content they are with how the report was handled. Said again, the last one counts."""

    type: ClassVar[str] = "report.rated.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    rating_id: Id
    rated_at: Instant
    rating: Rating
    """1 not at all, 5 very much."""
    agency_code: AgencyCode | None = None
    """The body that answered last."""


@dataclass(frozen=True, kw_only=True)
class ReportReopened(Event):
    """The reporter says "not done". Somebody above the desk that answered must see to it."""

    type: ClassVar[str] = "report.reopened.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    reopening_id: Id
    """The same id is the same reopening."""
    reopened_at: Instant
    times: Count = 1
    """1 for the first time, which needs no reason."""
    reason: Body | None = None
    """In the reporter's words; sealed where the report is a whistleblower's."""
    agency_code: AgencyCode | None = None
    """The body that had answered."""


@dataclass(frozen=True, kw_only=True)
class ReportWithdrawn(Event):
    """The reporter takes the report back, before a body has answered it. Nobody needs to act on it any more."""

    type: ClassVar[str] = "report.withdrawn.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    withdrawal_id: Id
    withdrawn_at: Instant


@dataclass(frozen=True, kw_only=True)
class ReferralOffered(Event):
    """The report has been open for so long that the Ombudsman may take it over: its reporter is asked."""

    type: ClassVar[str] = "referral.offered.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    offered_at: Instant
    sealed: Flag = False
    """A whistleblower's report: that there is news may be told, and nothing about it."""


@dataclass(frozen=True, kw_only=True)
class ReportReferred(Event):
    """The reporter agreed: the Ombudsman has the report now, with its file (dialihkan ke Ombudsman)."""

    type: ClassVar[str] = "report.referred.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    referral_id: Id
    referred_at: Instant
    agency_code: AgencyCode
    """The Ombudsman's, in the directory."""


@dataclass(frozen=True, kw_only=True)
class FollowInvited(Event):
    """The report is public: whoever asked to follow it is to confirm that the address is theirs.

    Nothing is said where there is no such report, or none that the public may see. ``report_id`` is the follower's own.
    """

    type: ClassVar[str] = "follow.invited.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    invited_at: Instant
    sealed: Secret
    """As in ``follow.requested``."""
    key_id: Token


@dataclass(frozen=True, kw_only=True)
class OutcomePublished(Event):
    """A public report that somebody follows was answered in substance, closed, reopened or referred."""

    type: ClassVar[str] = "outcome.published.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    change_id: Id
    """The same id is the same change."""
    happened_at: Instant
    """Whoever confirmed later has seen it on the report's page."""
    status: StatusField
    closed_by: ClosedByField | None = None
    agency_name: Line | None = None
    """The body that answered."""


@dataclass(frozen=True, kw_only=True)
class OutcomeAsked(Event):
    """Weeks after the end the reporter is asked whether it holds."""

    type: ClassVar[str] = "outcome.asked.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    question_id: Id
    asked_at: Instant
    sealed: Flag = False
    """A whistleblower's report: that there is news may be told, and nothing about it."""


@dataclass(frozen=True, kw_only=True)
class OutcomeReported(Event):
    """The reporter says whether what was done still holds. If not, the report may be reopened."""

    type: ClassVar[str] = "outcome.reported.v1"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    question_id: Id
    """As it was asked."""
    reported_at: Instant
    holds: Flag


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
    paused: Flag = False
    """It waits for the reporter; ``due_at`` is when it is due if the reporter never answers."""
    reason: Token | None = None
    """Why its date is another one than was said before: ``calendar``, ``extended``, ``waits_for_reporter`` …"""


@dataclass(frozen=True, kw_only=True)
class DeadlineWarned(Event):
    """A part of a clock's time is gone; each part is announced once."""

    type: ClassVar[str] = "deadline.warned.v1"
    topic: ClassVar[str] = "clock"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    deadline_id: Id
    """As it was set."""
    clock: ClockField
    percent: Count
    """So much of the time is gone."""
    due_at: Instant
    warned_at: Instant
    agency_code: AgencyCode | None = None


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
class DeadlineEscalated(Event):
    """A clock ran out and nothing was done: now the next level is to see to it. No level is skipped."""

    type: ClassVar[str] = "deadline.escalated.v1"
    topic: ClassVar[str] = "clock"
    said_by: ClassVar[str] = "tracking"

    tracking_id: TrackingId
    deadline_id: Id
    """As it was set."""
    clock: ClockField
    level: LevelField
    due_at: Instant
    escalated_at: Instant
    agency_code: AgencyCode | None = None
    """The body whose clock it is; left out where nobody has the report."""


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
    refused: Token | None = None
    """Why it was not done, where that is more than the status: ``needs_reason``, ``too_late`` …"""
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
