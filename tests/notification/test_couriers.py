"""What becomes of a message when gateways and mail servers behave as they do."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from lapor_chassis.mail import SmtpServer
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers import FileSink, MailServer, Message, SmsGateway, masked
from lapor_notification.domain import Delivered, Undelivered, Via
from tests.support import gateways

TEXT_MESSAGE = Message(
    notice_id=UUID(int=1708),
    template="routed",
    tracking_id="7K3M-9QXF-2TPA",
    via=Via.SMS,
    to="+6281234567890",
    subject="",
    text="LAPOR! Laporan Anda diteruskan ke Unit é & lain-lain, pantau: https://lapor.example/lacak/7K3M-9QXF-2TPA",
    written_at=datetime(2026, 1, 7, 3, 0, tzinfo=UTC),
)


def letter(**changes: Any) -> Message:
    """A message for a mail server."""
    values = {
        **vars(TEXT_MESSAGE),
        "via": Via.EMAIL,
        "to": "siti@example.id",
        "subject": "Laporan diteruskan",
        **changes,
    }
    return Message(**values)


@pytest.mark.parametrize(
    ("kind", "path", "form"),
    [
        ("", "/cgi-bin/sendsms", {"to": TEXT_MESSAGE.to, "text": TEXT_MESSAGE.text, "charset": "UTF-8"}),
        ("jasmin+", "/send", {"to": TEXT_MESSAGE.to, "content": TEXT_MESSAGE.text}),
        ("twilio+", "/Accounts/lapor/Messages.json", {"To": TEXT_MESSAGE.to, "Body": TEXT_MESSAGE.text}),
    ],
)
def test_each_kind_of_gateway_gets_its_own_form(kind: str, path: str, form: dict[str, str]) -> None:
    with gateways.SmsGateway(kind, path) as gateway:
        outcome = SmsGateway.from_url(gateway.url).send(TEXT_MESSAGE)

    assert outcome == Delivered(Via.SMS)
    assert gateway.sent == [{"from": "1708", "username": "lapor", "password": "secret", **form}]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        pytest.param(400, Trouble.REFUSED, id="the number is no number"),
        pytest.param(403, Trouble.AWAY, id="our password is wrong: the operator can mend that"),
        pytest.param(429, Trouble.AWAY, id="too much at a time"),
        pytest.param(302, Trouble.AWAY, id="elsewhere: nobody's number is sent on to strangers"),
        pytest.param(503, Trouble.AWAY, id="the line to the network is down"),
    ],
)
def test_only_what_the_gateway_says_of_this_message_is_final(status: int, trouble: Trouble) -> None:
    with gateways.SmsGateway() as gateway:
        gateway.answer_with(status)
        outcome = SmsGateway.from_url(gateway.url).send(TEXT_MESSAGE)

    assert outcome == Undelivered(Via.SMS, f"the gateway answered HTTP {status}", trouble)


@pytest.mark.parametrize(
    ("says", "trouble"),
    [
        pytest.param(b'{"code": 21211, "message": "+62812 is no number"}', Trouble.DEAD, id="no number"),
        pytest.param(b'{"code": 21610, "message": "STOP"}', Trouble.DEAD, id="its owner wants none"),
        pytest.param(b'{"code": 21617, "message": "too long"}', Trouble.REFUSED, id="this message"),
        pytest.param(b"<html>", Trouble.REFUSED, id="nothing that can be read"),
    ],
)
def test_what_twilio_says_at_once_of_a_number_is_heard(says: bytes, trouble: Trouble) -> None:
    with gateways.SmsGateway("twilio+", "/Accounts/lapor/Messages.json") as gateway:
        gateway.answer_with(400)
        gateway.says = says
        outcome = SmsGateway.from_url(gateway.url).send(TEXT_MESSAGE)

    assert isinstance(outcome, Undelivered)
    assert outcome.trouble is trouble
    assert "+62812" not in outcome.reason


def test_a_gateway_that_is_away_is_no_final_refusal() -> None:
    with gateways.SmsGateway() as gateway:
        address = gateway.url

    outcome = SmsGateway.from_url(address).send(TEXT_MESSAGE)

    assert outcome == Undelivered(Via.SMS, "the gateway did not answer (ConnectionRefusedError)", Trouble.AWAY)


def test_a_letter_says_that_a_machine_wrote_it_and_keeps_its_id() -> None:
    with gateways.mail_server() as server:
        outcome = MailServer.from_url(server.url).send(letter())

    (taken,) = server.letters
    assert outcome == Delivered(Via.EMAIL)
    assert taken["To"] == "siti@example.id"
    assert taken["From"] == "lapor@lapor.example"
    assert taken["Message-ID"] == f"<{UUID(int=1708)}@lapor.example>"
    assert taken["Auto-Submitted"] == "auto-generated"
    assert TEXT_MESSAGE.text in taken.get_content()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("command", "answer", "code", "trouble"),
    [
        pytest.param("RCPT", "450 mailbox of siti@example.id busy", "450", Trouble.LATER, id="busy"),
        pytest.param("RCPT", "550 siti@example.id unknown", "550", Trouble.DEAD, id="unknown"),
        pytest.param("RCPT", "550 5.1.1 siti@example.id unknown", "550 5.1.1", Trouble.DEAD, id="unknown, in full"),
        pytest.param("RCPT", "550 5.7.1 you are on a list", "550 5.7.1", Trouble.REFUSED, id="it is us they refuse"),
        pytest.param("RCPT", "552 5.2.2 mailbox full", "552 5.2.2", Trouble.REFUSED, id="full"),
        pytest.param("MAIL", "451 not today", "451", Trouble.AWAY, id="nobody's letter is taken"),
        pytest.param("DATA", "451 greylisted siti@example.id", "451", Trouble.LATER, id="another time"),
        pytest.param("DATA", "554 siti@example.id says no", "554", Trouble.REFUSED, id="this letter never"),
    ],
)
def test_a_mail_servers_4xx_is_for_now_and_its_5xx_for_ever(
    command: str, answer: str, code: str, trouble: Trouble
) -> None:
    with gateways.mail_server(answers={command: answer}) as server:
        outcome = MailServer.from_url(server.url).send(letter())

    to = {"RCPT": "the recipient", "MAIL": "us", "DATA": "the letter"}[command]
    assert outcome == Undelivered(Via.EMAIL, f"the mail server answered {code} to {to}", trouble)


def test_a_mail_server_that_hangs_up_over_the_letter_may_have_taken_it() -> None:
    with gateways.mail_server(hangs_up_after_data=True) as server:
        outcome = MailServer.from_url(server.url).send(letter())

    reason = "the mail server fell silent over the letter (SMTPServerDisconnected): it may have taken it"
    assert outcome == Undelivered(Via.EMAIL, reason, Trouble.UNKNOWN)


def test_so_may_one_that_is_too_slow() -> None:
    with gateways.mail_server(slow_after_data=2) as server:
        courier = MailServer(replace(SmtpServer.from_url(server.url), timeout=0.2))
        outcome = courier.send(letter())

    assert isinstance(outcome, Undelivered)
    assert outcome.trouble is Trouble.UNKNOWN


def test_a_server_without_encryption_gets_nothing_where_encryption_was_asked_for() -> None:
    with gateways.mail_server() as server:
        outcome = MailServer.from_url(server.url.replace("smtp:", "smtp+starttls:")).send(letter())

    assert isinstance(outcome, Undelivered)
    assert server.letters == []


@pytest.mark.parametrize("address", ["siti@example.id\nBcc: all@example.id", "no address\r\n"])
def test_an_address_cannot_smuggle_in_another_header(address: str) -> None:
    with gateways.mail_server() as server:
        outcome = MailServer.from_url(server.url).send(letter(to=address))

    assert outcome == Undelivered(Via.EMAIL, "the address is malformed", Trouble.DEAD)
    assert server.letters == []


@pytest.mark.parametrize(
    ("read", "address"),
    [
        (SmsGateway.from_url, "ftp://gateway/"),
        (SmsGateway.from_url, "gateway:13013"),
        (MailServer.from_url, "http://mail/?from=lapor@lapor.example"),
        (MailServer.from_url, "smtp://mail"),
    ],
)
def test_a_wrong_address_of_a_server_is_found_at_the_start(read: Callable[[str], object], address: str) -> None:
    with pytest.raises(ValueError, match=r"begins with|from="):
        read(address)


def test_passwords_and_addresses_are_not_shown() -> None:
    shown = repr(
        [
            SmsGateway.from_url("http://lapor:hemlig@gateway/"),
            MailServer.from_url("smtps://lapor:hemlig@mail?from=lapor@lapor.example"),
            TEXT_MESSAGE,
        ]
    )

    assert "hemlig" not in shown
    assert "81234567890" not in shown


def written(path: Path) -> list[dict[str, str]]:
    """The lines of a sink."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_file_shows_what_would_be_sent_but_not_to_whom(tmp_path: Path) -> None:
    FileSink(tmp_path / "outbox" / "notices.jsonl").send(TEXT_MESSAGE)

    (line,) = written(tmp_path / "outbox" / "notices.jsonl")
    assert line["template"] == "routed"
    assert line["tracking_id"] == "7K3M-9QXF-2TPA"
    assert line["text"] == TEXT_MESSAGE.text
    assert line["to"] == "************90"


