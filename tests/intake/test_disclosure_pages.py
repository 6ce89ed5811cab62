"""The pages on which officers ask who reported, custodians decide, and one officer looks."""

import re
from typing import Any

import pytest

from lapor_contracts.vocabulary import Role
from lapor_intake import audit, service
from tests.intake.test_disclosure import PERSON, asked, decide, report
from tests.support.stage import Stage

SERVICE = service


class Desk:
    """A browser in which somebody of the staff is signed in."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.csrf = stage, ""

    def as_(self, officer: str, *roles: Role) -> "Desk":
        """From now on it is this person."""
        self.csrf = self.stage.open_session(*roles, officer=officer, agency_code="KEMENPUPR")
        return self

    def get(self, address: str) -> Any:
        return self.stage.client.get(address)

    def send(self, address: str, **form: str) -> Any:
        return self.stage.client.post(address, data={"csrf_token": self.csrf, **form})


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A browser."""
    return Desk(stage)


def test_from_the_request_to_the_identity(desk: Desk) -> None:
    wanted = report(desk.stage)
    officer = desk.as_("officer-1", Role.OFFICER)
    sent = officer.send("/identitas/baru", tracking_id=wanted, reason="Saksi perlu didengar", legal_basis="Pasal 30")
    page = sent.headers["Location"].partition("?")[0]
    assert "menunggu dua penjaga identitas" in officer.get(sent.headers["Location"]).text
    assert "Lihat identitas" not in officer.get(page).text

    for custodian in ("ani", "budi"):
        desk.as_(custodian, Role.CUSTODIAN)
        assert wanted in desk.get("/identitas").text
        assert desk.send(f"{page}/keputusan", agreed="true", note="Sudah diperiksa").status_code == 303
    desk.as_("officer-1", Role.OFFICER)
    may_look, seen = desk.get(page), desk.send(f"{page}/lihat")

    assert "Lihat identitas" in may_look.text
    assert PERSON["name"] not in may_look.text
    assert PERSON["name"] in seen.text
    assert "hubungi saya di 0812-0000-0042" in seen.text
    assert not re.search(r"\d{4}-\d{4}-\d{4}-\d{4}", seen.text)  # never the reporter's receipt
    assert seen.headers["Cache-Control"] == "no-store"


def test_every_page_says_it_in_english_too(desk: Desk) -> None:
    request = asked(desk.stage, report(desk.stage))
    desk.as_("ani", Role.CUSTODIAN, Role.OFFICER)

    pages = [desk.get(address).text for address in ("/identitas", "/identitas/baru", f"/identitas/{request}")]

    expected = ("Requests to learn who reported", "Ask who reported", "Your decision")
    assert [words in page for words, page in zip(expected, pages, strict=True)] == [True] * 3


def test_what_is_missing_is_said_beside_its_field(desk: Desk) -> None:
    desk.as_("officer-1", Role.OFFICER)

    wrong = desk.send("/identitas/baru", tracking_id="7K3M", reason="Saksi", legal_basis="Pasal 30")
    empty = desk.send("/identitas/baru")

    assert (wrong.status_code, empty.status_code) == (422, 422)
    assert "Ini bukan nomor laporan." in wrong.text
    assert empty.text.count("Wajib diisi.") >= 3


def test_a_custodian_who_decided_or_asked_has_nothing_more_to_decide(desk: Desk) -> None:
    request = asked(desk.stage, report(desk.stage))
    decide(desk.stage, request, "ani")

    decided = desk.as_("ani", Role.CUSTODIAN).get(f"/identitas/{request}").text
    own = desk.as_("officer-1", Role.OFFICER, Role.CUSTODIAN).get(f"/identitas/{request}").text
    forced = desk.send(f"/identitas/{request}/keputusan", agreed="true", note="Saya setuju")

    assert "Keputusan Anda" not in decided + own
    assert "oleh Anda" in decided
    assert "Sudah diperiksa" not in own  # what custodians wrote is not for the one who asked
    assert (forced.status_code, "Nobody decides" in forced.text) == (409, True)


def test_a_decision_without_a_note_is_asked_for_again(desk: Desk) -> None:
    request = asked(desk.stage, report(desk.stage))
    desk.as_("ani", Role.CUSTODIAN)

    wrong = desk.send(f"/identitas/{request}/keputusan", agreed="true", note=" ")

    assert (wrong.status_code, "Wajib diisi." in wrong.text) == (422, True)


@pytest.mark.parametrize("address", ["", "/baru"])
def test_who_is_not_signed_in_is_sent_to_sign_in(stage: Stage, address: str) -> None:
    away = stage.client.get(f"/identitas{address}")

    assert (away.status_code, away.headers["Location"].partition("?")[0]) == (303, "/masuk")


def test_another_officers_request_is_not_there(desk: Desk) -> None:
    request = asked(desk.stage, report(desk.stage))
    desk.as_("officer-2", Role.OFFICER)

    page, looked, listed = (
        desk.get(f"/identitas/{request}"),
        desk.send(f"/identitas/{request}/lihat"),
        desk.get("/identitas"),
    )

    assert (page.status_code, looked.status_code) == (404, 403)
    assert request not in listed.text


def test_a_look_that_another_site_forges_shows_and_records_nothing(desk: Desk) -> None:
    request = asked(desk.stage, report(desk.stage))
    for custodian in ("ani", "budi"):
        decide(desk.stage, request, custodian)
    desk.as_("officer-1", Role.OFFICER)

    forged = desk.stage.client.post(f"/identitas/{request}/lihat", data={"csrf_token": "guessed"})

    assert forged.status_code == 403
    with desk.stage.transactions.read() as connection:
        assert audit.find_entries(connection, None, 1)[0].action == "disclosure.opened"
