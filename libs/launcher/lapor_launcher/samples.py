"""Eight reports as people send them: written for this purpose, on varied channels, about varied things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A report that is sent for real, and what the people on its way decide where a person must."""

    channel: str
    """``web``, ``sms`` or ``adapter`` (a city's app, written by others)."""
    report: Mapping[str, Any]
    answer: str
    completed_with: Mapping[str, Any] = field(default_factory=dict)
    """What the verifier adds, if the report waits for one."""
    refused_to: str = ""
    """The body that the first one names as competent."""
    refused_because: str = ""
    assigned_to: str = ""
    """Where the coordinator sends it, if it waits there."""


def samples(today: date) -> list[Sample]:
    """The eight of them, dated around ``today``."""
    some_days_ago = (today - timedelta(days=4)).isoformat()
    yesterday = (today - timedelta(days=1)).isoformat()
    return [
        Sample(
            "web",
            {
                "kind": "complaint",
                "title": "Jalan berlubang di depan Pasar Rakyat Rengat",
                "body": "Jalan berlubang besar di depan Pasar Rakyat Rengat, sudah dua pengendara motor terjatuh. "
                "Mohon segera ditambal sebelum ada korban lagi.",
                "occurred_on": some_days_ago,
                "region_code": "14.02",
                "place": "Depan Pasar Rakyat Rengat",
                "reporter": {"name": "Contoh Satu", "phone": "+62 811 0000 001"},
            },
            answer="Lubang sudah ditambal dengan aspal panas pagi ini; foto terlampir pada berkas pekerjaan.",
        ),
        Sample(
            "sms",
            {
                "sender": "+628110000002",
                "text": f"INHU lampu jalan mati di Jalan Sudirman Rengat sejak {some_days_ago}, gelap dan rawan",
            },
            answer="Tiga lampu diganti kemarin malam dan sudah menyala kembali.",
        ),
        Sample(
            "adapter",
            {
                "kind": "complaint",
                "title": "Sampah menumpuk di TPS",
                "body": "Sampah menumpuk di TPS dekat pasar sejak tiga hari lalu, bau dan banyak lalat. "
                "Truk sampah tidak datang.",
                "occurred_on": some_days_ago,
                "region_code": "31.74",
                "place": "TPS Pasar Minggu",
                "reporter": {"email": "contoh.tiga@example.org"},
            },
            answer="Sampah sudah diangkut, dan jadwal truk ditambah menjadi dua kali sehari.",
        ),
        Sample(
            "web",
            {
                "kind": "complaint",
                "title": "Lampu jalan di gang kami mati",
                "body": "Lampu jalan di gang kami mati sejak minggu lalu. Saya kira ini urusan PLN.",
                "occurred_on": some_days_ago,
                "region_code": "35.78",
                "place": "Gang Melati",
                "agency_code": "BUMN-PLN",
                "reporter": {"email": "contoh.empat@example.org"},
            },
            answer="Lampu penerangan jalan sudah diperbaiki petugas kami.",
            refused_to="PEMDA-35.78/OPD-DISHUB",
            refused_because="Jaringan PLN di lokasi normal; lampu penerangan jalan umum dirawat pemerintah kota.",
        ),
        Sample(
            "web",
            {
                "kind": "complaint",
                "title": "Pungutan di sekolah",
                "body": "Sekolah negeri anak saya memungut uang seragam dan uang komite yang katanya wajib, "
                "padahal sekolah gratis. Mohon diperiksa.",
                "occurred_on": yesterday,
                "region_code": "33.74",
                "place": "Sebuah SMP negeri di Kota Semarang",
                "anonymous": True,
                "secret": True,
                "reporter": {"phone": "0811 0000 005"},
            },
            answer="Pungutan dihentikan dan uang yang sudah dibayar dikembalikan oleh sekolah.",
        ),
        Sample(
            "sms",
            {
                "sender": "+628110000006",
                "text": "BPJS kesehatan saya tidak aktif di puskesmas Kota Bandung tanggal "
                f"{yesterday} padahal iuran bpjs sudah dibayar, mohon diaktifkan",
            },
            answer="Kepesertaan sudah aktif kembali; pembayaran tercatat terlambat satu hari.",
        ),
        Sample(
            "web",
            {
                "kind": "complaint",
                "title": "Mohon bantuan",
                "body": "Air di rumah kami sudah tidak mengalir.",
                "reporter": {"email": "contoh.tujuh@example.org"},
            },
            answer="Pipa yang bocor sudah diganti dan air mengalir kembali sejak pukul 10.",
            completed_with={
                "region_code": "12.71",
                "place": "Kecamatan Medan Baru",
                "note": "Dilengkapi lewat telepon.",
            },
            assigned_to="PEMDA-12.71/OPD-PDAM",
        ),
        Sample(
            "web",
            {
                "kind": "aspiration",
                "title": "Ruang baca untuk anak-anak",
                "body": "Kami warga mengusulkan ruang baca kecil untuk anak-anak di balai kampung, "
                "semoga dapat dipertimbangkan tahun depan.",
                "region_code": "91.71",
                "place": "Balai kampung di Kota Jayapura",
                "reporter": {"name": "Contoh Delapan", "email": "contoh.delapan@example.org"},
            },
            answer="Usulan masuk daftar rencana kerja tahun depan; pengajuan buku dimulai bulan ini.",
            assigned_to="PEMDA-91.71",
        ),
    ]
