"""Reports fetched from a mailbox on a real IMAP server."""

import imaplib
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from lapor_contracts.events import MessageAnswered, ReportReceived
from lapor_intake import service, store
from lapor_intake.channels import email
from lapor_intake.channels.email.imap import Mailbox, Poller
from tests.support.dovecot import Dovecot
from tests.support.letters import mail
from tests.support.stage import Stage

SERVICE = service
REPORT = "Jalan di depan Pasar Rengat rusak sejak 3 Mei."
OURS = frozenset({"lapor@lapor.example"})


@pytest.fixture
def user() -> str:
    """A mailbox that nobody used before."""
    return f"kotak-{uuid.uuid4()}"


def staged(engine: sa.Engine, settings: dict[str, Any], url: str) -> Stage:
    """Intake with a mailbox to look into."""
    return Stage(service, engine, **settings, mail_addresses=OURS, mailbox=Mailbox.from_url(url))


@pytest.fixture
def polling(engine: sa.Engine, intake_settings: dict[str, Any], dovecot: Dovecot, user: str) -> Stage:
    """Intake that looks into the mailbox."""
    return staged(engine, intake_settings, dovecot.url(user))


def test_what_lies_in_the_mailbox_becomes_reports_and_counts_as_read(
    polling: Stage, dovecot: Dovecot, user: str
) -> None:
    dovecot.deliver(user, mail(REPORT, Message_ID="<1@warga.example>"))
    dovecot.deliver(user, mail(REPORT, Message_ID="<2@warga.example>"))

    polling.run("imap")

    assert len(polling.announced(ReportReceived)) == 2
    assert (dovecot.letters(user, "SEEN"), dovecot.letters(user, "UNSEEN")) == (2, 0)


