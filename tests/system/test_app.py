"""The report form as an app: it opens without a line, keeps a draft, and sends it when the line is back."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.support.embedded_system import EmbeddedSystem
from tests.support.until import until

pytestmark = pytest.mark.system

_numbers = count(1)


def something() -> str:
    """What nobody has reported yet."""
    return f"Lampu jalan mati di Jalan Melati nomor {next(_numbers)} Rengat sejak kemarin malam."


@pytest.fixture
def page(browser: Browser, shared_system: EmbeddedSystem) -> Iterator[Page]:
    """A small phone whose browser has the app."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, base_url=shared_system.url)
    page = context.new_page()
    page.goto("/lapor")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    yield page
    context.close()


def body(page: Page) -> str:
    return page.get_by_label("Isi laporan").input_value()


def test_a_draft_outlives_a_closed_page_until_it_is_cleared(page: Page) -> None:
    written = something()
    page.get_by_label("Isi laporan").fill(written)

    page.reload()

    assert body(page) == written
    page.get_by_role("button", name="Hapus isian ini").click()
    expect(page.get_by_label("Isi laporan")).to_have_value("")


def test_what_is_written_without_a_line_is_sent_once_when_it_is_back(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_label("Isi laporan").fill(something())
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Tidak ada sambungan")).to_be_visible()
    page.goto("/lapor")  # closed and opened again, still without a line
    expect(page.get_by_text("Tidak ada sambungan")).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_role("heading", name="Laporan Anda diterima")).to_be_visible(timeout=30_000)
    page.goto("/lapor")
    assert body(page) == ""  # nothing is left that could be sent twice


def test_a_waiting_report_can_be_called_off(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_label("Isi laporan").fill(something())
    page.get_by_role("button", name="Kirim laporan").click()

    page.get_by_role("button", name="Batalkan dan hapus").click()

    expect(page.get_by_label("Isi laporan")).to_have_value("")
    expect(page.get_by_text("Tidak ada sambungan")).to_be_hidden()


def test_the_browser_proves_its_work_while_somebody_writes(page: Page) -> None:
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/lapor")) as sent:
        page.get_by_label("Isi laporan").fill(something())
        page.get_by_role("button", name="Kirim laporan").click()

    assert re.search(r'name="proof"\s+\S{40}', sent.value.post_data or "")


def test_a_phone_may_install_it(page: Page) -> None:
    manifest = page.request.get(page.locator("link[rel=manifest]").get_attribute("href") or "").json()

    assert manifest["display"] == "standalone"
    assert all(page.request.get(icon["src"]).ok for icon in manifest["icons"])
    assert page.request.get(manifest["start_url"]).ok


def test_a_photograph_goes_along_in_parts_and_survives_a_broken_line(page: Page, tmp_path: Path) -> None:
    photograph = tmp_path / "lubang.png"
    Image.effect_noise((900, 900), 90).save(photograph)  # some parts of 256 KB
    parts: list[int] = []
    page.on("request", lambda request: parts.append(1) if request.method == "PATCH" else None)

    page.context.set_offline(True)
    page.get_by_label("Lampiran").set_input_files(photograph)
    page.get_by_label("Isi laporan").fill(something())
    page.context.set_offline(False)

    expect(page.locator("li progress")).to_have_count(0, timeout=30_000)
    assert len(parts) >= 2
    page.reload()  # what was handed in belongs to the draft
    expect(page.locator("ul input[name=attachments]")).to_have_count(1)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_role("heading", name="Laporan Anda diterima")).to_be_visible(timeout=30_000)


def test_a_file_that_can_not_be_taken_says_why_at_once(page: Page) -> None:
    program = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + b"\0" * 100}

    page.get_by_label("Lampiran").set_input_files([program])

    expect(page.locator("li strong")).not_to_be_empty(timeout=30_000)
    page.get_by_role("button", name="Hapus").last.click()
    expect(page.locator("ul input[name=attachments]")).to_have_count(0)


def test_a_form_that_comes_back_with_errors_is_still_the_app(page: Page) -> None:
    page.get_by_label("Isi laporan").fill(something())
    page.get_by_label("Telepon").fill("12345")
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_role("link", name="Telepon")).to_be_visible(timeout=30_000)

    page.get_by_label("Telepon").fill("")
    page.get_by_role("button", name="Kirim laporan").click()

    expect(page.get_by_role("heading", name="Laporan Anda diterima")).to_be_visible(timeout=30_000)
    page.goto("/lapor")
    assert body(page) == ""  # the draft went with it


def test_who_writes_what_is_reported_already_may_support_that_one(page: Page) -> None:
    lamp = something()
    earlier = page.request.post("/api/v1/reports", data={"body": lamp, "region_code": "14.02"}).json()["tracking_id"]
    page.get_by_label("Wilayah").select_option("14.02")
    asked = {"text": lamp, "region_code": "14.02"}
    until(lambda: page.request.post("/api/v1/similar", data=asked).json()["similar"])

    page.get_by_label("Isi laporan").fill(f"Selamat malam min. {lamp}")
    page.get_by_role("button", name="Kirim laporan").click()

    offer = page.get_by_role("region", name="Apakah sudah ada yang melaporkan hal ini?")
    expect(offer.get_by_role("link")).to_have_attribute("href", f"/lacak/{earlier}")
    offer.get_by_role("button", name="Dukung laporan ini").click()
    expect(page.get_by_role("status").get_by_text(earlier)).to_be_visible()
    page.reload()  # the draft knows it too
    expect(page.get_by_role("status").get_by_text(earlier)).to_be_visible()
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_role("heading", name="Laporan Anda diterima")).to_be_visible(timeout=30_000)


def test_who_does_not_want_to_support_it_sends_with_the_next_press(page: Page) -> None:
    lamp = something()
    page.request.post("/api/v1/reports", data={"body": lamp, "region_code": "14.02"})
    until(lambda: page.request.post("/api/v1/similar", data={"text": lamp, "region_code": "14.02"}).json()["similar"])
    page.get_by_label("Wilayah").select_option("14.02")
    page.get_by_label("Isi laporan").fill(lamp)

    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_role("region", name="Apakah sudah ada yang melaporkan hal ini?")).to_be_focused()
    page.get_by_role("button", name="Kirim laporan").click()

    expect(page.get_by_role("heading", name="Laporan Anda diterima")).to_be_visible(timeout=30_000)


def test_a_phone_tells_where_it_is_when_it_is_asked_to(page: Page) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": -0.3756, "longitude": 102.5456})
    page.get_by_label("Isi laporan").fill(something())

    page.get_by_role("button", name="Gunakan lokasi saya").click()

    expect(page.get_by_text("Titik lokasi terlampir.")).to_be_visible()
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/lapor")) as sent:
        page.get_by_role("button", name="Kirim laporan").click()
    assert re.search(r'name="latitude"\s+-0.375600', sent.value.post_data or "")
