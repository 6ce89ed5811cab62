"""E-mails on the system as operators run it: fetched by a worker from a mailbox, answered by a mail server."""

import re
import uuid
from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from lapor_launcher.servers import Postgres, Rabbit
from tests.intake.attached import picture
from tests.support.dovecot import Dovecot
from tests.support.gateways import MailServer, mail_server
from tests.support.letters import mail
from tests.support.real_system import RealSystem
from tests.support.until import until

pytestmark = pytest.mark.system

US = "lapor@lapor.example"


@pytest.fixture
def mailbox(dovecot: Dovecot) -> str:
    """The user of a mailbox that nobody used before."""
    return f"kotak-{uuid.uuid4()}"


@pytest.fixture
def post() -> Iterator[MailServer]:
    """The mail server that carries our notices."""
    with mail_server() as server:
        yield server


@pytest.fixture
def system(
    tmp_path: Path, rabbitmq: Rabbit, postgresql: Postgres, dovecot: Dovecot, mailbox: str, post: MailServer
) -> Iterator[RealSystem]:
    """The workers that an e-mail and its answer need."""
    running = RealSystem(tmp_path, rabbitmq, postgresql)
    running.environment |= {
        "LAPOR_INTAKE_MAIL_ADDRESSES": US,
        "LAPOR_INTAKE_IMAP_URL": dovecot.url(mailbox),
        "LAPOR_NOTIFICATION_SMTP_URL": post.url,
    }
    try:
        running.start("tracking worker", "notification worker", "intake worker")
        yield running
    finally:
        running.stop_all()


def test_who_reports_by_e_mail_is_answered_and_may_ask_how_it_stands(
    system: RealSystem, dovecot: Dovecot, mailbox: str, post: MailServer
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Siti Rahayu <siti@warga.example>", "Jalan rusak"
    message.set_content("Jalan di depan Pasar Rengat rusak sejak 3 Mei.")
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="jalan.jpg")
    dovecot.deliver(mailbox, message.as_bytes())

    told = until(lambda: letter(post, "diterima"), 90)

    number = re.search(r"Laporan (\S{14}) diterima", str(told["Subject"]))
    assert number
    assert re.search(r"\d{4}-\d{4}-\d{4}-\d{4}", text(told))
    assert told["To"] == "siti@warga.example"
    assert until(lambda: dovecot.letters(mailbox, "SEEN") == 1)
    dovecot.deliver(mailbox, mail(f"STATUS {number[1]}", From=str(message["From"]), Message_ID="<2@warga.example>"))
    until(lambda: len(post.letters) > 1, 90)
    assert number[1] in text(post.letters[1])


def letter(post: MailServer, about: str) -> Message | None:
    """A letter that we sent with this in its subject."""
    return next((one for one in post.letters if about in str(one["Subject"])), None)


def text(told: Message) -> str:
    """What stands in it."""
    return str(told["Subject"]) + told.get_payload(decode=True).decode()
