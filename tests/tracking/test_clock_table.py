"""All clocks in one table, as a civil servant checks them with a calendar in hand. No code worked out these dates."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from lapor_chassis.working_days import DayOff, calendar_of, national_days_off
from lapor_contracts.vocabulary import Clock
from lapor_tracking.domain.clocks import Calendars, Deadline, Rulebook, shipped_rules
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import fold

REPORT = UUID("01890000-0000-7000-8000-000000000001")
JAKARTA, JAYAPURA = "Asia/Jakarta", "Asia/Jayapura"

# What happened, in a word each; what stands behind it is what the step says.
HAPPENINGS: dict[str, tuple[StepType, dict[str, object]]] = {
    "pengaduan diterima": (StepType.RECEIVED, {"kind": "complaint", "secret": False}),
    "permintaan informasi diterima": (StepType.RECEIVED, {"kind": "information_request", "secret": False}),
    "aspirasi diterima": (StepType.RECEIVED, {"kind": "aspiration", "secret": False}),
    "terverifikasi": (StepType.VERIFIED, {}),
    "berkadar pengawasan": (StepType.VERIFIED, {"supervised": True}),
    "ditunda": (StepType.RETURNED, {}),
    "dilengkapi": (StepType.SUPPLEMENTED, {}),
    "tanpa instansi": (StepType.UNROUTABLE, {}),
    "ke PLN": (StepType.ROUTED, {"agency_code": "PLN", "agency_name": "PLN", "time_zone": JAKARTA}),
    "ke Jayapura": (StepType.ROUTED, {"agency_code": "PEMDA-91.71", "agency_name": "Jayapura", "time_zone": JAYAPURA}),
    "ditolak": (StepType.REFUSED, {}),
    "tanggapan awal": (StepType.INITIAL_ANSWER, {}),
    "bertanya": (StepType.QUESTION, {}),
    "dijawab": (StepType.SUBSTANTIVE_ANSWER, {}),
    "pelapor membalas": (StepType.REPLIED, {}),
    "diperpanjang 5 hari": (StepType.EXTENDED, {"working_days": 5}),
    "ditutup": (StepType.CLOSED, {"closed_by": "reporter"}),
    "dibuka kembali": (StepType.REOPENED, {}),
    "Ombudsman ditawarkan": (StepType.REFERRAL_OFFERED, {}),
    "ke Ombudsman": (StepType.REFERRED, {"agency_code": "ORI"}),
}

# November 2026: the 1st is a Sunday, and no day of the month is free but the weekends.
# December 2026: 24 is joint leave, 25 Christmas. January 2027: 1 is New Year.
# March 2027: 8 is Nyepi, 9 is joint leave for it, 10 to 12 are Idul Fitri and joint leave.
TABLE = [
    # The clock, what happened (day, time, what), and the last day on which it is in time. None: it does not run.
    ("verifikasi: tiga hari kerja", Clock.VERIFY, "16-11-2026 10:00 pengaduan diterima", "19-11-2026"),
    ("verifikasi: akhir pekan tidak dihitung", Clock.VERIFY, "19-11-2026 10:00 pengaduan diterima", "24-11-2026"),
    ("verifikasi: masuk hari Sabtu", Clock.VERIFY, "21-11-2026 10:00 pengaduan diterima", "25-11-2026"),
    (
        "verifikasi: cuti bersama dan Natal tidak dihitung",
        Clock.VERIFY,
        "23-12-2026 10:00 pengaduan diterima",
        "30-12-2026",
    ),
    (
        "terverifikasi tetapi belum ada instansi: waktunya berjalan terus",
        Clock.VERIFY,
        "16-11-2026 10:00 pengaduan diterima, 17-11-2026 09:00 terverifikasi, 17-11-2026 09:01 tanpa instansi",
        "19-11-2026",
    ),
    (
        "sudah di instansi: verifikasi selesai",
        Clock.VERIFY,
        "16-11-2026 10:00 pengaduan diterima, 17-11-2026 09:00 terverifikasi, 17-11-2026 09:01 ke PLN",
        None,
    ),
    (
        "ditunda: sepuluh hari kerja bagi pelapor",
        Clock.COMPLETION,
        "16-11-2026 10:00 pengaduan diterima, 17-11-2026 10:00 ditunda",
        "01-12-2026",
    ),
    (
        "dilengkapi: verifikasi mulai lagi",
        Clock.VERIFY,
        "16-11-2026 10:00 pengaduan diterima, 17-11-2026 10:00 ditunda, 20-11-2026 10:00 dilengkapi",
        "25-11-2026",
    ),
    ("tanggapan pertama: lima hari kerja", Clock.FIRST_ANSWER, "16-11-2026 10:00 ke PLN", "23-11-2026"),
    (
        "tengah malam di Jayapura dua jam lebih dulu: sudah hari Selasa di sana",
        Clock.FIRST_ANSWER,
        "16-11-2026 22:30 ke Jayapura",
        "24-11-2026",
    ),
    ("tengah malam di Jakarta: masih hari Senin", Clock.FIRST_ANSWER, "16-11-2026 22:30 ke PLN", "23-11-2026"),
    (
        "pertanyaan bukan tanggapan",
        Clock.FIRST_ANSWER,
        "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 bertanya",
        "23-11-2026",
    ),
    (
        "instansi berikutnya mempunyai tanggapan pertamanya sendiri",
        Clock.FIRST_ANSWER,
        "16-11-2026 10:00 ke PLN, 18-11-2026 10:00 ditolak, 18-11-2026 10:00 ke Jayapura",
        "25-11-2026",
    ),
    (
        "permintaan informasi: lima hari kerja",
        Clock.RESOLVE,
        "16-11-2026 10:00 permintaan informasi diterima, 16-11-2026 11:00 ke PLN",
        "23-11-2026",
    ),
    (
        "pengaduan: empat belas hari kerja",
        Clock.RESOLVE,
        "16-11-2026 10:00 pengaduan diterima, 16-11-2026 11:00 ke PLN",
        "04-12-2026",
    ),
    (
        "aspirasi: empat belas hari kerja",
        Clock.RESOLVE,
        "16-11-2026 10:00 aspirasi diterima, 16-11-2026 11:00 ke PLN",
        "04-12-2026",
    ),
    (
        "berkadar pengawasan: enam puluh hari kerja, dengan libur akhir tahun",
        Clock.RESOLVE,
        "16-11-2026 10:00 pengaduan diterima, 16-11-2026 10:30 berkadar pengawasan, 16-11-2026 11:00 ke PLN",
        "15-02-2027",
    ),
    (
        "dialihkan: waktu penyelesaian tetap",
        Clock.RESOLVE,
        "16-11-2026 10:00 ke PLN, 18-11-2026 10:00 ditolak, 18-11-2026 10:00 ke Jayapura",
        "04-12-2026",
    ),
    (
        "menunggu pelapor: Selasa sampai Kamis, dua hari kerja",
        Clock.RESOLVE,
        "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 bertanya, 19-11-2026 10:00 pelapor membalas",
        "08-12-2026",
    ),
    (
        "menunggu pelapor: paling banyak sepuluh hari kerja",
        Clock.RESOLVE,
        "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 bertanya, 15-01-2027 10:00 pelapor membalas",
        "18-12-2026",
    ),
    (
        "diperpanjang: lima hari kerja sesudah tenggat",
        Clock.RESOLVE,
        "16-11-2026 10:00 ke PLN, 20-11-2026 10:00 diperpanjang 5 hari",
        "11-12-2026",
    ),
    ("dijawab: selesai", Clock.RESOLVE, "16-11-2026 10:00 ke PLN, 18-11-2026 10:00 dijawab", None),
    (
        "dibuka kembali: waktu baru, dihitung dari pembukaan",
        Clock.RESOLVE,
        "16-11-2026 10:00 ke PLN, 18-11-2026 10:00 dijawab, 19-11-2026 10:00 ditutup, 23-11-2026 10:00 dibuka kembali",
        "11-12-2026",
    ),
    (
        "dibuka kembali lalu dialihkan: tetap dihitung dari pembukaan",
        Clock.RESOLVE,
        (
            "16-11-2026 10:00 ke PLN, 18-11-2026 10:00 dijawab, 19-11-2026 10:00 ditutup, "
            "23-11-2026 10:00 dibuka kembali, 26-11-2026 10:00 ke Jayapura"
        ),
        "11-12-2026",
    ),
    (
        "pelapor diam: sepuluh hari kerja sesudah jawaban",
        Clock.REPORTER_SILENCE,
        "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 dijawab",
        "01-12-2026",
    ),
    (
        "tanggapan awal tidak memulai waktu pelapor",
        Clock.REPORTER_SILENCE,
        "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 tanggapan awal",
        None,
    ),
    (
        "kabar kemajuan: sepuluh hari kerja sesudah tanggapan awal, bila berkadar pengawasan",
        Clock.INTERIM,
        "16-11-2026 10:00 berkadar pengawasan, 16-11-2026 11:00 ke PLN, 17-11-2026 10:00 tanggapan awal",
        "01-12-2026",
    ),
    (
        "kabar kemajuan: setiap kabar memulai sepuluh hari berikutnya",
        Clock.INTERIM,
        (
            "16-11-2026 10:00 berkadar pengawasan, 16-11-2026 11:00 ke PLN, 17-11-2026 10:00 tanggapan awal, "
            "20-11-2026 10:00 tanggapan awal"
        ),
        "04-12-2026",
    ),
    (
        "kabar kemajuan: tidak diminta bila waktunya pendek",
        Clock.INTERIM,
        "16-11-2026 10:00 terverifikasi, 16-11-2026 11:00 ke PLN, 17-11-2026 10:00 tanggapan awal",
        None,
    ),
    (
        "kabar kemajuan: balasan pelapor harus ditanggapi, juga sesudah jawaban",
        Clock.INTERIM,
        "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 dijawab, 18-11-2026 10:00 pelapor membalas",
        "02-12-2026",
    ),
    (
        "kabar kemajuan: balasan kedua tidak memberi waktu lebih",
        Clock.INTERIM,
        (
            "16-11-2026 10:00 ke PLN, 17-11-2026 10:00 dijawab, 18-11-2026 10:00 pelapor membalas, "
            "25-11-2026 10:00 pelapor membalas"
        ),
        "02-12-2026",
    ),
    ("Ombudsman: enam puluh hari kalender", Clock.OMBUDSMAN, "16-11-2026 10:00 pengaduan diterima", "15-01-2027"),
    (
        "Ombudsman: dibuka kembali, tetap dihitung dari penerimaan",
        Clock.OMBUDSMAN,
        (
            "16-11-2026 10:00 pengaduan diterima, 16-11-2026 11:00 ke PLN, 17-11-2026 10:00 dijawab, "
            "18-11-2026 10:00 ditutup, 20-12-2026 10:00 dibuka kembali"
        ),
        "15-01-2027",
    ),
    (
        "Ombudsman: ditutup, tidak berjalan",
        Clock.OMBUDSMAN,
        "16-11-2026 10:00 pengaduan diterima, 16-11-2026 11:00 ke PLN, 18-11-2026 10:00 ditutup",
        None,
    ),
    (
        "Ombudsman: sudah ditawarkan, tidak ditawarkan lagi",
        Clock.OMBUDSMAN,
        (
            "16-11-2026 10:00 pengaduan diterima, 16-11-2026 11:00 ke PLN, 16-01-2027 10:00 Ombudsman ditawarkan, "
            "17-01-2027 10:00 ditutup, 20-01-2027 10:00 dibuka kembali"
        ),
        None,
    ),
    (
        "di tangan Ombudsman tidak ada tenggat lagi",
        Clock.RESOLVE,
        "16-11-2026 10:00 ke PLN, 16-01-2027 10:00 ke Ombudsman",
        None,
    ),
]


def steps(told: str) -> list[Step]:
    """``16-11-2026 10:00 ke PLN, …`` in Jakarta's time."""
    found = []
    for one in told.split(", "):
        day, time, what = one.split(" ", 2)
        at = datetime.strptime(f"{day} {time}", "%d-%m-%Y %H:%M").replace(tzinfo=ZoneInfo(JAKARTA))
        step, data = HAPPENINGS[what]
        found.append(Step(uuid4(), step, at, data))
    return found


