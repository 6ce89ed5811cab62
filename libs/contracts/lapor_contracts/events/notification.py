"""What notification says."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import Event
from lapor_contracts.fields import Count, Id, Instant, Line, Token


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
