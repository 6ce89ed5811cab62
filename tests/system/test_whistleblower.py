"""A whistleblower and an oversight body write to each other, and nobody else reads it: in real browsers, end to end."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from lapor_chassis.sealing import new_keypair, private_pem
from lapor_contracts.vocabulary import Role
from tests.support.browser import Visitor, visitor
from tests.support.builders import tracking_id
from tests.support.embedded_system import LAPOR, EmbeddedSystem, FirstRun, copied, embedded_system, environment

pytestmark = pytest.mark.system

WORDS = {
    "report": "Kenarisatu meminta setoran dari setiap kontraktor.",
    "answer": "Kenaridua akan kami periksa diam-diam.",
    "reply": "Kenaritiga menyimpan catatannya.",
    "more": "Kenariempat sudah kami amankan.",
}
PHONE = "0811 0000 777"


@dataclass(frozen=True)
class Oversight:
    """An oversight body: the system that it takes part in, its officer's password, its private key."""

    system: EmbeddedSystem
    password: str
    key: Path

    def lapor(self, *arguments: str, given: str | None = None) -> str:
        """What the command says; where its users have it, or the operator."""
        command = [*LAPOR, "--folder", str(self.system.folder), *arguments]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True, input=given)
        return done.stdout


@pytest.fixture(scope="module")
def kpk(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oversight]:
    """The system with an oversight body in it."""
    place = tmp_path_factory.mktemp("whistle")
    with embedded_system(copied(first_run.folder, place / "var"), place, LAPOR_LOG_LEVEL="DEBUG") as system:
        body = Oversight(system, "", place / "kpk.pem")
        body.lapor("oversight", "add", "KPK", "--name", "Komisi Pemberantasan Korupsi", "--key-file", str(body.key))
        said = body.lapor("officer", "add", "petugas-kpk", "--role", "officer", "--agency", "KPK")
        system.start()
        yield Oversight(system, re.search(r"password (\S+)", said)[1], body.key)  # type: ignore[index]