def last_day(told: str, clock: Clock, rules: Rulebook | None = None) -> str | None:
    """The last day on which the clock is still in time, where the body is."""
    running: Deadline | None = fold(REPORT, steps(told), rules or shipped_rules()).runs(clock)
    if running is None:
        return None
    over = running.due_at.astimezone(ZoneInfo(running.office.time_zone))
    assert (over.hour, over.minute) == (0, 0), "a day ends at midnight"
    return f"{over - timedelta(days=1):%d-%m-%Y}"


@pytest.mark.parametrize(("clock", "told", "last"), [pytest.param(*row[1:], id=row[0]) for row in TABLE])
def test_each_clock_ends_on_the_day_that_the_calendar_shows(clock: Clock, told: str, last: str | None) -> None:
    assert last_day(told, clock) == last


def test_joint_leave_that_is_announced_in_between_gives_the_body_that_day() -> None:
    told = "16-11-2026 10:00 pengaduan diterima, 16-11-2026 11:00 ke PLN"
    leave = DayOff(date(2026, 11, 20), "Cuti bersama tambahan", "joint_leave")
    shipped, announced_at = shipped_rules(), datetime(2026, 11, 18, 10, tzinfo=ZoneInfo(JAKARTA))
    later = calendar_of([*national_days_off(), leave])
    rules = Rulebook(shipped.policies, Calendars([*shipped.calendars.versions, (announced_at, later)]), version=1)

    assert (last_day(told, Clock.FIRST_ANSWER), last_day(told, Clock.FIRST_ANSWER, rules)) == (
        "23-11-2026",
        "24-11-2026",
    )
    assert (last_day(told, Clock.RESOLVE), last_day(told, Clock.RESOLVE, rules)) == ("04-12-2026", "07-12-2026")
    assert last_day(told, Clock.OMBUDSMAN) == last_day(told, Clock.OMBUDSMAN, rules)
