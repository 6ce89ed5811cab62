"""What officers press on a report's pages: others asked to act, copies, drafts, notes, more time."""

from typing import Any

import pytest

from lapor_contracts.events import (
    CoOwnerAdded,
    CoOwnerReleased,
    CopySent,
    ExtensionGranted,
    ReportAnswered,
    ReportRouted,
    ReportUnroutable,
)
from lapor_contracts.vocabulary import Role
from lapor_routing import officers, service, store
from tests.routing.conftest import POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator, routed_to
from tests.support.stage import Stage

SERVICE = service


class Browser:
    """An officer's browser at one report."""

    def __init__(self, stage: Stage, agency_code: str | None, *roles: Role, officer: str = "officer-1") -> None:
        self._stage = stage
        self._csrf = stage.open_session(*(roles or (Role.OFFICER,)), agency_code=agency_code, officer=officer)

    def see(self, address: str) -> str:
        """A page that must be there."""
        response = self._stage.client.get(address)
        assert response.status_code == 200, response.text
        return response.text

    def send(self, address: str, /, **form: str) -> Any:
        """A form, and where it leads."""
        return self._stage.client.post(address, data={"csrf_token": self._csrf, **form})

    def press(self, address: str, /, **form: str) -> str:
        """A form that must do what it says; the page that follows."""
        response = self.send(address, **form)
        assert response.status_code == 303, response.text
        return self.see(response.location)


@pytest.fixture
def routed(stage: Stage) -> ReportRouted:
    return routed_to(stage, ROADS.code)


@pytest.fixture
def report(routed: ReportRouted) -> str:
    return f"/instansi/{routed.disposition_id}"


def test_the_owner_asks_another_body_and_lets_it_go_again(stage: Stage, report: str) -> None:
    browser = Browser(stage, ROADS.code)

    assert f'value="{TRAFFIC.code}"' in browser.see(f"{report}/instansi-lain?cari=perhubungan")
    asked = browser.press(f"{report}/instansi-lain", agency_code=TRAFFIC.code, reason="Rambunya roboh.")
    (added,) = stage.announced(CoOwnerAdded)
    part = next(row["id"] for row in stage.rows(store.dispositions) if row["part"] == added.disposition_id)
    assert TRAFFIC.name in asked
    assert f"{report}/instansi-lain/{part}" in asked
    assert "Rambunya roboh." in browser.see(f"{report}/instansi-lain/{part}")
    browser.press(f"{report}/instansi-lain/{part}", reason="Sudah berdiri lagi.")

    assert [released.reason for released in stage.announced(CoOwnerReleased)] == ["Sudah berdiri lagi."]


def test_a_body_with_a_copy_finds_it_in_its_list_and_only_reads(stage: Stage, report: str) -> None:
    owner = Browser(stage, ROADS.code)
    owner.press(f"{report}/tembusan", agency_code=POWER.code, reason="Ada tiang.")
    (sent,) = stage.announced(CopySent)

    reader = Browser(stage, POWER.code)
    listed = reader.see("/instansi/tembusan")
    (copy,) = stage.rows(store.copies)
    shown = reader.see(f"/instansi/tembusan/{copy['id']}")

    assert sent.tracking_id in listed
    assert "Ada tiang." in listed
    assert sent.tracking_id in shown
    assert "<textarea" not in shown


