"""Fetches e-mails from a mailbox by IMAP, and leaves there what it could not take."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from imap_tools import BaseMailBox, MailMessageFlags
from imap_tools.errors import MailboxFetchError
from imap_tools.utils import check_command_status

from lapor_chassis.database import is_away
from lapor_chassis.service import Timer
from lapor_chassis.telemetry import fault, log
from lapor_intake.channels.email.postbox import Postbox

EVERY = 20
#: E-mails at a time, and seconds that a connection may last.
BATCH, PATIENCE = 100, 300
TIMEOUT = 30

_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A mailbox that nobody else reads: ``imaps://USER:PASSWORD@HOST/INBOX?done=FOLDER``."""

    scheme: str
    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str
    done: str | None
    """Where e-mails are moved when they are taken; without it they stay and count as read."""
    patience: float = PATIENCE
    """How many seconds a connection may last."""

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting. Encryption is asked for by name, so that nobody in between can talk it away."""
        try:
            url = urlsplit(text)
            port = url.port or _PORTS[url.scheme]
        except (ValueError, KeyError):  # its text may hold the password
            raise ValueError("must begin with imaps://, imap+starttls:// or imap://") from None
        if not (url.hostname and url.username and url.password):
            raise ValueError("needs USER:PASSWORD@HOST")
        return cls(
            scheme=url.scheme,
            host=url.hostname,
            port=port,
            username=unquote(url.username),
            password=unquote(url.password),
            folder=unquote(url.path.strip("/")) or "INBOX",
            done=dict(parse_qsl(url.query)).get("done"),
        )

    @contextmanager
    def open(self) -> Iterator[BaseMailBox]:
        """A new connection to it."""
        opened = _Opened(self)
        try:
            opened.login(self.username, self.password, self.folder)
            if self.done and not opened.folder.exists(self.done):
                opened.folder.create(self.done)
            yield opened
        finally:
            # Whatever becomes of the farewell: what was done is done.
            with suppress(Exception):
                opened.logout()
            with suppress(OSError):
                opened.client.shutdown()  # where the farewell has not done so

    def client(self) -> imaplib.IMAP4:
        """A connection on which nobody has signed in yet."""
        if self.scheme == "imap":
            return _Client(self.host, self.port, TIMEOUT, patience=self.patience)
        context = ssl.create_default_context()
        if self.scheme == "imaps":
            return _EncryptedClient(self.host, self.port, ssl_context=context, timeout=TIMEOUT, patience=self.patience)
        client = _Client(self.host, self.port, TIMEOUT, patience=self.patience)
        client.starttls(context)
        return client


class _Opened(BaseMailBox):
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._mailbox.client()


class _Client(imaplib.IMAP4):
    """Ends by force after a while: a server that sends a letter now and then never runs into the time-out."""

    def __init__(self, *arguments: Any, patience: float, **options: Any) -> None:
        self._patience = patience
        super().__init__(*arguments, **options)

    def open(self, *arguments: Any, **options: Any) -> None:
        """Connect."""
        super().open(*arguments, **options)
        self._guard = threading.Timer(self._patience, self._cut)
        self._guard.daemon = True
        self._guard.start()

    def shutdown(self) -> None:
        """Let go of the connection."""
        self._guard.cancel()
        super().shutdown()

    def _cut(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _EncryptedClient(_Client, imaplib.IMAP4_SSL):
    pass


@dataclass(frozen=True, kw_only=True, eq=False)
class Poller:
    """Brings what lies unread in the mailbox to the postbox. Any number of processes may do so at a time."""

    mailbox: Mailbox
    postbox: Postbox

    def timer(self) -> Timer:
        """Polls every so often, each time over a new connection."""
        return Timer("imap", EVERY, self.poll)

    def poll(self) -> int:
        """Take some e-mails in; returns how many were looked at."""
        with self.mailbox.open() as mailbox:
            found = mailbox.uids("UNSEEN UNFLAGGED")[:BATCH]
            for uid in found:
                self._look_at(mailbox, uid)
        return len(found)

    def _look_at(self, mailbox: BaseMailBox, uid: str) -> None:
        try:
            self._take(mailbox, uid)
        except Exception as error:
            if is_away(error) or isinstance(error, OSError):
                raise  # it lies there as before
            # One that we cannot handle stays, flagged for a person to look at, and holds up no other.
            log.error("e-mail set aside", uid=uid, **fault(error))
            mailbox.flag(uid, MailMessageFlags.FLAGGED, value=True)
        else:
            # Only now, and if this fails: it comes again, and is known.
            self._put_away(mailbox, uid)

    def _take(self, mailbox: BaseMailBox, uid: str) -> None:
        size = re.search(rb"RFC822\.SIZE (\d+)", _fetch(mailbox, uid, "RFC822.SIZE"))
        if size and int(size[1]) > self.postbox.longest:
            self.postbox.refuse_too_large(_fetch(mailbox, uid, "BODY.PEEK[HEADER]"))
        elif size:  # or somebody has taken it away meanwhile
            self.postbox.take(_fetch(mailbox, uid, "BODY.PEEK[]"))

    def _put_away(self, mailbox: BaseMailBox, uid: str) -> None:
        if self.mailbox.done:
            mailbox.move(uid, self.mailbox.done)
        else:
            mailbox.flag(uid, MailMessageFlags.SEEN, value=True)


def _fetch(mailbox: BaseMailBox, uid: str, part: str) -> bytes:
    """The part itself where it comes as one, else the line that tells it; empty where the e-mail is gone."""
    answer = mailbox.client.uid("fetch", uid, f"({part})")
    check_command_status(answer, MailboxFetchError)
    first = answer[1][0] if answer[1] else None
    return bytes(first[1]) if isinstance(first, tuple) else bytes(first or b"")
