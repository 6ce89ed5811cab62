"""What bodies' own systems may be called by, when they are tried again, and what a letter says."""

import socket
import ssl
import threading
import time
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lapor_contracts.vocabulary import AnswerKind, AnswerType
from lapor_routing.domain.addresses import may_be_called
from lapor_routing.domain.delivering import (
    PATIENCE_WITH_LETTER,
    PATIENCE_WITH_SYSTEM,
    Delivered,
    Fault,
    Health,
    Undelivered,
    health_after,
    letter_due_after,
)
from lapor_routing.domain.mailed import Said, read
from lapor_routing.outbound.keys import Locked, Secret, Strongbox, rotated
from lapor_routing.outbound.tokens import disposition_of, is_genuine, reply_address, token_of
from lapor_routing.outbound.web import Forbidden, Unreachable, Web, checked_url
from lapor_routing.outbound.webhook import outcome_of
from tests.support.agency_systems import agency_webhook
from tests.support.dovecot import certify
from tests.support.stage import WEDNESDAY


@pytest.mark.parametrize("address", ["8.8.8.8", "103.16.198.1", "2001:4860:4860::8888", "2404:6800:4003::64"])
def test_addresses_of_the_internet_may_be_called(address: str) -> None:
    assert may_be_called(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "100::1",
    ],
)
def test_no_other_address_may_be_called(address: str) -> None:
    assert not may_be_called(address)


def test_the_operator_may_name_networks_of_its_own() -> None:
    own = [ip_network("10.20.0.0/16")]

    assert may_be_called("10.20.30.40", own)
    assert not may_be_called("10.21.0.1", own)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_a_call_to_our_own_machine_does_not_leave_it(host: str) -> None:
    with agency_webhook() as system, pytest.raises(Unreachable) as refused:
        Web().call("POST", f"http://{host}:{system.port}/", b"{}")

    assert system.ids == []
    assert isinstance(refused.value, Forbidden) or host.startswith("[")  # a machine may have no IPv6


def test_the_certificate_must_be_the_names_not_only_the_addresses(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certify(certificate, key)  # for 127.0.0.1, and for no name
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate, key)
    trusting = Web(own=[ip_network("127.0.0.0/8")], context=ssl.create_default_context(cafile=str(certificate)))

    with agency_webhook(context=theirs) as system:
        answer = trusting.call("POST", f"https://127.0.0.1:{system.port}/", b'{"id": 1}', {"webhook-id": "1"})
        for web, host in [(trusting, "localhost"), (Web(own=trusting.own), "127.0.0.1")]:
            with pytest.raises(Unreachable, match="SSLCertVerificationError"):
                web.call("POST", f"https://{host}:{system.port}/", b"{}")

    assert (answer.status, system.got) == (204, [{"id": 1}])


def test_a_redirect_is_not_followed() -> None:
    with agency_webhook(answers=[302], location="http://169.254.169.254/latest/meta-data/") as system:
        answer = Web(own=[ip_network("127.0.0.0/8")]).call("POST", system.url, b"{}")

    assert outcome_of(answer.status) == Undelivered("answers HTTP 302")


def test_a_server_that_never_ends_is_cut_off() -> None:
    with agency_webhook(hangs=threading.Event()) as system, pytest.raises(Unreachable, match="does not answer"):
        Web(own=[ip_network("127.0.0.0/8")], patience=0.2).call("POST", system.url, b"{}")


class SlowName(Web):
    """A name whose server takes its time, as long as the whole call may last."""

    def socket(self, host: str, port: int, *, secure: bool) -> socket.socket:
        time.sleep(0.5)
        return super().socket(host, port, secure=secure)


def test_a_name_that_is_slow_to_be_found_gives_its_server_no_time_of_its_own() -> None:
    own = [ip_network("127.0.0.0/8")]
    with agency_webhook(hangs=threading.Event()) as system, pytest.raises(Unreachable, match="TimeoutError"):
        SlowName(own=own, patience=0.2).call("POST", system.url, b"{}")


