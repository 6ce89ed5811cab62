"""The events: facts in the past tense that others may rely on.

Events only grow. A field may be added with a default, because older messages are still under way; anything
else is a new version beside the old one. No event holds a name, a number or an address of a person, but for
`ContactSealed`, which only notification can open, and `ReportSubmitted`, which only intake reads.
"""

from lapor_contracts.events.event import AGENCIES, DIRECT, EVENTS, REGISTRY, REPLIES, SUBMISSIONS, Event
from lapor_contracts.events.intake import (
    ContactSealed,
    IdentityDisclosed,
    IdentityForgotten,
    IdentityRequested,
    MessageAnswered,
    ReporterCommanded,
    ReporterStopped,
    ReportReceived,
    ReportSupplemented,
    SubmissionAccepted,
    SubmissionRefused,
)
from lapor_contracts.events.notification import NoticeFailed
from lapor_contracts.events.partners import AgencyReplied, ReporterGiven, ReportSubmitted
from lapor_contracts.events.parts import Attachment, Evidence, Mark, Point, SealedContent
from lapor_contracts.events.routing import (
    AgencyChanged,
    CoOwnerAdded,
    CoOwnerReleased,
    CopySent,
    DispositionAssigned,
    ExtensionGranted,
    ReportAnswered,
    ReportRefused,
    ReportRouted,
    ReportUnroutable,
)
from lapor_contracts.events.tracking import (
    CommandAnswered,
    DeadlineMissed,
    DeadlineSet,
    ReportAppealed,
    ReportClosed,
    ReportReplied,
    StatusChanged,
)
from lapor_contracts.events.verification import (
    AppealDecided,
    ReportArchived,
    ReportEdited,
    ReportMerged,
    ReportRecalled,
    ReportRedacted,
    ReportReturned,
    ReportSplit,
    ReportVerified,
)

__all__ = [
    "AGENCIES",
    "DIRECT",
    "EVENTS",
    "REGISTRY",
    "REPLIES",
    "SUBMISSIONS",
    "AgencyChanged",
    "AgencyReplied",
    "AppealDecided",
    "Attachment",
    "CoOwnerAdded",
    "CoOwnerReleased",
    "CommandAnswered",
    "ContactSealed",
    "CopySent",
    "DeadlineMissed",
    "DeadlineSet",
    "DispositionAssigned",
    "Event",
    "Evidence",
    "ExtensionGranted",
    "IdentityDisclosed",
    "IdentityForgotten",
    "IdentityRequested",
    "Mark",
    "MessageAnswered",
    "NoticeFailed",
    "Point",
    "ReportAnswered",
    "ReportAppealed",
    "ReportArchived",
    "ReportClosed",
    "ReportEdited",
    "ReportMerged",
    "ReportRecalled",
    "ReportReceived",
    "ReportRedacted",
    "ReportRefused",
    "ReportReplied",
    "ReportReturned",
    "ReportRouted",
    "ReportSplit",
    "ReportSubmitted",
    "ReportSupplemented",
    "ReportUnroutable",
    "ReportVerified",
    "ReporterCommanded",
    "ReporterGiven",
    "ReporterStopped",
    "SealedContent",
    "StatusChanged",
    "SubmissionAccepted",
    "SubmissionRefused",
]
