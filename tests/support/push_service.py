"""A browser's push service, played: it keeps what it is brought, and answers what a test wants."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Brought:
    """A message for a browser."""

    path: str
    headers: Mapping[str, str]
    content: bytes


class PushService:
    """Listens for the length of a block."""

    def __init__(self, status: int = 201) -> None:
        self.got: list[Brought] = []
        place = self

        class Inlet(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                place.got.append(Brought(self.path, dict(self.headers), content))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                """A test's output is not the place for it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Inlet)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
