"""The verifier's desk in a real browser: by keyboard alone, without a script, and on a narrow screen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_chassis.web import background
from lapor_chassis.web.access import COOKIE
from lapor_contracts.events import ReportReturned, ReportVerified
from lapor_contracts.vocabulary import Role
from lapor_verification import service
from tests.support.browser import Visitor, visitor
from tests.support.builders import appealed
from tests.support.staff import token
from tests.support.stage import Stage
from tests.verification.conftest import without_draw
from tests.verification.test_desk import OFF_TOPIC, UNCLEAR, Officer, waits


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Verification on the stage; one kind of database is enough for a browser."""
    engine = create_engine(f"sqlite:///{tmp_path / 'verification.db'}")
    upgrade(service.NAME, engine)
    yield without_draw(Stage(service, engine, database_url=""))
    engine.dispose()


@contextmanager
def at_the_desk(
    browser: Browser, stage: Stage, *roles: Role, scripts: bool = True, width: int = 1280
) -> Iterator[Visitor]:
    """Somebody called Ani who has signed in."""
    with background(stage.client.application, 0) as url, visitor(browser, url, scripts=scripts, width=width) as ani:
        signed = token(*(roles or (Role.VERIFIER,)), now=stage.clock.now(), officer="ani")
        ani.page.context.add_cookies([{"name": COOKIE, "value": signed, "url": url}])
        yield ani


def test_a_verifier_works_through_the_queue_with_single_keys(browser: Browser, stage: Stage) -> None:
    for _ in range(3):
        waits(stage)
    with at_the_desk(browser, stage) as ani:
        keys = ani.page.keyboard
        ani.go("/verifikasi")
        keys.press("j")
        keys.press("j")
        keys.press("x")
        expect(ani.page.get_by_role("checkbox", name=re.compile("^Pilih"))).to_have_count(3)
        assert ani.page.locator("tbody input:checked").count() == 1

        with ani.next_page():
            keys.press("n")
        ani.reads("Anda mengerjakan kasus ini sampai")
        keys.press("v")
        expect(ani.page.get_by_label(re.compile("^Jenis"))).to_be_focused()
        keys.press("a")  # a field has the focus: this is typing
        expect(ani.page.get_by_label(re.compile("^Jenis"))).to_be_focused()
        with ani.next_page():
            keys.press("Enter")
            ani.page.get_by_role("button", name=re.compile("^Verifikasi")).press("Enter")
        ani.reads("Terverifikasi")
        ani.reads("Anda mengerjakan kasus ini sampai")
        with ani.next_page():
            keys.press("b")

    assert len(stage.announced(ReportVerified)) == 1


def test_single_keys_can_be_switched_off_and_the_list_gives_the_focus_back(browser: Browser, stage: Stage) -> None:
    waits(stage)
    with at_the_desk(browser, stage) as ani:
        keys = ani.page.keyboard
        ani.go("/verifikasi")
        ani.page.get_by_role("button", name=re.compile("^Tombol pintas")).focus()
        keys.press("?")
        expect(ani.page.get_by_role("dialog")).to_be_visible()
        ani.field("Pakai tombol pintas").uncheck()
        keys.press("Escape")
        expect(ani.page.get_by_role("button", name=re.compile("^Tombol pintas"))).to_be_focused()

        ani.page.reload()
        keys.press("j")

        assert ani.page.locator("tbody :focus").count() == 0


def test_a_canned_text_is_put_into_its_field_and_what_is_open_is_selected(browser: Browser, stage: Stage) -> None:
    report_id = waits(stage)
    with at_the_desk(browser, stage) as ani:
        ani.go(f"/verifikasi/{report_id}")
        panel = ani.page.locator("section", has_text="Kembalikan untuk dilengkapi")
        panel.get_by_text("Mulai dari teks siap pakai").click()
        panel.get_by_role("link", name="Tempat belum disebut").click()
        expect(ani.field("Pesan kepada pelapor")).to_be_focused()
        ani.page.keyboard.type("nama loketnya")
        ani.press("Kembalikan")

    (event,) = stage.announced(ReportReturned)
    assert event.message.endswith("Khususnya: nama loketnya.")


def test_without_a_script_the_same_can_be_done(browser: Browser, stage: Stage) -> None:
    report_id = waits(stage)
    with at_the_desk(browser, stage, scripts=False, width=320) as ani:
        ani.go("/verifikasi")
        ani.press("Ambil kasus berikutnya")
        panel = ani.page.locator("section", has_text="Kembalikan untuk dilengkapi")
        panel.get_by_text("Mulai dari teks siap pakai").click()
        with ani.page.expect_navigation():
            panel.get_by_role("link", name="Tempat belum disebut").click()
        ani.press("Kembalikan")
        ani.reads("Lengkapi dahulu")
        ani.fill(Pesan_kepada_pelapor="Di loket mana?")
        ani.press("Kembalikan")
        ani.reads("Tidak ada lagi kasus yang belum dikerjakan rekan.")

    assert [event.report_id for event in stage.announced(ReportReturned)] == [report_id]


def test_a_campaigns_copies_are_chosen_looked_through_and_archived(browser: Browser, stage: Stage) -> None:
    for _ in range(4):
        waits(stage)
    with at_the_desk(browser, stage) as ani:
        ani.go("/verifikasi")
        ani.page.get_by_role("button", name=re.compile("^Pilih semua")).click()
        ani.press("Arsipkan")
        ani.page.locator("input[name=case]").first.uncheck()
        ani.field("Alasan").select_option(value="spam")
        ani.fill(Penjelasan_kepada_para_pelapor="Salinan dari satu kampanye.")
        ani.field("Saya yakin semua laporan ini diarsipkan").check()
        ani.press("Arsipkan")
        ani.reads("3 dikerjakan, 0 ditolak.")


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_the_desk_fits(browser: Browser, stage: Stage, width: int) -> None:
    budi = Officer(stage, "budi")
    waiting, proposed, contested, held = (waits(stage) for _ in range(4))
    budi.post(f"/{proposed}/archive", **OFF_TOPIC)
    budi.post(f"/{contested}/archive", **UNCLEAR)
    stage.hear(appealed(report_id=contested))
    budi.put(f"/{held}/holder")
    long_title = "Pungutan " + "sangat" * 20
    budi.put(f"/{waiting}/public-text", title=long_title, body="Isi lain.", reason="Disingkat.")
    with at_the_desk(browser, stage, Role.VERIFIER, Role.COORDINATOR, width=width) as ani:
        for path in (
            "",
            "?state=archive_proposed&kind=complaint",
            "?state=appealed",
            *(f"/{each}" for each in (waiting, proposed, contested, held)),
            f"/{waiting}/teks-publik",
            "/teks-siap",
            "/teks-siap/baru",
            "/teks-siap/return-where",
        ):
            ani.go(f"/verifikasi{path}")
        ani.go("/verifikasi")
        ani.page.locator("input[name=case]").first.check()
        ani.press("Kembalikan")
