"""A real SMS gateway for tests: Kannel's bearerbox and smsbox, and its fake network, in a temporary folder."""

import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, quote_plus

import pytest
import requests

from lapor_launcher.servers import ServerError, debian
from lapor_launcher.servers.machine import Private, Say, free_port
from tests.support.until import until

#: Debian's packages, and the programs that they bring.
PACKAGES = ("kannel", "kannel-extras")
BEARERBOX, SMSBOX = Path("/usr/sbin/bearerbox"), Path("/usr/sbin/smsbox")
FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")

#: What an SMS takes from one end to the other, on a small and busy machine.
PATIENCE = 60

# Two links to the network, as the fake one takes one client at a time and forgets what that had not read when it went:
# one on which telephones send, and one on which nobody hangs up while replies come.
# Kannel would put parts together by itself; we want to see them as from a gateway that does not.
_SETTINGS = """\
group = core
admin-port = {admin}
smsbox-port = {box}
admin-password = {password}
box-allow-ip = "127.0.0.1"
admin-allow-ip = "127.0.0.1"
sms-combine-concatenated-mo = false

group = smsc
smsc = fake
smsc-id = senders
allowed-smsc-id = nobody
port = {senders}
connect-allow-ip = "127.0.0.1"

group = smsc
smsc = fake
smsc-id = receivers
port = {receivers}
connect-allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
global-sender = 1708
mo-recode = true
http-request-retry = 100
http-queue-delay = 1

group = sendsms-user
username = lapor
password = {password}

group = sms-service
keyword = default
catch-all = true
get-url = "{url}/channels/sms/kannel?{query}&token={token}"
omit-empty = true
max-messages = 1
"""
_QUERY = "sender=%p&to=%P&text=%b&charset=%C&coding=%c&udh=%u&id=%I&ts=%t"
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$", re.MULTILINE)


@dataclass(frozen=True)
class Received:
    """An SMS that reached a telephone."""

    to: str
    text: str


class Box(Private):
    """One of Kannel's programs; it writes nothing that a sudden end could spoil."""

    def __init__(self, program: Path, settings: Path, is_up: Callable[[], bool]) -> None:
        super().__init__(program.name, program.parent)
        self._command = (program, settings)
        self._is_up = is_up

    def start(self) -> None:
        """Return once it is up."""
        self.keep(self._command, stop_signal=signal.SIGKILL)
        self.await_answer(self._is_up)


class Kannel:
    """A gateway between telephones and a system."""

    def __init__(self, folder: Path, *, token: str) -> None:
        self._token, self._password = token, "of a test"
        self._ports = {name: free_port() for name in ("admin", "box", "senders", "receivers", "sendsms")}
        self._settings = folder / "kannel.conf"
        self._boxes = (
            Box(BEARERBOX, self._settings, lambda: "running" in self._status()),
            Box(SMSBOX, self._settings, lambda: "smsbox:" in self._status()),
        )
        self._log = folder / "telephones.log"
        self._telephones: subprocess.Popen[bytes] | None = None

    def sendsms_url(self, url: str) -> str:
        """Where notices are handed over; what becomes of them is reported to the system at ``url``."""
        place = f"127.0.0.1:{self._ports['sendsms']}/cgi-bin/sendsms"
        reports = quote(f"{url}/channels/sms/kannel/receipt?token={quote_plus(self._token)}", safe="")
        return f"http://lapor:{quote(self._password)}@{place}?from=1708&dlr-url={reports}"

    def start(self, url: str) -> None:
        """Start the boxes and the telephones; ``url`` is the system's."""
        names = {**self._ports, "password": self._password, "token": quote_plus(self._token)}
        self._settings.write_text(_SETTINGS.format(**names, url=url, query=_QUERY))
        for box in self._boxes:
            box.start()
        with self._log.open("wb") as log:
            self._telephones = self._network("receivers", 0, "0 0 text nothing", log)
        until(lambda: re.search(r"receivers.*\(online", self._status()), PATIENCE)

    def stop(self) -> None:
        """Leave nothing behind."""
        if self._telephones:
            self._telephones.kill()
            self._telephones.wait()
        for box in reversed(self._boxes):
            box.close()

    def send(self, sender: str, text: str, *, times: int = 1) -> None:
        """A telephone sends an SMS to 1708; the network may bring it several times."""
        self._send(f"{sender} 1708 text {text}", times)

    def send_part(self, sender: str, header: bytes, text: str) -> None:
        """A telephone sends a part of a long SMS."""
        self._send(f"{sender} 1708 udh-data {_coded(header)} {_coded(text.encode())}", 1)

    def send_ucs2(self, sender: str, text: str) -> None:
        """A telephone sends what the GSM alphabet lacks."""
        self._send(f"{sender} 1708 ucs2 {_coded(text.encode('utf-16-be'))}", 1)

    def received(self) -> list[Received]:
        """What has reached the telephones so far."""
        said = self._log.read_text(errors="replace")
        return [Received(to, text) for _, to, _, text in _GOT.findall(said)]

    def _send(self, message: str, times: int) -> None:
        with self._network("senders", times, message, subprocess.PIPE) as client:
            assert client.stdout
            for line in client.stdout:
                if b"sent message" in line and line.split()[-1] == str(times).encode():
                    break
            client.kill()

    def _network(self, link: str, count: int, message: str, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        command = [
            str(FAKESMSC),
            "-H",
            "127.0.0.1",
            "-r",
            str(self._ports[link]),
            "-i",
            "0.01",
            "-m",
            str(count),
            message,
        ]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def _status(self) -> str:
        try:
            address = f"http://127.0.0.1:{self._ports['admin']}/status.txt"
            return requests.get(address, params={"password": self._password}, timeout=5).text
        except requests.ConnectionError:
            return ""


@pytest.fixture(scope="session")
def kannel_programs(pytestconfig: pytest.Config) -> None:
    """Kannel on this machine; without it there is an error, not a skip."""
    install(pytestconfig.get_terminal_writer().line)


def install(say: Say) -> None:
    """See to it that the programs are there."""
    programs = (BEARERBOX, SMSBOX, FAKESMSC)
    if not all(program.exists() for program in programs) and debian.can_install():
        for package in PACKAGES:
            debian.install(package, say)
    if not all(program.exists() for program in programs):
        raise ServerError(f"No Kannel to be had: install {' and '.join(PACKAGES)}, or, on Debian, run this as root.")


@contextmanager
def kannel(folder: Path, *, token: str) -> Iterator[Kannel]:
    """A gateway that leaves nothing behind once it was started."""
    gateway = Kannel(folder, token=token)
    try:
        yield gateway
    finally:
        gateway.stop()


def _coded(content: bytes) -> str:
    """As the fake network reads bytes: it knows no letter as itself in a header."""
    return "".join(f"%{byte:02X}" for byte in content)
