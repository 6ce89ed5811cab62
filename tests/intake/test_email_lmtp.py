"""Reports that a mail server brings, by LMTP and by SMTP."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from lapor_contracts.events import AgencyMailed, ReportReceived
from lapor_intake import service, store
from lapor_intake.channels import email
from lapor_intake.channels.email import lmtp
from tests.support.letters import mail
from tests.support.stage import Stage

SERVICE = service
REPORT = "Jalan di depan Pasar Rengat rusak sejak 3 Mei."
US, AND_US = "lapor@lapor.example", "aduan@lapor.example"
FROM = "siti@warga.example"


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with two addresses."""
    return Stage(service, engine, **intake_settings, mail_addresses=frozenset({US, AND_US}))


@pytest.fixture
def port(stage: Stage) -> Iterator[int]:
    """Where mail servers bring e-mails."""
    postbox = email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions))
    with listening(postbox) as bound:
        yield bound


@contextmanager
def listening(postbox: Any) -> Iterator[int]:
    """The inlet, in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    inlet = lmtp.listening(postbox, host="127.0.0.1", port=0)
    try:
        yield asyncio.run_coroutine_threadsafe(inlet.__aenter__(), loop).result(10)
        asyncio.run_coroutine_threadsafe(inlet.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def answers(client: smtplib.LMTP, letter: bytes, *recipients: str, sender: str = FROM) -> list[str]:
    """What the inlet says of the letter to each recipient, first digits only."""
    client.ehlo_or_helo_if_needed()
    client.mail(sender)
    for recipient in recipients:
        client.rcpt(recipient)
    client.putcmd("data")
    assert client.getreply()[0] == 354
    client.send(letter.replace(b"\n", b"\r\n") + b"\r\n.\r\n")
    return [str(client.getreply()[0]) for _ in recipients]


@pytest.mark.parametrize("protocol", [smtplib.LMTP, smtplib.SMTP])
def test_an_e_mail_that_was_taken_is_durable(stage: Stage, port: int, protocol: type[smtplib.SMTP]) -> None:
    with protocol("127.0.0.1", port) as client:
        client.sendmail(FROM, [US], mail(REPORT))

    assert [report["body"] for report in stage.rows(store.reports)] == [REPORT]


def test_one_e_mail_to_two_of_our_addresses_is_one_report_and_has_two_answers(stage: Stage, port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        said = answers(client, mail(REPORT), US, AND_US)
        again = answers(client, mail(REPORT), AND_US)

    assert (said, again) == (["250", "250"], ["250"])
    assert len(stage.announced(ReportReceived)) == 1


def test_a_bodys_letter_is_let_in_by_the_token_in_our_address_and_nothing_else_is(stage: Stage, port: int) -> None:
    token = "agnzrure77yhaaeaaaaaaaaaaaabn4xq2w5kz3lq7m2yr6t4hcv5"
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("kantor@dpupr.example")
        refused = [client.rcpt(f"{local}@lapor.example")[0] for local in ("lapor+obral", f"lain+{token}")]
        client.rset()
        client.sendmail("kantor@dpupr.example", [f"lapor+{token}@lapor.example"], mail("Besok.", To="x@lain.example"))

    assert refused == [550, 550]
    assert [mailed.token for mailed in stage.announced(AgencyMailed)] == [token]


def test_by_smtp_there_is_one_answer_for_all(stage: Stage, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(FROM, [US, AND_US], mail(REPORT))

        assert client.noop()[0] == 250  # nothing was left over

    assert len(stage.announced(ReportReceived)) == 1


def test_nobody_else_is_at_home_here(stage: Stage, port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        refused = client.sendmail(FROM, [US.upper(), "siti@lapor.example"], mail(REPORT))

    assert refused["siti@lapor.example"][0] == 550
    assert len(stage.announced(ReportReceived)) == 1


@pytest.mark.parametrize("recipients", [[US], [US, AND_US]])
def test_what_is_too_large_is_refused_for_each_recipient(stage: Stage, recipients: list[str]) -> None:
    postbox = email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions))

    with listening(replace(postbox, longest=2_000)) as port, smtplib.LMTP("127.0.0.1", port) as client:
        said = answers(client, mail("Jalan rusak. " * 1_000), *recipients)
        assert client.noop()[0] == 250

    assert said == ["552"] * len(recipients)
    assert stage.rows(store.reports) == []


@pytest.mark.parametrize("letter", [b"", b"Jalan rusak", b"Subject: x\n\nJalan rusak"])
def test_what_could_never_be_answered_is_refused(stage: Stage, port: int, letter: bytes) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        assert answers(client, letter, US) == ["554"]

    assert stage.rows(store.reports) == []


def test_a_bounce_is_taken_and_forgotten(stage: Stage, port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        assert answers(client, mail(REPORT), US, sender="<>") == ["250"]

    assert stage.announced() == []


def test_while_the_database_is_away_the_mail_server_keeps_the_e_mail(stage: Stage, port: int) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("", {}, ConnectionRefusedError(), connection_invalidated=True)

    sa.event.listen(stage.transactions.engine, "begin", refuse)
    with smtplib.LMTP("127.0.0.1", port) as client:
        said = answers(client, mail(REPORT), US, AND_US)
    sa.event.remove(stage.transactions.engine, "begin", refuse)

    assert said == ["451", "451"]
    with smtplib.LMTP("127.0.0.1", port) as client:
        assert answers(client, mail(REPORT), US) == ["250"]
    assert len(stage.announced(ReportReceived)) == 1


def test_who_says_nothing_holds_up_nobody(stage: Stage, port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]

    with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
        assert answers(client, mail(REPORT), US) == ["250"]

    for connection in silent:
        connection.close()


def test_who_hangs_up_in_the_middle_has_brought_nothing(stage: Stage, port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(FROM)
        client.rcpt(US)
        client.putcmd("data")
        client.getreply()
        client.send(mail(REPORT)[:-20])
        client.close()

    with suppress(smtplib.SMTPServerDisconnected), smtplib.LMTP("127.0.0.1", port) as another:
        another.noop()
    assert stage.rows(store.reports) == []


@pytest.mark.parametrize("line", ["LHLO", "HELO", "DATA", "RCPT TO:<lapor@lapor.example>", "A" * 3_000, "\x00"])
def test_nonsense_is_answered_as_such(port: int, line: str) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.putcmd(line)
        said, _ = client.getreply()

        assert 500 <= said < 600


def test_a_long_line_is_taken(stage: Stage, port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        raw = b"From: %s\n\n%s" % (FROM.encode(), b"Jalan rusak di Rengat sejak kemarin. " * 200)

        assert answers(client, raw, US) == ["250"]