def test_maker_and_checker_on_the_page(stage: Stage, report: str) -> None:
    Browser(stage, ROADS.code, Role.ADMINISTRATOR, officer="administrator").press(
        "/instansi/persetujuan", required="true"
    )
    maker = Browser(stage, ROADS.code, officer="maker")

    assert "petugas lain menyetujui" in maker.see(report)
    empty = maker.send(f"{report}/rancangan", kind="substantive", answer_type="done", text=" ", submit="true")
    maker.press(f"{report}/rancangan", kind="substantive", answer_type="done", text="Sudah di tambal.", submit="true")
    (draft,) = stage.rows(store.drafts)
    page = f"{report}/rancangan/{draft['id']}"
    checker = Browser(stage, ROADS.code, Role.OFFICER, Role.APPROVER, officer="checker")
    assert "Setujui dan kirim" in checker.see(page)
    checker.press(f"{page}/pengembalian", note="Ditambal, satu kata.")
    maker = Browser(stage, ROADS.code, officer="maker")
    assert "Ditambal, satu kata." in maker.see(page)
    maker.press(page, kind="substantive", answer_type="done", text="Sudah ditambal.", submit="true")
    assert maker.send(f"{page}/persetujuan").status_code == 403
    checker = Browser(stage, ROADS.code, Role.OFFICER, Role.APPROVER, officer="checker")
    checker.press(f"{page}/persetujuan")

    assert empty.status_code == 422
    assert [answered.text for answered in stage.announced(ReportAnswered)] == ["Sudah ditambal."]


def test_notes_and_the_officer_in_charge_are_shown_to_the_body(stage: Stage, report: str) -> None:
    with stage.transactions.begin() as tx:
        officers.create(tx, "siti", "a password long enough", [Role.OFFICER], ROADS.code)
    browser = Browser(stage, ROADS.code)

    noted = browser.press(f"{report}/catatan", note="Hubungi camat dahulu.")
    handed = browser.press(f"{report}/petugas", username="siti", message="Sudah saya telepon.")
    wrong = browser.send(f"{report}/petugas", username="orang-lain")

    assert "Hubungi camat dahulu." in noted
    assert "siti" in handed
    assert "Sudah saya telepon." in handed
    assert wrong.status_code == 422


def test_more_time_is_asked_for_with_a_reason(stage: Stage, report: str) -> None:
    browser = Browser(stage, ROADS.code)

    too_long = browser.send(f"{report}/perpanjangan", working_days="99", reason="Menunggu aspal.")
    shown = browser.press(f"{report}/perpanjangan", working_days="5", reason="Menunggu aspal.")

    assert too_long.status_code == 422
    assert "Menunggu aspal." in shown
    assert [granted.working_days for granted in stage.announced(ExtensionGranted)] == [5]


def test_who_does_not_know_who_is_competent_leaves_it_to_the_coordinator(stage: Stage, report: str) -> None:
    browser = Browser(stage, ROADS.code)

    assert "Tidak tahu" in browser.see(f"{report}/penolakan")
    browser.press(f"{report}/penolakan", agency_code="-", reason="Bukan jalan kami.")

    assert [unroutable.reason for unroutable in stage.announced(ReportUnroutable)] == ["Bukan jalan kami."]


def test_the_coordinator_decides_on_a_part_or_that_nobody_is_needed(stage: Stage, routed: ReportRouted) -> None:
    own, traffic = Officer(stage, ROADS.code), Officer(stage, TRAFFIC.code)
    parts = []
    for reason in ("Rambunya.", "Markanya."):
        address = f"dispositions/{routed.disposition_id}/co-owners"
        part = own.post(address, agency_code=TRAFFIC.code, reason=reason).json["disposition_id"]
        traffic.post(f"dispositions/{part}/refusals", agency_code=None, reason="Bukan kami.")
        parts += [entry["id"] for entry in coordinator(stage).get("coordination").json["items"]][len(parts) :]
    browser = Browser(stage, None, Role.COORDINATOR)

    assert f"/koordinator/bagian/{parts[0]}" in browser.see("/koordinator")
    assert "bagian dari laporan" in browser.see(f"/koordinator/bagian/{parts[0]}")
    browser.press(f"/koordinator/bagian/{parts[0]}", agency_code=POWER.code, reason="Tiang listrik.")
    browser.press(f"/koordinator/bagian/{parts[1]}/pelepasan", note="Tidak ada marka di sana.")

    assert stage.announced(CoOwnerAdded)[-1].agency_code == POWER.code
    assert len(stage.announced(CoOwnerReleased)) == 1