@pytest.mark.parametrize(
    "address",
    ["ftp://x.example/", "https:///a", "https://u:p@x.example/", "https://x.example/ a", "https://x.example/#a", "x"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="must"):
        checked_url(address)


AWAY, BAD_LETTER = Undelivered("away"), Undelivered("answers HTTP 422", Fault.LETTER)
FULL = Undelivered("does not take what lies in its queue", Fault.BROKER)


def test_a_system_that_is_away_is_asked_ever_less_often_and_at_least_once_an_hour() -> None:
    health, pauses = Health(next_at=WEDNESDAY), []
    for _ in range(8):
        at = health.next_at
        health = health_after(health, AWAY, at=at, jitter=0.5)
        pauses.append((health.next_at - at).total_seconds())

    assert pauses == [5, 30, 120, 600, 1800, 3600, 3600, 3600]
    assert health_after(health, Delivered(), at=health.next_at, jitter=0.5) == Health(next_at=health.next_at)


def test_a_queue_from_which_nobody_takes_is_looked_at_every_half_minute_for_as_long_as_that_lasts() -> None:
    health, pauses = Health(next_at=WEDNESDAY), []
    for _ in range(6):
        at = health.next_at
        health = health_after(health, FULL, at=at, jitter=0.5)
        pauses.append((health.next_at - at).total_seconds())
    month = health_after(health, FULL, at=WEDNESDAY + timedelta(days=30), jitter=0)

    assert pauses == [1, 2, 5, 10, 30, 30]
    assert (month.disabled_at, month.failing_since) == (None, WEDNESDAY)
    assert letter_due_after(9, FULL, at=WEDNESDAY, jitter=0.5) == WEDNESDAY


def test_a_system_that_was_away_for_too_long_or_is_gone_is_asked_no_more() -> None:
    first = health_after(Health(next_at=WEDNESDAY), AWAY, at=WEDNESDAY, jitter=0)
    week = health_after(first, AWAY, at=WEDNESDAY + timedelta(days=8), jitter=0)
    later = health_after(week, AWAY, at=WEDNESDAY + PATIENCE_WITH_SYSTEM, jitter=0)
    gone = health_after(Health(next_at=WEDNESDAY), outcome_of(410), at=WEDNESDAY, jitter=0)

    assert week.disabled_at is None
    assert later.disabled_at == WEDNESDAY + PATIENCE_WITH_SYSTEM
    assert gone.disabled_at == WEDNESDAY


def test_what_could_not_be_taken_keeps_its_place_unless_it_is_itself_at_fault() -> None:
    due = [letter_due_after(n, AWAY, at=WEDNESDAY, jitter=0.5) - WEDNESDAY for n in range(1, PATIENCE_WITH_LETTER + 1)]

    assert due == [timedelta(0)] * (PATIENCE_WITH_LETTER - 1) + [timedelta(minutes=30)]
    assert letter_due_after(1, BAD_LETTER, at=WEDNESDAY, jitter=0.5) == WEDNESDAY + timedelta(seconds=5)
    assert health_after(Health(next_at=WEDNESDAY), BAD_LETTER, at=WEDNESDAY, jitter=0).next_at == WEDNESDAY


DONE: dict[str, Any] = {"answer_kind": AnswerKind.SUBSTANTIVE, "answer_type": AnswerType.DONE}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Petugas ke lokasi besok.", Said(text="Petugas ke lokasi besok.", answer_kind=AnswerKind.INITIAL)),
        ("SELESAI\n\nSudah ditambal.", Said(text="Sudah ditambal.", **DONE)),
        ("selesai: sudah ditambal.", Said(text="sudah ditambal.", **DONE)),
        ("SELESAI", Said(text="", **DONE)),
        (
            "RENCANA 2026-03-02: diaspal.",
            Said(
                text="diaspal.",
                answer_kind=AnswerKind.SUBSTANTIVE,
                answer_type=AnswerType.PLANNED,
                planned_on=date(2026, 3, 2),
            ),
        ),
        ("Rencana 2026-02-30", Said(text="Rencana 2026-02-30", answer_kind=AnswerKind.INITIAL)),
        ("Selesai pekan depan.", Said(text="Selesai pekan depan.", answer_kind=AnswerKind.INITIAL)),
        (
            "Tolak ke pemda-14.02/opd-dishub: Milik Dishub.\nTerima kasih.",
            Said(text="Milik Dishub.\nTerima kasih.", refused_to="PEMDA-14.02/OPD-DISHUB"),
        ),
        ("TERUSKAN KE PLN/UP3\nMohon ditangani.", Said(text="Mohon ditangani.", passed_to="PLN/UP3")),
        ("Kami tolak ke depannya.", Said(text="Kami tolak ke depannya.", answer_kind=AnswerKind.INITIAL)),
    ],
)
def test_a_letter_says_what_its_first_line_says(text: str, said: Said) -> None:
    assert read(text) == said


def test_a_token_is_genuine_for_its_disposition_and_secret_only() -> None:
    disposition_id = uuid4()
    token = token_of(disposition_id, "one")

    assert disposition_of(token) == disposition_id
    assert is_genuine(token, ["other", "one"])
    assert not is_genuine(token, ["other"])
    assert not is_genuine(token_of(uuid4(), "other"), ["one"])
    assert not is_genuine("a" * 51 + "b", ["one"])
    assert disposition_of("tidak ada") is None
    assert len(reply_address("laporindo1@lapor.example", token).partition("@")[0]) <= 64


def test_a_secret_that_is_exchanged_stays_valid_for_the_overlap() -> None:
    day = timedelta(days=1)

    first = rotated([Secret("old")], "new", at=WEDNESDAY, until=WEDNESDAY + day)
    second = rotated(first, "newer", at=WEDNESDAY + 2 * day, until=WEDNESDAY + 3 * day)
    at_once = rotated([Secret("old")], "new", at=WEDNESDAY, until=WEDNESDAY)

    assert first == [Secret("new"), Secret("old", WEDNESDAY + day)]
    assert second == [Secret("newer"), Secret("new", WEDNESDAY + 3 * day)]
    assert at_once == [Secret("new")]


def test_secrets_open_for_their_body_with_their_key_only() -> None:
    box = Strongbox(b"k" * 32)
    locked = box.lock("PLN", [Secret("rahasia", WEDNESDAY)])

    assert box.open("PLN", locked) == [Secret("rahasia", WEDNESDAY)]
    assert "rahasia" not in locked
    for other, code in [(box, "PDAM"), (Strongbox(b"x" * 32), "PLN"), (Strongbox(None), "PLN")]:
        with pytest.raises(Locked):
            other.open(code, locked)
