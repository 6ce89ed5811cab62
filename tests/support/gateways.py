"""The world outside, played: an SMS gateway and a mail server that behave as badly as a test wants."""

import asyncio
import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class SmsGateway:
    """A gateway with the forms of Kannel, Jasmin and Twilio. Answers 202, or what `answer_with` says."""

    def __init__(self, kind: str = "", path: str = "/cgi-bin/sendsms") -> None:
        self.kind, self.path = kind, path
        self.sent: list[dict[str, str]] = []
        self._answers: list[int] = []
        self.says = b""
        """What stands in each answer."""
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    def answer_with(self, *statuses: int) -> None:
        """Answer the next requests so; after them, 202 again."""
        self._answers += statuses

    @property
    def url(self) -> str:
        """What a service is told."""
        return f"{self.kind}http://lapor:secret@127.0.0.1:{self._port}{self.path}?from=1708"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; the second time at the address of the first."""
        gateway = self

        class Form(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                user, password = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode().split(":")
                self._answer(gateway._take(f"{self.path}?{form}&username={user}&password={password}"))

            def do_GET(self) -> None:
                self._answer(gateway._take(self.path))

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(gateway.says)))
                self.end_headers()
                self.wfile.write(gateway.says)

            def log_message(self, format: str, *arguments: Any) -> None:
                """A test's output is not the place for it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Form)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from here on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _take(self, path: str) -> int:
        url = urlsplit(path)
        form = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        status = self._answers.pop(0) if self._answers else 202
        if (url.path, form.get("username"), form.get("password")) != (self.path, "lapor", "secret"):
            return 403
        if status < 300:
            self.sent.append(form)
        return status


@dataclass
class MailServer:
    """A mail server that takes letters, or answers to a command (``RCPT``, ``DATA``) what `answers` says."""

    answers: dict[str, str] = field(default_factory=dict)
    hangs_up_after_data: bool = False
    slow_after_data: float = 0
    letters: list[Message] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """What a service is told."""
        return f"smtp://127.0.0.1:{self.port}?from=lapor@lapor.example"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd wants these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Take a sender, or not."""
        if refusal := self.answers.get("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Take a recipient, or not."""
        if refusal := self.answers.get("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, or not."""
        if refusal := self.answers.get("DATA"):
            return refusal
        self.raw.append(envelope.original_content or b"")
        self.letters.append(BytesParser(policy=modern).parsebytes(self.raw[-1]))
        await asyncio.sleep(self.slow_after_data)
        if self.hangs_up_after_data and server.transport:
            server.transport.close()
        return "250 taken over"


class _OnAnyPort(Controller):
    """aiosmtpd's controller asks itself for a sign of life, so it must know which port the system gave it."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(**behaviour: Any) -> Iterator[MailServer]:
    """A mail server on a free port, for the length of a block."""
    server = MailServer(**behaviour)
    controller = _OnAnyPort(server, hostname="127.0.0.1", port=0)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
