"""A mail server that takes our letters, whoever of the services writes them."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote
from uuid import UUID

import dkim

from lapor_chassis.settings import pem, server_url
from lapor_chassis.trouble import Trouble

#: Seconds for each exchange with the server.
TIMEOUT = 10

#: Enhanced status codes (RFC 3463) that say of an address that it does not exist, or not any more.
DEAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
#: The same, of a server that knows no such codes.
_DEAD_ADDRESS_IN_SHORT = frozenset({550, 551, 553})

#: What a signature covers: all that a mail program shows or acts upon. What we do not write is named too, and the
#: sender twice, so that nobody can add one (RFC 6376, 8.15).
_SIGNED = (
    b"from from to subject date message-id references reply-to auto-submitted list-unsubscribe list-unsubscribe-post"
    b" mime-version content-type content-transfer-encoding"
).split()


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
    thread: str | None = None
    """Letters with the same one belong together: mail programs show them so, and replies name it."""
    unsubscribe: str | None = field(default=None, repr=False)
    """An address at which one click ends such letters (RFC 8058)."""


@dataclass(frozen=True)
class NotTaken:
    """The server did not take a letter. ``reason`` holds no address."""

    reason: str
    trouble: Trouble

    @property
    def permanent(self) -> bool:
        """Whether trying again cannot help."""
        return self.trouble.is_final


@dataclass(frozen=True, kw_only=True)
class Signing:
    """How a server of ours signs (DKIM): the name under which the domain publishes the key, and the key in PEM."""

    selector: str
    key: str = field(repr=False)

    def signed(self, content: bytes, domain: str) -> bytes:
        """The letter with its signature in front; raises where the key is none."""
        signature = dkim.sign(
            content,
            self.selector.encode(),
            domain.encode(),
            self.key.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_SIGNED,
        )
        return signature + content


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port?from=lapor@example.go.id``.

    ``&dkim=SELECTOR&dkim_key=FILE`` signs what is sent, where the server itself does not; ``&reply_to=ADDRESS`` says
    where replies are read.
    """

    scheme: str
    host: str
    port: int
    sender: str
    username: str | None = None
    password: str = field(default="", repr=False)
    signing: Signing | None = None
    reply_to: str | None = None
    """Where replies are read, if they are."""
    timeout: float = TIMEOUT

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting. Encryption is asked for by name, so that nobody in between can talk it away."""
        url = server_url(text, "smtp", "smtp+starttls", "smtps")
        options = dict(parse_qsl(url.query))
        if not options.get("from"):
            raise ValueError("needs ?from= with the sender's address")
        return cls(
            scheme=url.scheme,
            host=url.hostname or "",
            port=url.port or {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[url.scheme],
            sender=options["from"],
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password or ""),
            reply_to=options.get("reply_to"),
            signing=_signing(options.get("dkim"), options.get("dkim_key")),
        )

    @property
    def domain(self) -> str:
        """Of our letters: it names them, and signs them."""
        return self.sender.rpartition("@")[2]

    def send(self, letter: Letter) -> NotTaken | None:
        """Hand the letter over.

        What the server says of the recipient or of the letter with a 5xx is final. Once the letter is written to it,
        silence may mean that it was taken: then it is sent again under the same Message-ID, and nobody can do better.
        """
        try:
            letter.to.encode("ascii")
            content = self._content(letter)
        except (ValueError, MessageError):
            return NotTaken("the address is malformed", Trouble.DEAD)
        try:
            with self._session() as server:
                return self._hand_over(server, letter.to, content)
        except smtplib.SMTPResponseException as error:
            return NotTaken(f"the mail server answered {error.smtp_code}", Trouble.AWAY)
        except (smtplib.SMTPException, OSError) as error:
            return NotTaken(f"the mail server did not answer ({type(error).__name__})", Trouble.AWAY)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self.username:
                server.login(self.username, self.password)
            server.ehlo_or_helo_if_needed()
            yield server
        finally:
            # The letter is taken or refused by now, whatever becomes of the farewell.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _hand_over(self, server: smtplib.SMTP, to: str, content: bytes) -> NotTaken | None:
        code, _ = server.mail(self.sender)
        if code != 250:
            return NotTaken(f"the mail server answered {code} to us", Trouble.AWAY)
        code, said = server.rcpt(to)
        if code not in (250, 251):
            trouble = _of_recipient(code, said)
            return NotTaken(f"the mail server answered {_code(code, said)} to the recipient", trouble)
        try:
            code, said = server.data(content)
        except smtplib.SMTPDataError as error:  # it does not even want to see it
            code, said = error.smtp_code, _bytes(error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            reason = f"the mail server fell silent over the letter ({type(error).__name__}): it may have taken it"
            return NotTaken(reason, Trouble.UNKNOWN)
        if code == 250:
            return None
        trouble = Trouble.REFUSED if code >= 500 else Trouble.LATER
        return NotTaken(f"the mail server answered {_code(code, said)} to the letter", trouble)

    def _content(self, letter: Letter) -> bytes:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.to
        if reply_to := letter.reply_to or self.reply_to:
            message["Reply-To"] = reply_to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.written_at)
        message["Message-ID"] = f"<{letter.id}@{self.domain}>"
        if letter.thread:
            message["References"] = f"<{letter.thread}@{self.domain}>"
        if letter.unsubscribe:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = "id, en"
        # Nobody on the way has to write it anew, which would break the signature.
        message.set_content(letter.text, cte="quoted-printable")
        content = message.as_bytes(policy=policy.SMTP)
        return self.signing.signed(content, self.domain) if self.signing else content


def _signing(selector: str | None, path: str | None) -> Signing | None:
    if selector is None and path is None:
        return None
    if not selector or not path:
        raise ValueError("dkim= and dkim_key= belong together")
    signing = Signing(selector=selector, key=pem(f"file:{Path(path)}"))
    try:
        signing.signed(b"From: a@b\r\n\r\n", "b")
    except (dkim.DKIMException, ValueError):
        raise ValueError("dkim_key= is no RSA key in PEM") from None
    return signing


def _of_recipient(code: int, said: bytes) -> Trouble:
    """A 5xx may also be about us (a block list, say): then the address is not dead."""
    if code < 500:
        return Trouble.LATER
    status = _status(said)
    is_dead = status in DEAD_ADDRESS if status else code in _DEAD_ADDRESS_IN_SHORT
    return Trouble.DEAD if is_dead else Trouble.REFUSED


def _status(said: bytes) -> str | None:
    found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", said)
    return found[0].decode() if found else None


def _code(code: int, said: bytes) -> str:
    """The server's numbers; its words like to repeat the address."""
    return " ".join(filter(None, (str(code), _status(said))))


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
