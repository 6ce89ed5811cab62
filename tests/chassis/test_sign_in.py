"""Tokens: only what routing signed, only for a working day."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from lapor_chassis.sign_in import InvalidTokenError, SigningKey, Staff, VerifyKey
from lapor_contracts.vocabulary import Role

NOW = datetime(2026, 1, 7, 3, 0, tzinfo=UTC)
OFFICER = Staff("officer-7", "petugas.pln", frozenset({Role.OFFICER, Role.SUPERVISOR}), agency_code="PLN")
KEY = SigningKey.generate()


@pytest.fixture
def verify_key() -> VerifyKey:
    return VerifyKey(KEY.public_pem)


def _part(document: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def test_who_signed_in_is_known_with_roles_and_agency(verify_key: VerifyKey) -> None:
    token = KEY.sign(OFFICER, now=NOW)

    session = verify_key.read(token, now=NOW + timedelta(hours=7))

    assert session.staff == OFFICER
    assert session.expires_at == NOW + timedelta(hours=8)
    assert len(session.csrf) > 20


def test_each_sign_in_has_a_form_secret_of_its_own(verify_key: VerifyKey) -> None:
    first, second = (verify_key.read(KEY.sign(OFFICER, now=NOW), now=NOW) for _ in range(2))

    assert first.csrf != second.csrf


def test_after_eight_hours_one_signs_in_again(verify_key: VerifyKey) -> None:
    token = KEY.sign(OFFICER, now=NOW)

    with pytest.raises(InvalidTokenError):
        verify_key.read(token, now=NOW + timedelta(hours=8))


def test_a_token_of_another_key_is_refused(verify_key: VerifyKey) -> None:
    token = SigningKey.generate().sign(OFFICER, now=NOW)

    with pytest.raises(InvalidTokenError):
        verify_key.read(token, now=NOW)


def test_an_unsigned_token_is_refused(verify_key: VerifyKey) -> None:
    claims = KEY.sign(OFFICER, now=NOW).split(".")[1]
    unsigned = f"{_part({'alg': 'none', 'typ': 'JWT'})}.{claims}."

    with pytest.raises(InvalidTokenError):
        verify_key.read(unsigned, now=NOW)


def test_the_public_key_cannot_be_used_as_a_shared_secret(verify_key: VerifyKey) -> None:
    claims = json.loads(urlsafe_b64decode(KEY.sign(OFFICER, now=NOW).split(".")[1] + "=="))
    forged = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(KEY.public_pem.encode().strip(b"-\n")))

    with pytest.raises(InvalidTokenError):
        verify_key.read(forged, now=NOW)


def test_nobody_gives_himself_another_role(verify_key: VerifyKey) -> None:
    header, claims, signature = KEY.sign(OFFICER, now=NOW).split(".")
    raised = json.loads(urlsafe_b64decode(claims + "==")) | {"roles": ["coordinator"]}

    with pytest.raises(InvalidTokenError):
        verify_key.read(f"{header}.{_part(raised)}.{signature}", now=NOW)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "ü.é.ñ", "..", "\0", "e30.e30.e30", "[]." * 3])
def test_what_is_no_token_is_refused(verify_key: VerifyKey, text: str) -> None:
    with pytest.raises(InvalidTokenError) as refused:
        verify_key.read(text, now=NOW)

    assert text == "" or text not in str(refused.value)


@pytest.mark.parametrize("missing", ["sub", "username", "exp", "csrf", "roles"])
def test_a_token_must_say_everything(verify_key: VerifyKey, missing: str) -> None:
    claims = json.loads(urlsafe_b64decode(KEY.sign(OFFICER, now=NOW).split(".")[1] + "=="))
    del claims[missing]
    token = jwt.encode({"alg": "Ed25519"}, claims, KEY._key, algorithms=["Ed25519"])

    with pytest.raises(InvalidTokenError):
        verify_key.read(token, now=NOW)


def test_a_kept_key_signs_as_before(verify_key: VerifyKey) -> None:
    again = SigningKey(KEY.pem)

    assert verify_key.read(again.sign(OFFICER, now=NOW), now=NOW).staff == OFFICER


@pytest.mark.parametrize("kind", [SigningKey, VerifyKey])
def test_a_wrong_key_is_named_and_not_shown(kind: type) -> None:
    with pytest.raises(ValueError, match="PEM") as refused:
        kind("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----")

    assert "secret" not in str(refused.value)


def test_the_public_key_does_not_sign() -> None:
    with pytest.raises(ValueError, match="PEM"):
        SigningKey(KEY.public_pem)


def test_a_key_is_not_shown_by_accident() -> None:
    assert repr(KEY) == "SigningKey(…)"
