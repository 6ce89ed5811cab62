"""``lapor serve intake --lmtp``: the process to which a mail server brings e-mails."""

import signal
import smtplib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from lapor_launcher.keys import ensure_keys
from lapor_launcher.servers.machine import free_port
from tests.launcher.conftest import Lapor
from tests.support.letters import mail
from tests.support.until import until

pytestmark = pytest.mark.system

US = "lapor@lapor.example"


@contextmanager
def inlet(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The process, once it listens."""
    port = free_port()
    environment = {
        **ensure_keys(folder / "keys"),
        "LAPOR_INTAKE_DATABASE_URL": f"sqlite:///{folder / 'intake.db'}",
        "LAPOR_INTAKE_ATTACHMENTS": str(folder / "attachments"),
        "LAPOR_INTAKE_MAIL_ADDRESSES": US,
    }
    command = [sys.executable, "-m", "lapor_launcher", "serve", "intake", "--lmtp", "--port", str(port)]
    with (folder / "log").open("ab") as log, subprocess.Popen(command, env=environment, stderr=log) as process:
        try:
            until(lambda: answers(port) or process.poll() is not None, 60)
            assert process.poll() is None, (folder / "log").read_text()
            yield process, port
        finally:
            process.kill()


def answers(port: int) -> bool:
    try:
        with smtplib.LMTP("127.0.0.1", port) as client:
            return client.noop()[0] == 250
    except OSError:
        return False


def reports(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "intake.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM reports").fetchone()[0])


def test_what_was_answered_with_250_survives_the_death_of_the_process(tmp_path: Path) -> None:
    with inlet(tmp_path) as (process, port), smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("siti@warga.example", [US], mail())

        process.kill()

    assert reports(tmp_path) == 1


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with inlet(tmp_path) as (process, _):
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0

    assert "Traceback" not in (tmp_path / "log").read_text()


def test_its_log_tells_nothing_of_people(tmp_path: Path) -> None:
    with inlet(tmp_path) as (process, port), smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("siti@warga.example", [US], mail(From="Siti Rahayu <siti@warga.example>"))
        client.sendmail("siti@warga.example", [US], b"From: siti@warga.example\nX-Loop: siti\n\nx")
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    log = (tmp_path / "log").read_text()
    assert "report received" in log
    assert "e-mail ignored" in log
    assert "siti" not in log.lower()


def test_without_an_address_of_ours_it_does_not_start(lapor: Lapor, tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")

    result = lapor("serve", "intake", "--lmtp", **keys, LAPOR_INTAKE_DATABASE_URL=f"sqlite:///{tmp_path / 'i.db'}")

    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith("Error: LAPOR_INTAKE_MAIL_ADDRESSES: ")


@pytest.mark.parametrize("arguments", [("tracking", "--lmtp"), ("intake", "--lmtp", "--web"), ("intake",)])
def test_only_one_thing_at_a_time_is_served(lapor: Lapor, arguments: tuple[str, ...]) -> None:
    assert lapor("serve", *arguments).exit_code == 2
