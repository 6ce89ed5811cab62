"""Who may do what: staff by token or by session, and no stranger in their name."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from lapor_chassis.sign_in import SigningKey, Staff, VerifyKey
from lapor_chassis.web import local_path
from lapor_chassis.web.access import COOKIE
from lapor_contracts.vocabulary import Role
from tests.chassis.web_example import KEY, VERIFIER, bearer, client

NOTE = "/api/v1/notes/0e6d1d5a-6b7c-4b0e-9d53-0f3f5a1f3a55"


@pytest.fixture
def web() -> FlaskClient:
    return client()


def sign_in(web: FlaskClient, staff: Staff = VERIFIER) -> str:
    """Open a session on pages; returns what its forms must repeat."""
    token = KEY.sign(staff, now=datetime.now(UTC))
    web.set_cookie(COOKIE, token)
    return VerifyKey(KEY.public_pem).read(token, now=datetime.now(UTC)).csrf


def test_a_program_with_a_token_may_do_what_its_role_may(web: FlaskClient) -> None:
    answer = web.delete(NOTE, headers=bearer())

    assert answer.status_code == 200
    assert answer.json == {"title": "verifikator"}


def test_without_a_token_one_is_asked_for_it(web: FlaskClient) -> None:
    answer = web.delete(NOTE)

    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="lapor"'


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("rubbish", id="rubbish"),
        pytest.param(SigningKey.generate().sign(VERIFIER, now=datetime.now(UTC)), id="another key"),
        pytest.param(KEY.sign(VERIFIER, now=datetime.now(UTC) - timedelta(hours=9)), id="expired"),
    ],
)
def test_a_forged_or_old_token_is_refused_even_beside_a_good_session(web: FlaskClient, token: str) -> None:
    csrf = sign_in(web)

    answer = web.delete(NOTE, headers={"Authorization": f"Bearer {token}", "X-CSRF-Token": csrf})

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_the_wrong_role_is_forbidden(web: FlaskClient) -> None:
    officer = Staff("officer-2", "petugas", frozenset({Role.OFFICER}), agency_code="PLN")

    answer = web.delete(NOTE, headers=bearer(officer))

    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


def test_a_session_must_prove_that_the_page_is_ours(web: FlaskClient) -> None:
    csrf = sign_in(web)

    assert web.delete(NOTE).status_code == 403
    assert web.delete(NOTE, headers={"X-CSRF-Token": "ü"}).status_code == 403
    assert web.delete(NOTE, headers={"X-CSRF-Token": csrf}).status_code == 200


def test_a_form_of_staff_must_carry_its_hidden_field(web: FlaskClient) -> None:
    csrf = sign_in(web)

    assert f'<input type="hidden" name="csrf_token" value="{csrf}">' in web.get("/verifikasi").text
    assert web.post("/verifikasi").status_code == 403
    assert web.post("/verifikasi", data={"csrf_token": csrf}).status_code == 200


def test_the_publics_form_needs_none(web: FlaskClient) -> None:
    assert "csrf_token" not in web.get("/catatan").text
    assert web.post("/catatan", data={"title": "Lampu"}).status_code == 200


def test_another_site_cannot_send_the_publics_form(web: FlaskClient) -> None:
    answer = web.post("/masuk", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(web: FlaskClient) -> None:
    answer = web.get("/verifikasi?cursor=abc")

    assert (answer.status_code, answer.location) == (303, "/masuk?next=%2Fverifikasi%3Fcursor%3Dabc")


def test_a_form_sent_after_the_session_ended_leads_to_signing_in(web: FlaskClient) -> None:
    answer = web.post("/verifikasi")

    assert (answer.status_code, answer.location) == (303, "/masuk")


def test_staff_without_the_role_get_a_page_that_says_so(web: FlaskClient) -> None:
    sign_in(web)

    answer = web.get("/koordinator")

    assert (answer.status_code, answer.mimetype) == (403, "text/html")


def test_the_navigation_shows_staff_where_they_may_go(web: FlaskClient) -> None:
    before = web.get("/catatan").text
    sign_in(web)
    after = web.get("/catatan").text

    assert 'href="/verifikasi"' not in before
    assert 'action="/keluar"' not in before
    assert 'href="/verifikasi"' in after
    assert 'href="/koordinator"' not in after
    assert 'action="/keluar"' in after


@pytest.mark.parametrize(("address", "secure"), [("http://localhost", False), ("https://localhost", True)])
def test_the_session_cookie_is_out_of_reach_of_scripts(web: FlaskClient, address: str, secure: bool) -> None:
    answer = web.post("/masuk?next=/verifikasi", base_url=address)

    cookie = answer.headers["Set-Cookie"]
    assert answer.location == "/verifikasi"
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert ("Secure" in cookie) is secure


def test_signing_out_ends_the_session(web: FlaskClient) -> None:
    web.post("/masuk")

    web.post("/keluar")

    assert web.get("/verifikasi").status_code == 303


@pytest.mark.parametrize("path", ["/verifikasi", "/verifikasi?cursor=a", "/", "/lacak/7K3M-9QXF-2TPA"])
def test_a_path_of_ours_is_gone_back_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "verifikasi", "//jahat.example", "/\\jahat.example", "\\/jahat.example", "https://jahat.example",
        "javascript:alert(1)", "/\t/jahat.example", "/a\nb", " /a", "/a\\b", "///jahat.example",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(path: str | None) -> None:
    assert local_path(path) == "/"
