"""Staff sign in, and strangers do not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lapor_contracts.vocabulary import Role
from lapor_routing import officers, service
from tests.routing.conftest import POWER
from tests.support.staff import VERIFY_KEY
from tests.support.stage import Stage

SERVICE = service

PASSWORD = "padam-menyala-padam"


@pytest.fixture
def officer(stage: Stage) -> str:
    """The name of an officer of the power company."""
    with stage.transactions.begin() as tx:
        officers.create(tx, "petugas.pln", PASSWORD, [Role.OFFICER], POWER.code)
    return "petugas.pln"


def sign_in(stage: Stage, username: str, password: str) -> Any:
    """What the API says to a name and a password."""
    return stage.client.post("/api/v1/sign-in", json={"username": username, "password": password})


def test_an_officer_gets_a_token_that_says_who_they_are(stage: Stage, officer: str) -> None:
    response = sign_in(stage, officer, PASSWORD)

    assert response.status_code == 200
    session = VERIFY_KEY.read(response.json["token"], now=stage.clock.now())
    assert (session.staff.username, session.staff.agency_code) == (officer, POWER.code)
    assert session.staff.roles == {Role.OFFICER}
    assert datetime.fromisoformat(response.json["expires_at"]) == session.expires_at


def test_a_name_is_the_same_however_it_is_written(stage: Stage, officer: str) -> None:
    assert sign_in(stage, f" {officer.upper()} ", PASSWORD).status_code == 200


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(stage: Stage, officer: str) -> None:
    wrong, unknown = sign_in(stage, officer, "salah-salah-salah"), sign_in(stage, "siapa", "salah-salah-salah")

    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json, "instance": ""} == {**unknown.json, "instance": ""}


@pytest.mark.parametrize("username", ["petugas.pln", "siapa"], ids=["a real name", "an unknown name"])
def test_who_guesses_too_often_has_to_wait(stage: Stage, officer: str, username: str) -> None:
    for _ in range(officers.ATTEMPTS):
        sign_in(stage, username, "salah-salah-salah")

    response = sign_in(stage, username, PASSWORD)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) == officers.LOCKED_FOR.total_seconds()


def test_after_the_wait_the_right_password_opens(stage: Stage, officer: str) -> None:
    for _ in range(officers.ATTEMPTS + 3):
        sign_in(stage, officer, "salah-salah-salah")
    stage.clock.advance(seconds=officers.LOCKED_FOR.total_seconds())

    assert sign_in(stage, officer, PASSWORD).status_code == 200


def test_a_success_wipes_out_the_mistakes_before_it(stage: Stage, officer: str) -> None:
    for _ in range(2):
        for _ in range(officers.ATTEMPTS - 1):
            sign_in(stage, officer, "salah-salah-salah")

        assert sign_in(stage, officer, PASSWORD).status_code == 200


def test_a_new_password_replaces_the_old_one_and_opens_at_once(stage: Stage, officer: str) -> None:
    for _ in range(officers.ATTEMPTS):
        sign_in(stage, officer, "salah-salah-salah")

    with stage.transactions.begin() as tx:
        officers.reset_password(tx, officer, "menyala-padam-menyala")

    assert sign_in(stage, officer, "menyala-padam-menyala").status_code == 200
    assert sign_in(stage, officer, PASSWORD).status_code == 401


def test_passwords_are_kept_as_argon2_only(stage: Stage, officer: str) -> None:
    (row,) = stage.rows(officers.officers)

    assert row["password_hash"].startswith("$argon2id$")
    assert PASSWORD not in str(row)


@pytest.mark.parametrize(
    ("username", "password", "roles", "agency_code"),
    [
        ("petugas.pln", PASSWORD, [Role.VERIFIER], None),
        ("baru", "pendek", [Role.VERIFIER], None),
        ("baru", PASSWORD, [], None),
        ("baru", PASSWORD, [Role.OFFICER], None),
    ],
    ids=["name taken", "short password", "no role", "officer of no body"],
)
def test_an_officer_who_makes_no_sense_is_not_created(
    stage: Stage, officer: str, username: str, password: str, roles: list[Role], agency_code: str | None
) -> None:
    with pytest.raises(ValueError, match=r"petugas\.pln|baru|password"), stage.transactions.begin() as tx:
        officers.create(tx, username, password, roles, agency_code)


def test_guessing_while_locked_out_does_not_lengthen_the_wait() -> None:
    last_at = datetime.fromisoformat("2026-01-07T03:00:00+00:00")

    wait = officers.waiting_time(officers.ATTEMPTS, last_at, last_at + timedelta(minutes=10))

    assert wait == officers.LOCKED_FOR - timedelta(minutes=10)


@pytest.mark.parametrize("body", [{}, {"username": "a"}, {"username": "a", "password": "b", "role": "operator"}])
def test_a_request_that_is_not_a_name_and_a_password_is_refused(stage: Stage, body: dict[str, str]) -> None:
    response = stage.client.post("/api/v1/sign-in", json=body)

    assert response.status_code == 422
    assert response.json["errors"]


def test_the_page_leads_an_officer_to_their_inbox(stage: Stage, officer: str) -> None:
    response = stage.client.post("/masuk", data={"username": officer, "password": PASSWORD, "next": ""})

    assert (response.status_code, response.location) == (303, "/instansi")
    assert stage.client.get("/instansi").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "onward"),
    [
        ("/instansi?state=open", "/instansi?state=open"),
        ("https://jahat.example/", "/instansi"),
        ("//jahat.example/", "/instansi"),
    ],
    ids=["to where they wanted to go", "not to another site", "not to another host"],
)
def test_the_page_leads_nowhere_else_than_to_this_host(stage: Stage, officer: str, wanted: str, onward: str) -> None:
    response = stage.client.post("/masuk", data={"username": officer, "password": PASSWORD, "next": wanted})

    assert response.location == onward


def test_the_page_says_that_something_was_wrong_but_not_what(stage: Stage, officer: str) -> None:
    response = stage.client.post("/masuk", data={"username": officer, "password": "salah-salah-salah"})

    assert response.status_code == 401
    assert "Nama atau kata sandi salah" in response.text
    assert "salah-salah-salah" not in response.text


def test_who_signs_out_is_a_stranger_again(stage: Stage, officer: str) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=POWER.code)

    stage.client.post("/keluar", data={"csrf_token": csrf})

    assert stage.client.get("/instansi").location.startswith("/masuk")
