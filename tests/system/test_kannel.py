"""SMS 1708 from telephone to telephone: real Kannel with its fake network, and the whole system behind it."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lapor_contracts.vocabulary import Role
from lapor_intake.commands import HELP, STOPPED, UNKNOWN
from tests.support.embedded_system import PATIENCE, EmbeddedSystem, FirstRun, copied, embedded_system
from tests.support.kannel import Kannel, kannel
from tests.support.until import until

pytestmark = pytest.mark.system

TOKEN = "between Kannel & us"
TRACKING_ID = re.compile(r"Nomor: (\w{4}-\w{4}-\w{4})\.")

WHOLE, TWICE, IN_PARTS, IN_UCS2, WRONG = 24, 6, 6, 2, 2


@dataclass(frozen=True)
class Line:
    """Telephones on one side, the system on the other."""

    kannel: Kannel
    system: EmbeddedSystem
    before: frozenset[str]

    def replies(self, phone: str) -> list[str]:
        """What a telephone has received."""
        return [received.text for received in self.kannel.received() if received.to == phone]

    def answered_at_once(self) -> list[str]:
        """The telephones that got an answer, once for each; notices of what happened later are something else."""
        return [one.to for one in self.kannel.received() if "diteruskan" not in one.text]

    def reports(self) -> set[str]:
        """The tracking IDs of the reports that came since."""
        return {row[0] for row in self.system.rows("intake", "SELECT tracking_id FROM reports")} - self.before

    def report(self, phone: str, text: str) -> str:
        """Report by SMS; the tracking ID that comes back."""
        self.kannel.send(phone, text)
        return until(lambda: self.number_told(phone), PATIENCE)

    def number_told(self, phone: str) -> str:
        """The tracking ID that this telephone has read, once it has."""
        return next((found[1] for text in self.replies(phone) if (found := TRACKING_ID.search(text))), "")

    def reads(self, phone: str, words: str) -> None:
        """Wait until this telephone has read something."""
        until(lambda: any(words in text for text in self.replies(phone)), PATIENCE)

    def answer_as_agency(self, tracking_id: str) -> None:
        """The body that has the report answers it."""
        front = self.system.front()

        def desk() -> Any:
            coordinator = front.staff(Role.COORDINATOR)
            found = front.get(f"/api/v1/reports/{tracking_id}")
            if not found or not found["holder"] or not found["holder"]["agency_code"]:
                return None
            officer = front.staff(Role.OFFICER, agency_code=found["holder"]["agency_code"])
            inbox = front.get("/api/v1/dispositions", officer, state="open", limit=100)["items"]
            return coordinator and next(((officer, one) for one in inbox if one["tracking_id"] == tracking_id), None)

        officer, disposition = until(desk, PATIENCE)
        answer = {"kind": "substantive", "answer_type": "done", "text": "Lampu sudah kami ganti tadi malam."}
        front.post(f"/api/v1/dispositions/{disposition['id']}/answers", answer, officer)


@pytest.fixture(scope="module")
def line(first_run: FirstRun, kannel_programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Kannel and a system that know each other."""
    place = tmp_path_factory.mktemp("kannel")
    with kannel(place, token=TOKEN) as gateway:
        environment = {
            "LAPOR_INTAKE_KANNEL_TOKEN": TOKEN,
            "LAPOR_INTAKE_SMS_NETWORKS": "127.0.0.1",
        }
        with embedded_system(copied(first_run.folder, place / "var"), place, **environment) as system:
            system.variables["LAPOR_NOTIFICATION_SMS_URL"] = gateway.sendsms_url(system.url)
            before = frozenset(row[0] for row in system.rows("intake", "SELECT tracking_id FROM reports"))
            system.start()
            gateway.start(system.url)
            yield Line(gateway, system, before)


def phone(number: int) -> str:
    """A made-up telephone."""
    return f"+62812000{number:05}"


def messages() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """From which telephone, and what it sends: each is one report, or one wrong number."""
    for number in range(WHOLE):
        yield phone(number), [("send", f"INHU lampu jalan mati di Jalan Sudirman nomor {number} sejak kemarin")]
    for number in range(100, 100 + TWICE):
        text = f"INHUjalan rusak di Jalan Ahmad Yani nomor {number} sejak bulan lalu"
        yield phone(number), [("send", text), ("send", text)]
    for number in range(200, 200 + IN_PARTS):
        pieces = [f"INHO sampah menumpuk di TPS {number} ", "dan tidak diangkut ", "sejak minggu lalu"]
        parts = [(bytes([5, 0, 3, number, 3, at]), piece) for at, piece in enumerate(pieces, 1)]
        yield phone(number), [("send_part", part) for part in random.Random(number).sample(parts, 3)]
    for number in range(300, 300 + IN_UCS2):
        yield phone(number), [("send_ucs2", f"INHU jalan berlubang di Jalan Mawar nomor {number} sejak kemarin 😡")]
    for number in range(400, 400 + WRONG):
        yield phone(number), [("send", "STATUS 7K3M-9QXF-2TPA")]


