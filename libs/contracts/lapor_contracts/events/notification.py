"""What notification says."""

from dataclasses import dataclass
from typing import ClassVar

from lapor_contracts.events.event import Event
from lapor_contracts.fields import Count, Flag, Id, Instant, Line, Token


@dataclass(frozen=True, kw_only=True)
class NoticeFailed(Event):
    """A notice could not be delivered and was given up: the reporter does not know."""

    type: ClassVar[str] = "notice.failed.v1"
    said_by: ClassVar[str] = "notification"

    notice_id: Id
    template: Token
    """Which notice it was."""
    via: Token
    """By which way last: ``sms``, ``email`` …; ``none`` where there was none."""
    attempts: Count
    """How often it was tried."""
    failed_at: Instant
    reason: Line
    """What the gateway or the mail server said last."""


@dataclass(frozen=True, kw_only=True)
class ContactPaused(Event):
    """An address of the reporter's takes nothing any more: until they give another, they cannot be reached there."""

    type: ClassVar[str] = "contact.paused.v1"
    said_by: ClassVar[str] = "notification"

    via: Token
    """Which of the ways: ``sms``, ``email`` …"""
    paused_at: Instant
    reachable: Flag
    """By another way."""
    reason: Line
    """The provider's code; nothing of a person."""
