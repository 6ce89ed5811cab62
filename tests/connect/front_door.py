"""LAPOR! as an adapter sees it over HTTP: it answers what the test has laid ready."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.support.builders import tracking_id


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    document: dict[str, Any]


class FrontDoor:
    """Gives the answers laid ready, then takes in everything."""

    def __init__(self, *answers: Answer | None) -> None:
        """``None`` hangs up without a word."""
        self.requests: list[Request] = []
        self._answers = list(answers)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                door.requests.append(Request(self.path, dict(self.headers), document))
                answer = door._answers.pop(0) if door._answers else _taken(document)
                if answer is None:
                    self.connection.close()
                    return
                body = answer.document if isinstance(answer.document, bytes) else json.dumps(answer.document).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _taken(document: dict[str, Any]) -> Answer:
    slip = {
        "tracking_id": tracking_id(document["idempotency_key"]),
        "receipt": "1234-5678-9012-3456",
        "status_url": "https://lapor.example/lacak",
    }
    return Answer(201, slip)
