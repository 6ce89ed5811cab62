"""Sealed texts: only the reader opens them, nothing changed is accepted, and their length says little."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from lapor_chassis.sealing import (
    LONGEST_MESSAGE,
    SealError,
    is_sealed,
    keypair_from_receipt,
    new_keypair,
    open_sealed,
    private_pem,
    public_key_of,
    read_private_pem,
    seal,
)
from tests.support.builders import tracking_id

PRIVATE, PUBLIC = new_keypair()
ID = tracking_id()
PREFIX = "lapor-sealed-1:"

#: Whatever a form or an event lets through.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000)


@given(TEXTS)
def test_what_is_sealed_is_opened_as_it_was(text: str) -> None:
    assert open_sealed(seal(text, PUBLIC, ID), PRIVATE, ID) == text


@pytest.mark.parametrize("text", ["", "\0", "\x80", "ends in \x80\0\0", "a" * 1023, "a" * 1024, "🔥" * 300])
def test_texts_that_look_like_filling_are_opened_as_they_were(text: str) -> None:
    assert open_sealed(seal(text, PUBLIC, ID), PRIVATE, ID) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal("Halo", PUBLIC, ID) != seal("Halo", PUBLIC, ID)


@given(text=TEXTS, place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_single_changed_byte_is_refused(text: str, place: float, flip: int) -> None:
    raw = bytearray(base64.b64decode(seal(text, PUBLIC, ID).removeprefix(PREFIX)))
    raw[int(place * len(raw))] ^= flip
    # The last bit of an X25519 key does not count; but it is part of what the secrets are made from.
    changed = PREFIX + base64.b64encode(raw).decode()

    with pytest.raises(SealError):
        open_sealed(changed, PRIVATE, ID)


@pytest.mark.parametrize("keep", [0, 20, 1_000, -4])
def test_what_is_cut_short_is_refused(keep: int) -> None:
    with pytest.raises(SealError):
        open_sealed(seal("Halo", PUBLIC, ID)[:keep], PRIVATE, ID)


def test_another_key_opens_nothing() -> None:
    stranger, _ = new_keypair()

    with pytest.raises(SealError):
        open_sealed(seal("Halo", PUBLIC, ID), stranger, ID)


def test_what_was_sealed_for_one_report_is_not_accepted_in_another() -> None:
    with pytest.raises(SealError):
        open_sealed(seal("Halo", PUBLIC, ID), PRIVATE, tracking_id("another"))


def test_a_key_that_would_make_the_secret_known_to_all_is_refused() -> None:
    sealed = base64.b64decode(seal("Halo", PUBLIC, ID).removeprefix(PREFIX))

    with pytest.raises(SealError):
        open_sealed(PREFIX + base64.b64encode(bytes(32) + sealed[32:]).decode(), PRIVATE, ID)


def test_lines_broken_on_the_way_do_no_harm() -> None:
    sealed = seal("Halo", PUBLIC, ID)
    broken = "\r\n".join(sealed[at : at + 76] for at in range(0, len(sealed), 76))

    assert open_sealed(f"  {broken}\n", PRIVATE, ID) == "Halo"
    assert is_sealed(broken)


@pytest.mark.parametrize("text", ["", "Halo", PREFIX, f"{PREFIX}Halo", f"{PREFIX}!!!!", PREFIX + "A" * 2_000, "é" * 9])
def test_a_text_that_is_not_sealed_is_known_as_such(text: str) -> None:
    assert not is_sealed(text)
    with pytest.raises(SealError):
        open_sealed(text, PRIVATE, ID)


def test_short_texts_have_all_the_same_length() -> None:
    lengths = {len(seal("a" * size, PUBLIC, ID)) for size in range(0, 1_024, 31)}

    assert len(lengths) == 1


def test_the_longest_message_fits_where_an_answer_does() -> None:
    assert len(seal("a" * LONGEST_MESSAGE, PUBLIC, ID)) <= 10_000
    assert len(seal("a" * (LONGEST_MESSAGE + 1), PUBLIC, ID)) > 10_000


def test_a_report_in_the_widest_letters_fits_into_its_event() -> None:
    widest = "🔥" * (10_000 + 140 + 2 * 300) + " " * 500

    assert len(seal(widest, PUBLIC, ID)) <= 60_000


def test_the_receipt_gives_the_same_keys_however_it_is_typed() -> None:
    _, public = keypair_from_receipt("1234-5678-9012-3456", ID)
    private, again = keypair_from_receipt("1234 5678 9012 3456", ID)

    assert again == public
    assert open_sealed(seal("Halo", public, ID), private, ID) == "Halo"


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**16 - 1))
def test_another_receipt_or_another_report_gives_other_keys(number: int) -> None:
    keys = {
        keypair_from_receipt(f"{number:016}", ID)[1],
        keypair_from_receipt(f"{number ^ 1:016}", ID)[1],
        keypair_from_receipt(f"{number:016}", tracking_id("another"))[1],
    }

    assert len(keys) == 3


def test_a_private_key_is_kept_in_a_file() -> None:
    kept = read_private_pem(private_pem(PRIVATE))

    assert public_key_of(kept) == PUBLIC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"kata sandi")).decode(),
    ],
    ids=["empty", "broken", "for signing", "with a password"],
)
def test_what_is_no_such_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_private_pem(text)
