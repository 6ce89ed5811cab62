"""Whether a report says what, where and when."""

from collections.abc import Mapping

from lapor_contracts import clues
from lapor_contracts.clues import Text
from lapor_contracts.events import ReportReceived
from lapor_contracts.vocabulary import Kind, Missing
from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

#: "Lampu jalan mati di Jl. Mawar" has six words; with fewer than five nobody can act on it.
FEWEST_WORDS = 5


def present(reading: Reading) -> Mapping[Missing, str | None]:
    """By what the report says each part; None where it does not."""
    report, text = reading.report, reading.text
    return {Missing.WHAT: _what(text), Missing.WHERE: _where(report, text), Missing.WHEN: _when(report, text)}


def lacking(reading: Reading, part: Missing) -> Hint:
    """That this part is missing."""
    return reading.lexicon.hint(Check.COMPLETENESS, part.value, 1)


_ASKED_AS = {
    Missing.WHAT: "apa yang terjadi",
    Missing.WHERE: "di mana kejadiannya, atau instansi mana yang dimaksud",
    Missing.WHEN: "kapan terjadinya",
}


def asking_for(missing: tuple[Missing, ...]) -> str:
    """What the reporter is asked, in one message."""
    *first, last = (_ASKED_AS[part] for part in missing)
    asked = f"{', '.join(first)}, dan {last}" if first else last
    return f"Laporan Anda sudah kami baca. Mohon lengkapi: {asked}."


def _what(text: Text) -> str | None:
    return f"Isi jelas: {len(text.words)} kata." if len(text.vocabulary) >= FEWEST_WORDS else None


def _where(report: ReportReceived, text: Text) -> str | None:
    if report.region_code:
        return f"Wilayah disebut: {report.region_code}."
    if report.place:
        return "Tempat kejadian diisi."
    if report.point:
        return "Tempat kejadian ditandai di peta."
    if report.agency_code:
        return f"Instansi dipilih pelapor: {report.agency_code}."
    if clues.names_a_place(text):
        return "Tempat disebut dalam isi laporan."
    if clues.names_an_agency(text):
        return "Instansi disebut dalam isi laporan."
    return None


def _when(report: ReportReceived, text: Text) -> str | None:
    if report.occurred_on:
        return f"Tanggal kejadian: {report.occurred_on.isoformat()}."
    if report.kind is not Kind.COMPLAINT:
        return "Waktu kejadian tidak diperlukan untuk aspirasi dan permintaan informasi."
    if clues.names_a_time(text):
        return "Waktu atau keadaan yang masih berlangsung disebut dalam isi laporan."
    return None
