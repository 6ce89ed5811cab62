"""The server as a process of its own: it answers, and it stops cleanly."""

import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from lapor_chassis.web import background
from tests.support.until import until

PROGRAM = """
import sys, threading
from lapor_chassis.telemetry import configure_logging
from lapor_chassis.web import serve

configure_logging(as_json=True, level="ERROR")

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("slow began", flush=True)
        threading.Event().wait(0.5)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']}".encode()]

serve(app, int(sys.argv[1]), trusted_proxies=int(sys.argv[2]))
print("stopped", flush=True)
"""
FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


class Served:
    """A server in a process of its own."""

    def __init__(self, proxies: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.port), str(proxies)], stdout=subprocess.PIPE, text=True
        )
        until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def get(self, path: str = "/") -> tuple[str, dict[str, str]]:
        """Ask as a proxy would."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=FORWARDED)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode(), dict(answer.headers)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[str, int]:
        """What it still said, and how it ended."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=20)
        return said, self.process.returncode


@pytest.fixture(params=[0])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    server = Served(request.param)
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_stops_cleanly(served: Served, how: signal.Signals) -> None:
    served.get()

    assert served.stop(how) == ("stopped\n", 0)


def test_a_request_under_way_is_still_answered(served: Served) -> None:
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(served.get("/slow")[0]))
    asking.start()
    assert served.process.stdout is not None
    served.process.stdout.readline()

    served.stop()

    asking.join()
    assert answers == ["http 127.0.0.1"]


def test_a_server_in_the_background_answers_what_is_under_way_before_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    began, answers = threading.Event(), []

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        began.set()
        threading.Event().wait(0.5)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    with background(app, 0) as url:
        asking = threading.Thread(target=lambda: answers.append(urllib.request.urlopen(url, timeout=10).read()))
        asking.start()
        began.wait()

    asking.join()
    assert answers == [b"done"]
    assert not caplog.records


def test_nobody_believes_forwarded_headers_without_a_proxy(served: Served) -> None:
    answer, headers = served.get()

    assert answer == "http 127.0.0.1"
    assert "Server" not in headers


@pytest.mark.parametrize("served", [1], indirect=True)
def test_behind_a_trusted_proxy_they_count(served: Served) -> None:
    answer, _ = served.get()

    assert answer == "https 203.0.113.9"
