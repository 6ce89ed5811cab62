"""Couriers: an SMS gateway, a mail server, or a file where there is neither. Those of chats are in `chat_couriers`.

Each takes a message and says what became of it. None can promise "exactly once": a gateway that took a message over
and died before it said so will be asked again. What can be done about it is done: a letter keeps its Message-ID, the
file knows its last lines. A reason never holds an address; servers like to repeat it, so only codes are kept.
"""

import base64
import http.client
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import parse_qsl, unquote, urlencode
from uuid import UUID

import orjson

from lapor_chassis.mail import Letter, SmtpServer
from lapor_chassis.settings import server_url
from lapor_notification.domain import Delivered, Outcome, Undelivered, Via

#: Seconds for each exchange with a server.
TIMEOUT = 10

FORM = "application/x-www-form-urlencoded"

#: Answers of a gateway that speak of us or of the moment, not of this message: another time it may be taken.
OURS_TO_MEND = frozenset({401, 403, 404, 407, 408, 425, 429})


@dataclass(frozen=True, kw_only=True)
class Message:
    """One notice in words, and where it goes."""

    notice_id: UUID
    template: str
    tracking_id: str
    via: Via
    to: str = field(repr=False)
    subject: str
    text: str
    written_at: datetime
    heard_at: datetime | None = None
    """When the reporter last wrote to us, as far as this service knows."""
    in_reply_to: str | None = field(default=None, repr=False)
    """The public comment that this answers in private, where it is the first answer."""


class Courier(Protocol):
    """Carries messages. Expected trouble is an outcome, not an exception."""

    def send(self, message: Message) -> Outcome:
        """Hand the message over, and say what became of it."""


@dataclass(frozen=True, kw_only=True)
class SmsGateway:
    """A gateway that takes a form. Which one, its address begins with:

    - Kannel: ``http://USER:PASSWORD@HOST:13013/cgi-bin/sendsms?from=1708``
    - Jasmin: ``jasmin+http://USER:PASSWORD@HOST:1401/send?from=1708``
    - Twilio: ``twilio+https://SID:TOKEN@api.twilio.com/2010-04-01/Accounts/SID/Messages.json?From=%2B62211708``
    """

    secure: bool
    host: str
    port: int | None
    path: str
    form: Mapping[str, str] = field(repr=False)
    to: str = "to"
    text: str = "text"
    authorization: str | None = field(default=None, repr=False)
    """Of a gateway that is told in a header who we are, and takes the form in the body."""

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting; other parameters of the address are sent along (``smsc``, ``dlr-mask``, …)."""
        kinds = ("", "jasmin+", "twilio+")
        url = server_url(text, *(f"{kind}{scheme}" for kind in kinds for scheme in ("http", "https")))
        kind, _, scheme = url.scheme.rpartition("+")
        user, password, given = unquote(url.username or ""), unquote(url.password or ""), dict(parse_qsl(url.query))
        made = partial(cls, secure=scheme == "https", host=url.hostname or "", port=url.port, path=url.path or "/")
        if kind == "twilio":
            secret = base64.b64encode(f"{user}:{password}".encode()).decode()
            return made(form=given, to="To", text="Body", authorization=f"Basic {secret}")
        form = {**given, "username": user, "password": password}
        return made(form=form, text="content") if kind == "jasmin" else made(form={**form, "charset": "UTF-8"})

    def send(self, message: Message) -> Outcome:
        """Hand the message over. Kannel reads the form in the address only, so mostly it is a GET.

        ``http.client`` and no more: it follows no redirect with somebody's number, and logs no address.
        """
        connect = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = connect(self.host, self.port, timeout=TIMEOUT)
        form = urlencode({**self.form, self.to: message.to, self.text: message.text})
        try:
            if self.authorization:
                connection.request("POST", self.path, form, {"Authorization": self.authorization, "Content-Type": FORM})
            else:
                connection.request("GET", f"{self.path}?{form}")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return Undelivered(message.via, f"the gateway did not answer ({type(error).__name__})")
        finally:
            connection.close()
        if 200 <= status < 300:
            return Delivered(message.via)
        permanent = 400 <= status < 500 and status not in OURS_TO_MEND
        return Undelivered(message.via, f"the gateway answered HTTP {status}", permanent)


@dataclass(frozen=True)
class MailServer:
    """A mail server: see `SmtpServer`."""

    server: SmtpServer

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting."""
        return cls(SmtpServer.from_url(text))

    def send(self, message: Message) -> Outcome:
        """Hand the notice over as a letter."""
        letter = Letter(
            id=message.notice_id,
            to=message.to,
            subject=message.subject,
            text=message.text,
            written_at=message.written_at,
        )
        trouble = self.server.send(letter)
        return Undelivered(message.via, trouble.reason, trouble.permanent) if trouble else Delivered(message.via)


class FileSink:
    """A file with one JSON line for each notice, for machines that have neither gateway nor mail server.

    A line is on the disk when `send` returns. The last lines are read again at the start, so that a notice whose line
    was written just before a crash is not written a second time.
    """

    _TAIL = 64 * 1024

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._written: set[str] | None = None

    def send(self, message: Message) -> Outcome:
        """Append the notice, its address masked."""
        line = {
            "notice_id": str(message.notice_id),
            "written_at": message.written_at,
            "template": message.template,
            "tracking_id": message.tracking_id,
            "via": message.via,
            "to": masked(message.to),
            "text": message.text,
        }
        with self._lock:
            if self._written is None:
                self._written = self._repair()
            if line["notice_id"] not in self._written:
                self._append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        return Delivered(message.via)

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _repair(self) -> set[str]:
        """Cut off a line that a crash left half written; returns the notices of the last lines."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            return set()
        with self._path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            begin = max(0, size - self._TAIL)
            file.seek(begin)
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            file.truncate(begin + len(whole))
        lines = whole.split(b"\n")[1 if begin else 0 : -1]
        return {orjson.loads(line)["notice_id"] for line in lines}


def masked(address: str) -> str:
    """Enough to tell two addresses apart on a screen, not enough to write to either."""
    if "@" in address:
        return f"{address[0]}***@***"
    return "*" * max(len(address) - 2, 0) + address[-2:]
