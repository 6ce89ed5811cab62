"""A mail server that takes our letters, whoever of the services writes them."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Self
from urllib.parse import parse_qsl, unquote
from uuid import UUID

from lapor_chassis.settings import server_url

#: Seconds for each exchange with the server.
TIMEOUT = 10


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter in plain text. ``repr`` shows neither where it goes nor what it says."""

    id: UUID
    """The same on every attempt makes the same Message-ID: a mailbox that gets the letter twice can tell."""
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    written_at: datetime
    reply_to: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class NotTaken:
    """The server did not take a letter. ``reason`` holds no address; ``permanent``: trying again cannot help."""

    reason: str
    permanent: bool = False


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port?from=lapor@example.go.id``."""

    scheme: str
    host: str
    port: int
    sender: str
    username: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting. Encryption is asked for by name, so that nobody in between can talk it away."""
        url = server_url(text, "smtp", "smtp+starttls", "smtps")
        sender = dict(parse_qsl(url.query)).get("from")
        if not sender:
            raise ValueError("needs ?from= with the sender's address")
        return cls(
            scheme=url.scheme,
            host=url.hostname or "",
            port=url.port or {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[url.scheme],
            sender=sender,
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password or ""),
        )

    def send(self, letter: Letter) -> NotTaken | None:
        """Hand the letter over; what the server says of the recipient or of the letter with a 5xx is final."""
        try:
            message = self._message(letter)
        except (ValueError, MessageError):
            return NotTaken("the address is malformed", permanent=True)
        try:
            self._hand_over(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            return NotTaken(f"the mail server answered {code} to the recipient", permanent=code >= 500)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
            return NotTaken(f"the mail server answered {code} to the letter", permanent=code >= 500)
        except smtplib.SMTPResponseException as error:
            return NotTaken(f"the mail server answered {error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            return NotTaken(f"the mail server did not answer ({type(error).__name__})")
        return None

    def _hand_over(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self.username:
                server.login(self.username, self.password)
            server.send_message(message)
        finally:
            # The letter is taken or refused by now, whatever becomes of the farewell.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.to
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.written_at)
        message["Message-ID"] = f"<{letter.id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = "id, en"
        message.set_content(letter.text)
        return message
