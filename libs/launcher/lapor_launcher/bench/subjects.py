"""Varied reports of about 1 KB, as measurements send them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    """What people write about, and where: of each the rules are sure who is competent."""

    title: str
    sentence: str
    region_code: str


SUBJECTS = (
    Subject("Jalan berlubang", "Jalan berlubang besar di depan pasar, sudah dua motor terjatuh. ", "14.02"),
    Subject("Lampu jalan mati", "Lampu jalan mati di sepanjang jalan utama, gelap dan rawan. ", "35.78"),
    Subject("Sampah menumpuk", "Sampah menumpuk di TPS sejak tiga hari, truk tidak datang. ", "33.74"),
    Subject("Pohon tumbang", "Pohon tumbang menutup jalan sejak kemarin dan belum dipotong. ", "12.71"),
    Subject("KTP belum jadi", "Perekaman e-KTP sudah enam bulan, KTP belum juga jadi. ", "32.73"),
    Subject("Air PDAM mati", "Air PDAM tidak mengalir sejak Senin, tagihan tetap datang. ", "64.72"),
    Subject("Pungutan sekolah", "Sekolah negeri memungut uang komite yang katanya wajib. ", "91.71"),
)


_FIRST = ("Kerta", "Darma", "Suka", "Wono", "Tambak", "Banyu", "Kedung", "Cipta", "Giri", "Manyar", "Rungkut", "Gubeng")
_SECOND = ("jaya", "sari", "mulyo", "rejo", "asri", "agung", "luhur", "indah", "makmur", "lestari", "permai", "wangi")


def street(number: int) -> str:
    """One of a hundred and more streets, as every city has them."""
    return f"{_FIRST[number % len(_FIRST)]}{_SECOND[number // len(_FIRST) % len(_SECOND)]}"


def a_report(number: int) -> Mapping[str, Any]:
    """The report of this number, as the API takes it: of a house of its own, or it would wait as a repeat."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    return {
        "kind": "complaint",
        "title": f"{subject.title} nomor {number}",
        "body": (subject.sentence * 8)[:480] + f" Laporan ke-{number}.",
        "occurred_on": "2026-01-05",
        "region_code": subject.region_code,
        "place": f"Jalan {street(number)} nomor {number}",
        "reporter": {"email": f"bench-{number}@example.org"},
    }
