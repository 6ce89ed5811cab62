"""``lapor run``: how it ends, and what it says when it cannot begin."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.support.embedded_system import EmbeddedSystem, embedded_system, free_port
from tests.support.until import until

pytestmark = pytest.mark.system


def one_sentence(system: EmbeddedSystem) -> str:
    """What was said as the only line, without a traceback."""
    (line,) = system.logged.read_text().splitlines()
    return line


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_running_system_stops_when_it_is_asked_to(stopped_system: EmbeddedSystem, number: signal.Signals) -> None:
    stopped_system.start()

    status = stopped_system.stop(number)

    assert status == 0
    assert "Everything is kept" in stopped_system.said.read_text()
    assert stopped_system.logged.read_text() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_stops_in_the_middle_of_the_journey(stopped_system: EmbeddedSystem, number: signal.Signals) -> None:
    stopped_system.launch()
    until(lambda: "verified" in stopped_system.said.read_text(), 60)

    assert stopped_system.stop(number) == 0
    assert stopped_system.logged.read_text() == ""
    stopped_system.start()
    until(stopped_system.is_quiet)


def test_it_stops_while_the_directory_is_loaded_and_loads_it_at_the_next_start(tmp_path: Path) -> None:
    with embedded_system(tmp_path / "var", tmp_path) as system:
        system.launch("--quiet")
        until(lambda: (system.folder / "notification.db").exists(), 60)

        assert system.stop(signal.SIGINT) == 0
        assert "Traceback" not in system.logged.read_text()
        system.start()

        assert system.rows("routing", "SELECT count(*) FROM agencies")[0][0] > 25_000


def test_who_stops_it_is_heard_also_while_garbage_is_collected() -> None:
    program = """
import signal, time
from lapor_launcher.run import interrupted_when_asked

class Garbage:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

interrupted_when_asked()
try:
    Garbage()
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted")
"""

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "interrupted\n", "")


def test_who_stops_a_run_that_was_to_finish_the_journey_is_told_that_it_did_not(stopped_system: EmbeddedSystem) -> None:
    stopped_system.launch("--once")
    until(lambda: "received" in stopped_system.said.read_text(), 60)

    assert stopped_system.stop(signal.SIGINT) == 1


def test_a_port_that_is_taken_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with embedded_system(tmp_path / "var", tmp_path) as system, socket.socket() as somebody:
        somebody.bind(("127.0.0.1", system.port))
        somebody.listen()

        system.launch()

        assert system.wait() == 2
        assert one_sentence(system) == f"Error: port {system.port}: Address already in use; PORT=… chooses another one"
        assert not system.folder.exists()


def test_a_folder_that_another_process_uses_is_left_alone(stopped_system: EmbeddedSystem, tmp_path: Path) -> None:
    stopped_system.start()
    other_logs = tmp_path / "other"
    other_logs.mkdir()
    with embedded_system(stopped_system.folder, other_logs) as second:
        second.launch("--quiet")

        assert second.wait() == 2
        assert "is in use by another lapor process; stop it first" in one_sentence(second)
    assert requests.get(f"{stopped_system.url}/readyz", timeout=30).ok


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with embedded_system(tmp_path / "file" / "var", tmp_path) as system:
        system.launch()

        assert system.wait() == 2
        assert one_sentence(system).endswith("Not a directory; --folder chooses another place")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAPOR_ROUTING_THRESHOLD", "7"),
        ("LAPOR_ROUTING_THRESHOLD", "high"),
        ("LAPOR_NOTIFICATION_LEASE_SECONDS", "0"),
        ("LAPOR_TRACKING_KEY", "file:/nowhere/tracking.key"),
        ("LAPOR_NOTIFICATION_SMS_URL", "ftp://gateway"),
        ("LAPOR_TRUSTED_PROXIES", "many"),
        ("LAPOR_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with embedded_system(tmp_path / "var", tmp_path, **{variable: value}) as system:
        system.launch()

        assert system.wait() != 0
        assert one_sentence(system).startswith(f"Error: {variable}: ")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eight"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with embedded_system(tmp_path / "var", tmp_path) as system:
        system.launch("--port", port)

        assert system.wait() == 2
        assert "Invalid value for '--port'" in system.logged.read_text()


def test_the_option_counts_more_than_the_variable(stopped_system: EmbeddedSystem) -> None:
    port = free_port()

    stopped_system.launch("--quiet", "--port", str(port))

    until(lambda: re.search(f"LAPOR! is at http://127.0.0.1:{port},", stopped_system.said.read_text()), 60)