class Whistleblower:
    """Somebody who reports, sealed."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def reports(self, text: str) -> None:
        """Send the form, and write down what it shows."""
        self.visitor.go("/lapor")
        self.visitor.follow("Mengetahui penyimpangan dari dalam?")
        self.visitor.reads("Apa yang dapat membongkar identitas Anda")
        self.visitor.fill(Yang_dilaporkan="Dinas Pekerjaan Umum", Isi_laporan=text, Telepon=PHONE)
        self.visitor.field("Lembaga pengawas").select_option(value="KPK")
        self.visitor.field("Saya mengerti bahwa nomor dan kode rahasia hanya ditampilkan sekali.").check()
        self.visitor.press("Segel dan kirim")
        self.visitor.reads("Laporan Anda disegel dan diterima")
        self.tracking_id, self.receipt = self.visitor.page.locator("code.id").all_inner_texts()

    def reads(self, text: str) -> None:
        """Open the thread, as often as it takes."""
        self.visitor.go(f"/lacak/{self.tracking_id}")
        self.opens()
        self.visitor.reloads_until(self.visitor.page.locator("main", has_text=text))

    def opens(self) -> None:
        """Show the receipt."""
        self.visitor.fill(Kode_rahasia=self.receipt)
        self.visitor.press("Buka")

    def replies(self, text: str) -> None:
        """Write back."""
        self.visitor.fill(Tanggapan_Anda=text)
        self.visitor.press("Kirim")
        self.visitor.reads("Tanggapan Anda sudah diteruskan ke instansi.")


class Officer:
    """Somebody of the oversight body."""

    def __init__(self, visitor: Visitor, body: Oversight) -> None:
        self.visitor, self.body = visitor, body
        visitor.go("/masuk")
        visitor.fill(Nama_pengguna="petugas-kpk", Kata_sandi=body.password)
        visitor.press("Masuk")

    def finds(self, whistleblower: Whistleblower) -> None:
        """Wait for the report in the inbox, and go there."""
        self.visitor.go("/instansi")
        row = self.visitor.reloads_until(self.visitor.page.locator("tbody tr", has_text=whistleblower.tracking_id))
        with self.visitor.page.expect_navigation():
            row.get_by_role("link").click()
        self.visitor.look()
        self.visitor.reads("Laporan tersegel")

    def opens(self, text: str) -> None:
        """Choose the key file; what was sealed is on the screen then."""
        self.visitor.field("Berkas kunci pribadi").set_input_files(self.body.key)
        self.visitor.reads("Laporan terbuka di layar ini.")
        self.visitor.reads(text)
        self.visitor.look()

    def answers(self, text: str, kind: str) -> None:
        """Answer; the browser seals."""
        self.visitor.field(kind).check()
        self.visitor.fill(Jawaban_Answer=text)
        self.visitor.press("Kirim jawaban")
        self.visitor.reads("Jawaban sudah dikirim kepada pelapor.")


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def whistleblower(request: pytest.FixtureRequest, browser: Browser, kpk: Oversight) -> Iterator[Whistleblower]:
    """Somebody with a phone of their own, with scripts and without: nothing here needs them."""
    with visitor(browser, kpk.system.url, scripts=request.param) as phone:
        someone = Whistleblower(phone)
        someone.reports(WORDS["report"])
        yield someone


@pytest.fixture
def officer(browser: Browser, kpk: Oversight) -> Iterator[Officer]:
    """An officer with a browser that runs our script."""
    with visitor(browser, kpk.system.url, width=1280) as desk:
        yield Officer(desk, kpk)


def test_both_write_and_read_and_nobody_else_can(
    whistleblower: Whistleblower, officer: Officer, kpk: Oversight
) -> None:
    officer.finds(whistleblower)
    assert WORDS["report"] not in officer.visitor.page.content()
    officer.opens(WORDS["report"])
    officer.answers(WORDS["answer"], "Tanggapan awal: sedang ditangani")

    whistleblower.reads(WORDS["answer"])
    whistleblower.replies(WORDS["reply"])
    officer.finds(whistleblower)
    officer.visitor.reloads_until(officer.visitor.page.locator("main", has_text="Pelapor menanggapi"))
    officer.opens(WORDS["reply"])
    officer.answers(WORDS["more"], "Jawaban akhir: hasil penanganan")
    whistleblower.reads(WORDS["more"])

    assert_kept_nowhere(kpk.system, *WORDS.values(), whistleblower.receipt)
    assert_shown_to_nobody(kpk, whistleblower)


def assert_kept_nowhere(system: EmbeddedSystem, *secrets: str) -> None:
    """Neither databases nor logs nor notices hold the words."""
    for file in [*system.folder.glob("*.db*"), system.folder / "notices.jsonl", system.logged]:
        content = file.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, file
    assert "Ada kabar untuk Anda" in (system.folder / "notices.jsonl").read_text()
    assert "Komisi" not in (system.folder / "notices.jsonl").read_text().split("Ada kabar", 1)[1]


def assert_shown_to_nobody(kpk: Oversight, whistleblower: Whistleblower) -> None:
    """In no list of the staff, and to the public as if there were no such report."""
    front = kpk.system.front()
    others = {"Authorization": f"Bearer {front.staff(*Role, agency_code='PEMDA-14.02')}"}
    lists = ["/verifikasi", "/verifikasi?state=verified", "/instansi", "/instansi?state=closed", "/koordinator"]
    lists += ["/api/v1/cases?state=verified", "/api/v1/dispositions", "/api/v1/coordination", "/api/v1/notices"]
    for path in lists:
        shown = requests.get(kpk.system.url + path, headers=others, timeout=30)
        assert shown.ok, path
        assert whistleblower.tracking_id not in shown.text, path

    def asked(number: str) -> tuple[int, str]:
        answer = requests.get(f"{kpk.system.url}/lacak/{number}", timeout=30)
        return answer.status_code, answer.text.replace(number, "")

    assert asked(whistleblower.tracking_id) == asked(tracking_id("nobody's"))


@pytest.mark.parametrize("whistleblower", [False], indirect=True, ids=["no scripts"])
def test_an_officer_without_scripts_opens_and_seals_with_the_command(
    whistleblower: Whistleblower, browser: Browser, kpk: Oversight, tmp_path: Path
) -> None:
    with visitor(browser, kpk.system.url, scripts=False) as desk:
        officer = Officer(desk, kpk)
        officer.finds(whistleblower)
        link = desk.page.get_by_role("link", name="Unduh yang tersegel")
        papers = tmp_path / "laporan.json"
        papers.write_bytes(desk.page.context.request.get(kpk.system.url + link.get_attribute("href")).body())  # type: ignore[operator]
        assert WORDS["report"] in kpk.lapor("oversight", "open", str(papers), "--key", str(kpk.key))
        desk.field("Tanggapan awal: sedang ditangani").check()
        desk.fill(Jawaban_tersegel=WORDS["answer"])
        desk.press("Kirim jawaban")
        desk.reads("Bukan teks tersegel")
        assert WORDS["answer"] not in desk.page.content()
        desk.fill(Jawaban_tersegel=kpk.lapor("oversight", "seal", str(papers), given=WORDS["answer"]))
        desk.press("Kirim jawaban")
        desk.reads("Jawaban sudah dikirim kepada pelapor.")

    whistleblower.reads(WORDS["answer"])


def test_another_key_opens_nothing(whistleblower: Whistleblower, officer: Officer, tmp_path: Path) -> None:
    stranger = tmp_path / "lain.pem"
    stranger.write_text(private_pem(new_keypair()[0]))
    officer.finds(whistleblower)

    officer.visitor.field("Berkas kunci pribadi").set_input_files(stranger)

    officer.visitor.reads("Tidak dapat dibuka dengan berkas ini.")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_form_fits(browser: Browser, kpk: Oversight, width: int) -> None:
    with visitor(browser, kpk.system.url, width=width) as anyone:
        anyone.go("/lapor/wbs")
        anyone.go("/lacak/7K3M-9QXF-2TPA")
