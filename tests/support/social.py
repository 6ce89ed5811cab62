"""Meta's Graph API and X's API, played: a small real server that keeps what it was sent and refuses when told to."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

#: Without it no file is given out.
TOKEN = "EAAGtoken"


@dataclass
class Sent:
    """A message that was handed over."""

    path: str
    authorization: str
    content: dict[str, Any]


@dataclass
class SocialApi:
    """Takes JSON and answers 200, or what `answer_with` says; gives out files as the Graph API does."""

    sent: list[Sent] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    """Files by their id, as the Graph API gives them out: first an address, then the bytes."""
    open_to_all: bool = False
    """Files need no token."""
    known_callers: list[str] = field(default_factory=list)
    """Whoever asked for a file with a token."""
    _answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    def answer_with(self, status: int, **content: Any) -> None:
        """Answer the next request so."""
        self._answers.append((status, content))

    @property
    def host(self) -> str:
        """Where it listens."""
        assert self._server
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        api = self

        class Requests(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = api._next()
                if status < 300:
                    api.sent.append(Sent(self.path, self.headers["Authorization"], content))
                self._answer(status, json.dumps(answer).encode(), "application/json")

            def do_GET(self) -> None:
                api.asked.append(self.path)
                status, answer = api._next()
                name = self.path.split("?")[0].rpartition("/")[2]
                if status >= 300 or name not in api.media or not api._lets_in(self):
                    self._answer(status if status >= 300 else 404, json.dumps(answer).encode(), "application/json")
                elif self.path.startswith("/files/"):
                    self._answer(200, api.media[name], "application/octet-stream")
                else:
                    found = {"id": name, "url": f"http://{api.host}/files/{name}", "mime_type": "image/jpeg"}
                    self._answer(200, json.dumps(found).encode(), "application/json")

            def _answer(self, status: int, content: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *arguments: Any) -> None:
                """A test's output is not the place for it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    def _next(self) -> tuple[int, dict[str, Any]]:
        return self._answers.pop(0) if self._answers else (200, {"messages": [{"id": "wamid.1"}]})

    def _lets_in(self, request: BaseHTTPRequestHandler) -> bool:
        shown = request.headers["Authorization"]
        if shown:
            self.known_callers.append(shown)
        return self.open_to_all or shown == f"Bearer {TOKEN}"
