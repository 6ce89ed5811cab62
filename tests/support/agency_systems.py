"""Bodies' own systems, played: a webhook and a GeoReport server that behave as badly as a test wants."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from xml.etree import ElementTree

import orjson
from standardwebhooks import Webhook


@dataclass
class AgencyWebhook:
    """A webhook that checks signatures with the standard's own library."""

    port: int = 0
    secrets: list[str] = field(default_factory=list)
    """With each of which it verifies."""
    answers: list[int] = field(default_factory=list)
    """What to answer next; after them 204."""
    got: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    hangs: threading.Event | None = None
    """Answer only when this is set."""
    context: ssl.SSLContext | None = None
    """With which it speaks TLS, if it does."""
    location: str = ""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/lapor"

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """What a body's system would do."""
        if self.hangs:
            self.hangs.wait(10)
        status = self.answers.pop(0) if self.answers else 204
        document = orjson.loads(body)
        for secret in self.secrets:
            Webhook(secret).verify(body, headers)
        if status < 300:
            self.got.append(document)
            self.ids.append(headers["webhook-id"])
        return status


@dataclass
class GeoReport:
    """A GeoReport v2 server with mySociety's updates, as far as a client sees it."""

    port: int = 0
    form: str = "json"
    """In which alone it answers, or ``xml``."""
    gives_tokens: bool = False
    raw: bytes | None = None
    """What it answers whatever it is asked, if this is set."""
    requests: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Status and note, by number."""
    updates: list[dict[str, str]] = field(default_factory=list)
    received: list[dict[str, str]] = field(default_factory=list)
    """Updates that we were sent."""
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/v2"

    def post(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        """Take a request or an update."""
        if form.get("api_key") != "kunci":
            return 403, [{"code": 403, "description": "api_key"}]
        if path == "/v2/servicerequestupdates":
            self.received.append(form)
            return 201, [{"update_id": form["update_id"]}]
        number = str(1000 + len(self.requests))
        self.requests[number] = form
        if self.gives_tokens:
            self._tokens[f"t{number}"] = number
            return 202, [{"token": f"t{number}"}]
        return 201, [{"service_request_id": number, "service_notice": ""}]

    def get(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """Tell how requests stand."""
        if path.startswith("/v2/tokens/"):
            token = path.removeprefix("/v2/tokens/")
            return 200, [{"service_request_id": self._tokens[token], "token": token}]
        if path == "/v2/servicerequestupdates":
            begin, end = (datetime.fromisoformat(query[name]) for name in ("start_date", "end_date"))
            moments = {one["update_id"]: datetime.fromisoformat(one["updated_datetime"]) for one in self.updates}
            return 200, [one for one in self.updates if begin <= moments[one["update_id"]] <= end]
        asked = query["service_request_id"].split(",")
        return 200, [
            {"service_request_id": number, "status": status, "status_notes": note}
            for number, (status, note) in self.statuses.items()
            if number in asked
        ]


@contextmanager
def agency_webhook(**behaviour: Any) -> Iterator[AgencyWebhook]:
    """A webhook, on a free port where none is named, for the length of a block."""
    system = AgencyWebhook(**behaviour)

    class Door(_Quiet):
        def do_POST(self) -> None:
            self.answer(system.take(self.given(), dict(self.headers)), location=system.location)

    with _serving(Door, system.context, system.port) as system.port:
        yield system


@contextmanager
def geo_report(**behaviour: Any) -> Iterator[GeoReport]:
    """A GeoReport server on a free port, for the length of a block."""
    system = GeoReport(**behaviour)

    class Door(_Quiet):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.given().decode()))
            self.say(self.path, lambda path: system.post(path, form))

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self.say(url.path, lambda path: system.get(path, query))

        def say(self, address: str, act: Callable[[str], tuple[int, Any]]) -> None:
            path, _, form = address.rpartition(".")
            if system.raw is not None:
                self.answer(200, system.raw)
                return
            if form != system.form:
                self.answer(404)
                return
            status, content = act(path)
            self.answer(status, _in_xml(content) if form == "xml" else orjson.dumps(content))

    with _serving(Door) as system.port:
        yield system


def _in_xml(records: list[dict[str, str]]) -> bytes:
    root = ElementTree.Element("service_requests")
    for record in records:
        item = ElementTree.SubElement(root, "request")
        for name, text in record.items():
            ElementTree.SubElement(item, name).text = text
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


class _Quiet(BaseHTTPRequestHandler):
    def given(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """A test's output is not the place for it."""


@contextmanager
def _serving(
    door: Callable[..., BaseHTTPRequestHandler], context: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", port), door)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def signed(secret: str, body: bytes, message_id: str = "reply-1") -> dict[str, str]:
    """The headers with which a body's system signs what it sends us."""
    now = datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body.decode()),
    }
