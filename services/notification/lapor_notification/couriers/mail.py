"""Notices as letters."""

from dataclasses import dataclass
from typing import Self

from lapor_chassis.mail import Letter, SmtpServer
from lapor_notification.couriers.courier import Message
from lapor_notification.domain import Delivered, Outcome, Undelivered
from lapor_notification.domain.templates import NEWS


@dataclass(frozen=True)
class MailServer:
    """A mail server: see `SmtpServer`."""

    server: SmtpServer

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting."""
        return cls(SmtpServer.from_url(text))

    def send(self, message: Message) -> Outcome:
        """Hand the notice over as a letter. All letters of a report are one thread, and so is what replies to them."""
        letter = Letter(
            id=message.notice_id,
            to=message.to,
            subject=message.subject,
            text=message.text,
            written_at=message.written_at,
            # To a whistleblower no header may name the report.
            thread=message.tracking_id.lower() or None if message.template != NEWS else None,
            unsubscribe=message.unsubscribe,
        )
        trouble = self.server.send(letter)
        return Undelivered(message.via, trouble.reason, trouble.trouble) if trouble else Delivered(message.via)