def test_what_is_taken_is_moved_where_the_operator_wants_it(
    engine: sa.Engine, intake_settings: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    polling = staged(engine, intake_settings, dovecot.url(user, query="?done=Selesai"))
    dovecot.deliver(user, mail(REPORT))

    polling.run("imap")

    assert len(polling.announced(ReportReceived)) == 1
    assert (dovecot.letters(user, "ALL"), dovecot.letters(user, "ALL", folder="Selesai")) == (0, 1)


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_the_mailbox_is_read_over_an_encrypted_connection(
    engine: sa.Engine,
    intake_settings: dict[str, Any],
    dovecot: Dovecot,
    user: str,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    polling = staged(engine, intake_settings, dovecot.url(user, scheme))
    dovecot.deliver(user, mail(REPORT))

    polling.run("imap")

    assert len(polling.announced(ReportReceived)) == 1


def test_nobody_is_told_the_password_who_cannot_show_that_they_are_the_server(
    engine: sa.Engine, intake_settings: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    polling = staged(engine, intake_settings, dovecot.url(user, "imaps"))

    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        polling.run("imap")


def test_while_the_database_is_away_everything_stays_where_it_is(polling: Stage, dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, mail(REPORT))

    with away(polling), pytest.raises(OperationalError):
        polling.run("imap")

    assert dovecot.letters(user, "UNSEEN UNFLAGGED") == 1
    polling.run("imap")
    assert len(polling.announced(ReportReceived)) == 1


@contextmanager
def away(stage: Stage) -> Iterator[None]:
    """The database refuses all that is written."""

    def refuse(*_: Any) -> None:
        raise OperationalError("", {}, ConnectionRefusedError(), connection_invalidated=True)

    sa.event.listen(stage.transactions.engine, "begin", refuse)
    try:
        yield
    finally:
        sa.event.remove(stage.transactions.engine, "begin", refuse)


def test_one_that_cannot_be_handled_is_flagged_and_its_neighbours_are_taken(
    polling: Stage, dovecot: Dovecot, user: str
) -> None:
    dovecot.deliver(user, mail("racun", Message_ID="<1@warga.example>"))
    dovecot.deliver(user, mail(REPORT, Message_ID="<2@warga.example>"))

    with broken_for(polling, "racun"):
        polling.run("imap")

    assert [received.body for received in polling.announced(ReportReceived)] == [REPORT]
    assert (dovecot.letters(user, "UNSEEN FLAGGED"), dovecot.letters(user, "SEEN")) == (1, 1)


@contextmanager
def broken_for(stage: Stage, text: str) -> Iterator[None]:
    """The database fails on whatever holds the text, as nobody foresaw."""

    def fail(_: Any, __: Any, ___: str, parameters: Any, *____: Any) -> None:
        if text in str(parameters):
            raise ZeroDivisionError(text)

    sa.event.listen(stage.transactions.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        sa.event.remove(stage.transactions.engine, "before_cursor_execute", fail)


def test_what_was_taken_but_could_not_be_put_away_is_not_taken_twice(
    engine: sa.Engine, intake_settings: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    first = staged(engine, intake_settings, dovecot.url(user))
    second = staged(engine, intake_settings, dovecot.url(user, query="?done=Selesai"))
    dovecot.deliver(user, mail(REPORT))
    first.run("imap")
    dovecot.deliver(user, mail(REPORT))

    second.run("imap")

    assert len(second.rows(store.reports)) == 1
    assert dovecot.letters(user, "ALL", folder="Selesai") == 1


def test_one_that_is_too_large_is_answered_and_not_fetched(polling: Stage, dovecot: Dovecot, user: str) -> None:
    postbox = email.postbox(polling.settings, service.reception_of(polling.settings, polling.transactions))
    poller = Poller(mailbox=polling.settings.mailbox, postbox=replace(postbox, longest=1_000))
    dovecot.deliver(user, mail(f"{REPORT} " * 100))

    poller.poll()

    assert polling.announced(ReportReceived) == []
    (answered,) = polling.announced(MessageAnswered)
    assert "terlalu besar" in answered.text
    assert dovecot.letters(user, "SEEN") == 1


def test_a_server_that_was_away_is_asked_again(polling: Stage, dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(user, mail(REPORT))
    dovecot.stop()
    with pytest.raises(OSError, match="refused"):
        polling.run("imap")

    dovecot.start()
    polling.run("imap")

    assert len(polling.announced(ReportReceived)) == 1


def test_a_server_that_says_nothing_more_is_left_after_a_while(
    engine: sa.Engine, intake_settings: dict[str, Any]
) -> None:
    with dripping_server() as port:
        mailbox = replace(Mailbox.from_url(f"imap://user:secret@127.0.0.1:{port}"), patience=0.3)
        polling = Stage(service, engine, **intake_settings, mail_addresses=OURS, mailbox=mailbox)

        # Whether it looks like an end or like a break depends on what the server was just sending.
        with pytest.raises((imaplib.IMAP4.abort, ConnectionResetError)):
            polling.run("imap")


@contextmanager
def dripping_server() -> Iterator[int]:
    """Greets, and then sends a letter now and then for as long as somebody listens."""
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"* OK hello\r\n")
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stop.set()
            thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "pop3://user:secret@mail.example",
        "imaps://mail.example",
        "imaps://user@mail.example",
        "imaps://user:secret@mail.example:port",
    ],
)
def test_a_wrong_address_of_a_mailbox_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"must begin|needs") as refused:
        Mailbox.from_url(url)

    assert "secret" not in str(refused.value)


def test_the_address_of_a_mailbox_says_where_and_who() -> None:
    mailbox = Mailbox.from_url("imaps://lapor%40lapor.example:s%2Fecret@mail.example/Aduan?done=Aduan/Selesai")

    assert (mailbox.host, mailbox.port, mailbox.username) == ("mail.example", 993, "lapor@lapor.example")
    assert (mailbox.password, mailbox.folder, mailbox.done) == ("s/ecret", "Aduan", "Aduan/Selesai")
    assert "ecret" not in repr(mailbox)
