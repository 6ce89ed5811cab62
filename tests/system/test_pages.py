"""The pages as people meet them: in a real browser, on a small phone, with and without scripts."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Visitor, visitor
from tests.support.embedded_system import EmbeddedSystem, FirstRun

pytestmark = pytest.mark.system

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011
HOLE = {
    "Judul": "Jalan berlubang di depan pasar",
    "Isi_laporan": "Jalan berlubang besar di depan pasar, sudah dua pengendara motor terjatuh.",
    "Tanggal_kejadian": YESTERDAY,
    "Tempat_kejadian": "Depan pasar",
    "Surel": "warga@example.org",
}

_houses = count(1)


class Reporter:
    """Somebody who reports."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.tracking_id = self.receipt = ""

    def reports(self, region: str = "", **fields: str) -> None:
        """Send the form, and keep what it answers. No two report the same house: the second would repeat the first."""
        if place := fields.get("Tempat_kejadian"):
            fields["Tempat_kejadian"] = f"{place} nomor {next(_houses)}"
        self.visitor.go("/lapor")
        self.visitor.fill(**fields)
        if region:
            self.visitor.field("Wilayah").select_option(label=region)
        self.visitor.press("Kirim laporan")
        self.keeps_the_slip()

    def keeps_the_slip(self) -> None:
        """Write down the tracking ID and the receipt."""
        self.visitor.reads("Laporan Anda diterima")
        self.tracking_id, self.receipt = self.visitor.page.locator("code.id").all_inner_texts()

    def sees(self, words: str) -> None:
        """Look at the report's page until it says so."""
        self.visitor.go(f"/lacak/{self.tracking_id}")
        self.visitor.reloads_until(self.visitor.page.locator("main", has_text=words))
        self.visitor.look()

    def opens_the_thread(self) -> None:
        """Show the receipt."""
        self.visitor.go(f"/lacak/{self.tracking_id}")
        self.visitor.fill(Kode_rahasia=self.receipt)
        self.visitor.press("Buka")


class Staff:
    """Somebody who works for the state."""

    def __init__(self, visitor: Visitor, username: str, password: str) -> None:
        self.visitor = visitor
        visitor.go("/masuk")
        visitor.fill(Nama_pengguna=username, Kata_sandi=password)
        visitor.press("Masuk")

    def opens(self, tracking_id: str, at: str) -> None:
        """Find a report in a list, as soon as it is there."""
        self.visitor.go(at)
        row = self.visitor.reloads_until(self.visitor.page.locator("tbody tr", has_text=tracking_id))
        with self.visitor.page.expect_navigation():
            row.get_by_role("link").click()
        self.visitor.look()

    def chooses(self, agency: str, found_by: str) -> None:
        """Look for an agency, and choose it."""
        self.visitor.fill(Cari_instansi_lain=found_by)
        self.visitor.press("Cari")
        self.visitor.field(agency).check()


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def someone(
    request: pytest.FixtureRequest, browser: Browser, shared_system: EmbeddedSystem
) -> Iterator[Callable[[], Visitor]]:
    """Makes people, each with a phone of their own."""
    with ExitStack() as phones:
        yield lambda: phones.enter_context(visitor(browser, shared_system.url, scripts=request.param))


@pytest.fixture
def reporter(someone: Callable[[], Visitor]) -> Reporter:
    return Reporter(someone())


@pytest.fixture
def staff(someone: Callable[[], Visitor], first_run: FirstRun) -> Callable[[str], Staff]:
    """Signs a member of staff in, with the password that was shown at the first start."""
    return lambda username: Staff(someone(), username, first_run.password(username))


def test_a_reporter_needs_nothing_but_a_keyboard(reporter: Reporter) -> None:
    page, keys = reporter.visitor.page, reporter.visitor.page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(40):
            keys.press("Tab")
            if page.locator(f"[name={name}]:focus").count():
                return
        raise AssertionError(f"{name} cannot be reached")

    reporter.visitor.go("/lapor")
    for name, text in [
        ("title", "Lampu jalan mati"),
        ("body", "Lampu jalan mati sejak tiga hari lalu di Jalan Sudirman."),
        ("region_code", "Kabupaten Indragiri Hulu"),
        ("place", f"Jalan Sudirman nomor {uuid.uuid4().int % 99_999}"),  # nobody has reported it yet
        ("phone", "0811 0000 123"),
    ]:
        tab_to(name)
        keys.type(text)
    with reporter.visitor.next_page():
        keys.press("Enter")
    reporter.keeps_the_slip()
    reporter.visitor.follow("Lacak Track")
    tab_to("id")
    keys.type(reporter.tracking_id.lower().replace("-", " "))
    with page.expect_navigation():
        keys.press("Enter")
    reporter.visitor.reads(reporter.tracking_id)
    reporter.sees("Dinas Perhubungan Kabupaten Indragiri Hulu")
    tab_to("receipt")
    keys.type(reporter.receipt)
    with page.expect_navigation():
        keys.press("Enter")

    reporter.visitor.reads("Percakapan")
    reporter.visitor.reads("Lampu jalan mati sejak tiga hari lalu di Jalan Sudirman.")


