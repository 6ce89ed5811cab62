"""An officer at a counter with nothing but a small phone: types in a letter, scans it, hands over the slip."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.intake.attached import picture
from tests.support.browser import visitor
from tests.support.embedded_system import EmbeddedSystem, FirstRun

pytestmark = pytest.mark.system


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_letter_is_typed_in_scanned_and_has_a_slip(
    browser: Browser, shared_system: EmbeddedSystem, first_run: FirstRun, tmp_path: Path, scripts: bool
) -> None:
    scan = tmp_path / "surat.jpg"
    scan.write_bytes(picture(size=(640, 480)))
    with visitor(browser, shared_system.url, scripts=scripts, width=320) as officer:
        officer.go("/masuk")
        officer.fill(Nama_pengguna="verifikator", Kata_sandi=first_run.password("verifikator"))
        officer.press("Masuk")
        officer.follow("Digitalisasi")
        officer.field("Cara masuk").select_option(label="Surat")
        officer.fill(Tanggal_surat="2026-01-05", Isi_laporan="Jalan di depan Pasar Rengat rusak sejak 3 Januari.")
        officer.fill(Nama="Warga Satu", Alamat="Jl. Mawar 3, Rengat")
        officer.field("Pindaian").set_input_files(scan)

        officer.press("Simpan dan beri nomor")

        officer.reads("Tanda terima laporan")
        number = re.search(r"SRT-\d{4}-\d{6}", officer.page.locator("main").inner_text())
        assert number
        tracking_id, receipt = officer.page.locator("code.id").all_inner_texts()
        assert len(receipt) == 19
        officer.follow("Laporan berikutnya")
        row = officer.page.locator("tbody tr", has_text=number[0])
        expect(row).to_contain_text(tracking_id)
        expect(row.get_by_role("link", name="Lihat")).to_be_visible()
        expect(officer.page.locator("main")).not_to_contain_text("Warga Satu")
