"""A real IMAP server: Dovecot as the machine has it, or as Debian's package; with two mailboxes and a certificate."""

import getpass
import imaplib
import ipaddress
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lapor_chassis.clock import SystemClock
from lapor_launcher.servers import debian
from lapor_launcher.servers.machine import Private, free_port

PASSWORD = "sandi/rahasia"

#: One process serves all connections of a kind: there are not many.
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = /dev/stderr
mail_location = maildir:{folder}/mail/%u
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
ssl_dh =
first_valid_uid = 1
{users}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot(Private):
    """An IMAP server that can be stopped and started again. Every user name has a mailbox of its own."""

    def __init__(self, programs: Path) -> None:
        super().__init__("dovecot", programs)
        self.tls_port = free_port()
        self.certificate = self.folder / "certificate.pem"
        certify(self.certificate, self.folder / "key.pem")
        is_root = os.geteuid() == 0  # then it changes to users that its package has made
        us = f"default_internal_user = {getpass.getuser()}\ndefault_login_user = {getpass.getuser()}"
        (self.folder / "mail").mkdir()
        if is_root:
            self.folder.chmod(0o755)
            shutil.chown(self.folder / "mail", "nobody")
        self._configuration = self.folder / "dovecot.conf"
        self._configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder,
                password=PASSWORD,
                port=self.port,
                tls_port=self.tls_port,
                users="" if is_root else us,
                uid="nobody" if is_root else os.geteuid(),
                gid="nogroup" if is_root else os.getegid(),
            )
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.keep(["dovecot", "-F", "-c", self._configuration])
        self.await_answer(self._answers)

    def url(self, user: str, scheme: str = "imap", query: str = "") -> str:
        """What a service is told."""
        port = self.tls_port if scheme == "imaps" else self.port
        return f"{scheme}://{user}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/INBOX{query}"

    def deliver(self, user: str, letter: bytes) -> None:
        """Put a letter into a mailbox."""
        with self._mailbox(user) as mailbox:
            mailbox.append("INBOX", "", None, letter)

    def letters(self, user: str, criteria: str, folder: str = "INBOX") -> int:
        """How many letters in a folder fit IMAP's ``criteria``, such as ``UNSEEN``."""
        with self._mailbox(user) as mailbox:
            mailbox.select(f'"{folder}"', readonly=True)
            _, found = mailbox.search(None, criteria)
            return len(found[0].split())

    @contextmanager
    def _mailbox(self, user: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.host, self.port, timeout=30) as mailbox:
            mailbox.login(user, PASSWORD)
            yield mailbox

    def _answers(self) -> bool:
        try:
            imaplib.IMAP4(self.host, self.port, timeout=5).shutdown()
        except OSError:
            return False
        return True


def certify(certificate: Path, key: Path) -> None:
    """A certificate for this machine, signed by itself."""
    private, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "us")])
    now, us = SystemClock().now(), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([us]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="session")
def dovecot(pytestconfig: pytest.Config) -> Iterator[Dovecot]:
    """The server; a test takes a mailbox that no other test uses."""
    if not _programs() and debian.can_install():
        debian.install("dovecot-imapd", pytestconfig.get_terminal_writer().line)
    programs = _programs()
    if programs is None:
        pytest.fail("there is no IMAP server: install Dovecot (Debian's package dovecot-imapd)", pytrace=False)
    server = Dovecot(programs)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _programs() -> Path | None:
    found = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    return Path(found).parent if found else None
