"""Two windows at once: what one does, the other shows by itself; and nobody loses what they are filling in."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Visitor, visitor
from tests.support.embedded_system import EmbeddedSystem, FirstRun
from tests.support.until import until
from tests.system.test_pages import HOLE, Reporter, Staff

pytestmark = pytest.mark.system

INHU = "Kabupaten Indragiri Hulu"


@pytest.fixture(params=[320, 1280])
def someone(
    request: pytest.FixtureRequest, browser: Browser, shared_system: EmbeddedSystem
) -> Iterator[Callable[[], Visitor]]:
    """Makes people, each with a window of their own, all as wide."""
    with ExitStack() as windows:
        yield lambda: windows.enter_context(visitor(browser, shared_system.url, width=request.param))


@pytest.fixture
def reporter(someone: Callable[[], Visitor]) -> Reporter:
    return Reporter(someone())


@pytest.fixture
def officer(someone: Callable[[], Visitor], first_run: FirstRun) -> Staff:
    return Staff(someone(), "petugas-inhu", first_run.password("petugas-inhu"))


def shows(window: Visitor, words: str) -> None:
    """It does so without being loaded again: it asks as soon as somebody turns to it."""

    def does() -> bool:
        window.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return window.page.locator("main", has_text=words).count() > 0

    window.page.evaluate("document.querySelector('main').dataset.kept = true")
    until(does)
    expect(window.page.locator("main[data-kept]")).to_have_count(1)
    window.look()


def test_the_reporter_sees_the_answer_come_while_writing_a_reply(reporter: Reporter, officer: Staff) -> None:
    reporter.reports(INHU, **HOLE)
    officer.opens(reporter.tracking_id, "/instansi")
    reporter.opens_the_thread()
    reporter.visitor.fill(Tanggapan_Anda="Sejak kemarin lubangnya bertambah satu lagi.")

    officer.visitor.field("Tanggapan awal: sedang ditangani").check()
    officer.visitor.fill(Jawaban_Answer="Kami tinjau besok pagi.")
    officer.visitor.press("Kirim jawaban")

    shows(reporter.visitor, "Kami tinjau besok pagi.")
    assert reporter.visitor.field("Tanggapan Anda").input_value() == "Sejak kemarin lubangnya bertambah satu lagi."
    expect(reporter.visitor.page.get_by_role("status")).to_contain_text("Yang sedang Anda isi tidak kami ganti.")
    reporter.visitor.press("Kirim")
    reporter.visitor.reads("Tanggapan Anda sudah diteruskan")


def test_the_public_page_changes_by_itself_and_says_so(reporter: Reporter, officer: Staff) -> None:
    reporter.reports(INHU, **HOLE)
    officer.opens(reporter.tracking_id, "/instansi")
    reporter.sees("Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Indragiri Hulu")

    officer.visitor.field("Tanggapan awal: sedang ditangani").check()
    officer.visitor.fill(Jawaban_Answer="Regu kami berangkat siang ini.")
    officer.visitor.press("Kirim jawaban")

    shows(reporter.visitor, "Regu kami berangkat siang ini.")
    expect(reporter.visitor.page.get_by_role("status")).to_contain_text("Halaman ini baru saja diperbarui.")


def test_a_new_report_comes_into_the_inbox_but_never_under_the_hand_of_whoever_chooses(
    reporter: Reporter, officer: Staff
) -> None:
    reporter.reports(INHU, **HOLE)
    officer.opens(reporter.tracking_id, "/instansi")
    officer.visitor.go("/instansi")
    reporter.reports(INHU, **HOLE)
    second = reporter.tracking_id

    shows(officer.visitor, second)
    officer.visitor.page.get_by_label(f"Pilih {second}").check()
    officer.visitor.page.evaluate("document.activeElement.blur()")
    reporter.reports(INHU, **HOLE)

    shows(officer.visitor, "Yang sedang Anda isi tidak kami ganti.")
    expect(officer.visitor.page.locator("main")).not_to_contain_text(reporter.tracking_id)
    expect(officer.visitor.page.get_by_label(f"Pilih {second}")).to_be_checked()
    with officer.visitor.page.expect_navigation():
        officer.visitor.page.get_by_role("button", name=re.compile("Muat ulang")).click()
    officer.visitor.reads(reporter.tracking_id)


def test_whoever_follows_a_report_is_counted_once_they_have_pressed_the_button(
    reporter: Reporter, someone: Callable[[], Visitor], shared_system: EmbeddedSystem
) -> None:
    reporter.reports(INHU, **HOLE)
    reporter.sees("Laporan terverifikasi")
    follower = someone()
    follower.go(f"/lacak/{reporter.tracking_id}")
    follower.follow("Dukung dan ikuti")
    follower.fill(Surel_atau_nomor_telepon="pendukung@example.id")
    follower.press("Ikuti laporan ini")
    follower.reads("Periksa pesan Anda")

    follower.go(confirmation(shared_system, reporter.tracking_id))
    follower.press("Ya, ikuti")
    follower.reads("Anda mengikuti laporan ini")

    reporter.sees("1 orang mendukung")
    follower.follow("Berhenti mengikuti")
    follower.press("Berhenti")
    follower.reads("Alamat Anda sudah dihapus.")
    reporter.visitor.reloads_until(reporter.visitor.page.locator("main:not(:has-text('mendukung'))"))


def confirmation(system: EmbeddedSystem, tracking_id: str) -> str:
    """The link in the message that came."""

    def found() -> str | None:
        lines = (system.folder / "notices.jsonl").read_text().splitlines()
        texts = [one["text"] for one in map(json.loads, lines) if one["template"] == "follow_confirm"]
        links = [re.search(r"/ikuti/konfirmasi/\w+", text) for text in texts if tracking_id in text]
        return links[-1][0] if links and links[-1] else None

    until(found)
    return found() or ""