def test_an_answered_report_is_closed_by_its_reporter(reporter: Reporter, staff: Callable[[str], Staff]) -> None:
    reporter.reports("Kabupaten Indragiri Hulu", **HOLE)
    officer = staff("petugas-inhu")
    officer.opens(reporter.tracking_id, "/instansi")
    officer.visitor.reads("Mengapa ke sini?")
    officer.visitor.field("Tanggapan awal: sedang ditangani").check()
    officer.visitor.fill(Jawaban_Answer="Kami tinjau besok pagi.")
    officer.visitor.press("Kirim jawaban")
    officer.visitor.reads("Jawaban sudah dikirim kepada pelapor.")
    officer.visitor.field("Jawaban akhir: hasil penanganan").check()
    officer.visitor.field("Sudah dikerjakan").check()
    officer.visitor.fill(Jawaban_Answer="Sudah ditambal dengan aspal panas.")
    officer.visitor.press("Kirim jawaban")

    reporter.sees("Sudah ditambal dengan aspal panas.")
    reporter.opens_the_thread()
    reporter.visitor.fill(Tanggapan_Anda="Terima kasih, sudah rapi.")
    reporter.visitor.press("Kirim")
    officer.opens(reporter.tracking_id, "/instansi")
    officer.visitor.reloads_until(officer.visitor.page.locator("main", has_text="Terima kasih, sudah rapi."))
    reporter.visitor.unfold("Sudah selesai")
    reporter.visitor.field("Ya, masalah ini sudah selesai").check()
    reporter.visitor.press("Tutup laporan")

    reporter.visitor.reads("Terima kasih. Laporan ini sudah ditutup.")
    officer.opens(reporter.tracking_id, "/instansi?state=closed")
    officer.visitor.press("Keluar")
    officer.visitor.reads("Sampaikan laporan Anda")


def test_what_lacks_something_is_asked_for_completed_and_goes_on(reporter: Reporter) -> None:
    reporter.reports(Isi_laporan="Air di rumah kami sudah tidak mengalir.", Surel="warga@example.org")

    reporter.sees("Menunggu kelengkapan dari pelapor")
    reporter.visitor.follow("Lengkapi laporan")
    reporter.visitor.fill(Kode_rahasia=reporter.receipt, Tanggal_kejadian=YESTERDAY, Tempat_kejadian="Medan Baru")
    reporter.visitor.field("Wilayah").select_option(label="Kota Medan")
    reporter.visitor.press("Kirim")
    reporter.visitor.reads("Terima kasih, laporan Anda sudah dilengkapi")

    reporter.sees("Laporan terverifikasi")


def test_a_verifier_passes_on_what_is_clear_to_a_person(reporter: Reporter, staff: Callable[[str], Staff]) -> None:
    reporter.reports(Isi_laporan="Jalan berlubang di depan rumah kami, tolong segera ditambal.")
    verifier = staff("verifikator")
    verifier.opens(reporter.tracking_id, "/verifikasi?state=returned")
    verifier.visitor.page.locator("section", has_text="Verifikasi dan teruskan").get_by_label(
        re.compile("^Wilayah")
    ).select_option(label="Kabupaten Indragiri Hulu")
    verifier.visitor.press("Verifikasi")
    verifier.visitor.reads(f"{reporter.tracking_id}: Terverifikasi")

    reporter.sees("Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Indragiri Hulu")


def test_who_is_archived_by_two_reads_why(reporter: Reporter, staff: Callable[[str], Staff]) -> None:
    reporter.reports(Isi_laporan="Mohon perhatian untuk hal ini, terima kasih.")
    verifier = staff("verifikator")
    verifier.opens(reporter.tracking_id, "/verifikasi?state=returned")
    verifier.visitor.field("Alasan Reason").select_option(value="not_public_service")
    verifier.visitor.fill(Penjelasan_kepada_pelapor="Tuliskan apa yang terjadi, lalu laporkan lagi.")
    verifier.visitor.field("Saya yakin laporan ini diarsipkan").check()
    verifier.visitor.press("Arsipkan")
    colleague = staff("koordinator")
    colleague.opens(reporter.tracking_id, "/verifikasi?state=archive_proposed")
    colleague.visitor.field("Setuju diarsipkan").check()
    colleague.visitor.press("Simpan keputusan")
    colleague.visitor.reads(f"{reporter.tracking_id}: Diarsipkan")

    reporter.sees("Tuliskan apa yang terjadi, lalu laporkan lagi.")