def test_a_notice_written_just_before_a_crash_is_not_written_again(tmp_path: Path) -> None:
    FileSink(tmp_path / "notices.jsonl").send(TEXT_MESSAGE)

    FileSink(tmp_path / "notices.jsonl").send(TEXT_MESSAGE)

    assert len(written(tmp_path / "notices.jsonl")) == 1


def test_a_line_that_a_crash_cut_short_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    sink = FileSink(path)
    sink.send(letter(notice_id=UUID(int=1)))
    sink.send(TEXT_MESSAGE)
    path.write_bytes(path.read_bytes()[:-20])

    FileSink(path).send(TEXT_MESSAGE)

    assert [line["notice_id"] for line in written(path)] == [str(UUID(int=1)), str(TEXT_MESSAGE.notice_id)]


@pytest.mark.parametrize(
    ("address", "shown"), [("+6281234567890", "************90"), ("siti@example.id", "s***@***"), ("1", "1")]
)
def test_a_masked_address_leads_nowhere(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.fixture(scope="module")
def dkim_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key in PEM, as `openssl genrsa` makes it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path_factory.mktemp("dkim") / "lapor.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    return path


def published(key: Path) -> bytes:
    """What the domain says of it in the DNS."""
    public = load_pem_private_key(key.read_bytes(), None).public_key()
    text = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return b"v=DKIM1; k=rsa; p=" + text


def test_a_letter_is_signed_for_its_domain(dkim_key: Path) -> None:
    with gateways.mail_server() as server:
        courier = MailServer.from_url(f"{server.url}&dkim=lapor&dkim_key={dkim_key}")
        courier.send(letter(unsubscribe="https://lapor.example/berhenti/abc"))
    (raw,) = server.raw
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return published(dkim_key)

    assert dkim.verify(raw, dnsfunc=dns)
    assert asked == [b"lapor._domainkey.lapor.example."]
    assert not dkim.verify(raw.replace(b"berhenti/abc", b"berhenti/xyz"), dnsfunc=dns)
    assert not dkim.verify(b"Reply-To: someone@else.example\r\n" + raw, dnsfunc=dns)


def test_one_click_ends_the_notices_and_all_letters_of_a_report_are_one_thread() -> None:
    with gateways.mail_server() as server:
        MailServer.from_url(server.url).send(letter(unsubscribe="https://lapor.example/berhenti/abc"))

    (taken,) = server.letters
    assert taken["List-Unsubscribe"] == "<https://lapor.example/berhenti/abc>"
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert taken["References"] == "<7k3m-9qxf-2tpa@lapor.example>"


def test_a_key_that_cannot_sign_is_found_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")

    for options in (f"dkim=lapor&dkim_key={tmp_path / 'no.pem'}", "dkim=lapor"):
        with pytest.raises(ValueError, match="dkim_key="):
            MailServer.from_url(f"smtp://mail?from=lapor@lapor.example&{options}")