def test_what_many_telephones_send_becomes_as_many_reports_and_each_is_answered(line: Line) -> None:
    sent = dict(messages())
    tosses = [(sender, *step) for sender, steps in sent.items() for step in steps]
    expected = Counter({sender: 2 if 100 <= int(sender[-3:]) < 100 + TWICE else 1 for sender in sent})

    for sender, how, what in tosses:
        getattr(line.kannel, how)(sender, *(what if isinstance(what, tuple) else (what,)))
    until(lambda: len(line.answered_at_once()) >= expected.total(), PATIENCE)

    told = {sender: set(TRACKING_ID.findall(" ".join(line.replies(sender)))) for sender in sent}
    wrong = [sender for sender, ids in told.items() if not ids]
    assert len(line.reports()) == WHOLE + TWICE + IN_PARTS + IN_UCS2
    assert set().union(*told.values()) == line.reports()
    assert all(len(ids) == 1 for sender, ids in told.items() if sender not in wrong)
    assert [line.replies(sender) for sender in wrong] == [[UNKNOWN]] * WRONG
    assert Counter(line.answered_at_once()) == expected


def test_what_came_in_parts_and_with_a_slip_is_whole_and_knows_its_region(line: Line) -> None:
    tracking_id = until(lambda: line.number_told(phone(200)), PATIENCE)

    query = "SELECT body, region_code FROM reports WHERE tracking_id = ?"
    rows = line.system.rows("intake", query, tracking_id)

    assert rows == [("sampah menumpuk di TPS 200 dan tidak diangkut sejak minggu lalu", "14.02")]


def test_the_reporter_follows_replies_and_closes_by_sms_alone(line: Line) -> None:
    me = phone(500)
    tracking_id = line.report(me, "INHU lampu jalan mati di Jalan Diponegoro nomor 5 sejak kemarin")

    line.reads(me, "Laporan Anda diteruskan ke")
    line.kannel.send(me, f"status {tracking_id.lower().replace('-', ' ')}")
    line.reads(me, "LAPOR! Laporan diteruskan ke instansi, Dinas Perhubungan")
    line.answer_as_agency(tracking_id)
    line.reads(me, "Ada tanggapan dari Dinas Perhubungan")
    line.kannel.send(me, f"BALAS {tracking_id} terima kasih, yang nomor 7 masih mati")
    line.reads(me, "Balasan Anda kami teruskan ke Dinas Perhubungan")
    line.kannel.send(me, f"SELESAI {tracking_id}")
    line.reads(me, "LAPOR! Laporan Anda selesai dan ditutup")

    assert line.system.front().get(f"/api/v1/reports/{tracking_id}")["status"] == "closed"
    query = "SELECT count(*) FROM notices WHERE data LIKE ? AND delivered_at IS NOT NULL"
    until(lambda: line.system.rows("notification", query, f"%{tracking_id}%") >= [(2,)], PATIENCE)
    (reply,) = line.system.rows("tracking", "SELECT text FROM steps WHERE type = 'replied' AND text LIKE '%nomor 7%'")
    assert reply == ("terima kasih, yang nomor 7 masih mati",)


def test_who_rates_and_then_finds_it_not_done_opens_it_again_by_sms_at_the_superior(line: Line) -> None:
    me = phone(550)
    tracking_id = line.report(me, "INHU lampu jalan mati di Jalan Yani nomor 9 sejak kemarin, gelap")
    line.reads(me, "Laporan Anda diteruskan ke")
    line.answer_as_agency(tracking_id)
    line.reads(me, "Ada tanggapan dari Dinas Perhubungan")

    line.kannel.send(me, f"NILAI {tracking_id} 2")
    line.reads(me, "Terima kasih. Sudah selesai? Kirim SELESAI atau BELUM")
    line.kannel.send(me, f"BELUM {tracking_id} masih gelap")
    line.reads(me, "Laporan Anda dibuka kembali, atasan petugasnya menangani")

    until(lambda: line.system.front().get(f"/api/v1/reports/{tracking_id}")["holder"]["agency_code"] == "PEMDA-14.02")


def test_whoever_says_stop_is_left_alone(line: Line) -> None:
    me = phone(600)
    tracking_id = line.report(me, "INHU lampu jalan mati di Jalan Hatta nomor 6 sejak kemarin, gelap")
    line.reads(me, "Laporan Anda diteruskan ke")

    line.kannel.send(me, "BERHENTI")
    line.reads(me, STOPPED)
    until(line.system.is_quiet, PATIENCE)
    line.answer_as_agency(tracking_id)
    until(line.system.is_quiet, PATIENCE)

    assert len(line.replies(me)) == 3


def test_help_is_one_sms_away(line: Line) -> None:
    line.kannel.send(phone(700), "bantuan")

    line.reads(phone(700), HELP)


def test_sms_that_come_while_the_system_is_down_are_there_when_it_is_back(line: Line) -> None:
    senders = [phone(number) for number in range(800, 805)]
    line.system.kill()

    for sender in senders:
        line.kannel.send(sender, f"INHU jembatan putus di Desa {sender[-3:]} sejak kemarin, warga memutar jauh")
    line.system.start()

    told = [until(lambda sender=sender: line.number_told(sender), PATIENCE) for sender in senders]  # type: ignore[misc]
    assert len(set(told)) == len(senders)
    assert set(told) <= line.reports()