def test_an_agency_that_is_not_responsible_names_the_one_that_is(
    reporter: Reporter, staff: Callable[[str], Staff]
) -> None:
    lamp = {**HOLE, "Judul": "Lampu jalan mati", "Isi_laporan": "Lampu jalan di gang kami mati sejak minggu lalu."}
    reporter.reports("Kota Surabaya", **lamp, Instansi_tujuan="BUMN-PLN")
    power = staff("petugas-pln")
    power.opens(reporter.tracking_id, "/instansi")
    power.visitor.follow("Bukan wewenang kami")
    power.chooses("Dinas Perhubungan Kota Surabaya", found_by="perhubungan surabaya")
    power.visitor.fill(Alasan="Lampu penerangan jalan dirawat pemerintah kota.")
    power.visitor.press("Alihkan")
    power.visitor.reads("Laporan sudah dialihkan.")

    city = staff("petugas-surabaya")
    city.opens(reporter.tracking_id, "/instansi")
    city.visitor.reads("Lampu penerangan jalan dirawat pemerintah kota.")
    reporter.sees("Bukan wewenang instansi ini, dialihkan")


def test_an_agency_passes_on_to_its_own_unit(reporter: Reporter, staff: Callable[[str], Staff]) -> None:
    reporter.reports("Kota Surabaya", **HOLE, Instansi_tujuan="PEMDA-35.78")
    city = staff("petugas-surabaya")
    city.opens(reporter.tracking_id, "/instansi")
    city.visitor.follow("Teruskan ke unit")
    city.visitor.field("Unit").select_option(label="Dinas Perhubungan Kota Surabaya")
    city.visitor.fill(Catatan="Mohon ditinjau.")
    city.visitor.press("Teruskan")
    city.visitor.reads("Laporan sudah diteruskan ke unit.")

    reporter.sees("Dinas Perhubungan Kota Surabaya")


def test_the_coordinator_decides_where_nobody_else_could(reporter: Reporter, staff: Callable[[str], Staff]) -> None:
    wish = {
        **HOLE,
        "Judul": "Ruang baca untuk anak-anak",
        "Isi_laporan": "Kami mengusulkan ruang baca kecil untuk anak-anak di balai kampung.",
        "Tempat_kejadian": "Balai kampung",
    }
    reporter.reports("Kota Jayapura", **wish)
    coordinator = staff("koordinator")
    coordinator.opens(reporter.tracking_id, "/koordinator")
    coordinator.chooses("Pemerintah Kota Jayapura", found_by="pemerintah kota jayapura")
    coordinator.visitor.fill(Alasan="Menurut tempatnya.")
    coordinator.visitor.press("Tetapkan")
    coordinator.visitor.reads("Instansi sudah ditetapkan.")

    reporter.sees("Pemerintah Kota Jayapura")


def test_two_custodians_let_an_officer_see_who_reported(reporter: Reporter, staff: Callable[[str], Staff]) -> None:
    reporter.reports(**HOLE, region="Kabupaten Indragiri Hulu", Nama="Kenari Sangkar")
    officer = staff("petugas-inhu").visitor
    officer.follow("Identitas Identity")
    officer.follow("Ajukan permintaan")
    officer.fill(Nomor_laporan=reporter.tracking_id, Alasan="Saksi perlu didengar", Dasar_hukum="Pasal 30 UU 25/2009")
    officer.press("Ajukan")
    officer.reads("menunggu dua penjaga identitas")

    for username in ("penjaga-satu", "penjaga-dua"):
        custodian = staff(username)
        custodian.opens(reporter.tracking_id, at="/identitas")
        custodian.visitor.field("Setuju").check()
        custodian.visitor.fill(Catatan="Sudah diperiksa")
        custodian.visitor.press("Simpan keputusan")
    officer.follow("Kembali ke daftar")
    officer.follow(reporter.tracking_id)
    officer.press("Lihat identitas")

    officer.reads("Kenari Sangkar")
    reporter.opens_the_thread()
    reporter.visitor.reads("Identitas Anda dibuka untuk satu pejabat")
    reporter.visitor.reads("Pasal 30 UU 25/2009")


def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_written(someone: Callable[[], Visitor]) -> None:
    visitor = someone()
    visitor.go("/lapor")
    visitor.fill(Isi_laporan="Jalan berlubang di depan pasar.", Telepon="hubungi saya")
    visitor.press("Kirim laporan")

    visitor.reads("Nomor telepon tidak dikenali.")
    assert visitor.field("Isi laporan").input_value() == "Jalan berlubang di depan pasar."
    assert visitor.field("Telepon").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_public_page_fits(browser: Browser, shared_system: EmbeddedSystem, width: int) -> None:
    with visitor(browser, shared_system.url, width=width) as anyone:
        reporter = Reporter(anyone)
        reporter.reports("Kabupaten Indragiri Hulu", **HOLE)
        reporter.opens_the_thread()
        for path in ("/", "/lacak", "/lacak/x", f"/lengkapi/{reporter.tracking_id}", "/masuk", "/tidak-ada"):
            anyone.go(path)
