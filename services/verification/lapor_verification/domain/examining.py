"""Whether a report says what, where and when, and what speaks against letting it pass alone."""

from collections.abc import Iterator
from datetime import date

from lapor_contracts import clues
from lapor_contracts.clues import Text
from lapor_contracts.events import ReportReceived
from lapor_contracts.vocabulary import Kind, Missing
from lapor_verification.domain import words
from lapor_verification.domain.finding import Finding, Outcome

#: "Lampu jalan mati di Jl. Mawar" has six words; with fewer than five nobody can act on it.
FEWEST_WORDS = 5


def examine(report: ReportReceived, today: date) -> Finding:
    """Sure if the report says what, where and when, and is plainly no spam; else it waits, and here is why.

    ``today`` is the latest date on which anybody in the country may be.
    """
    text = Text(f"{report.title}\n{report.body}")
    found = {Missing.WHAT: _what(text), Missing.WHERE: _where(report, text), Missing.WHEN: _when(report, text)}
    missing = tuple(item for item, sentence in found.items() if sentence is None)
    doubts = tuple(_doubts(report, text, today))
    if missing or doubts:
        return Finding(Outcome.WAITS, tuple(LACKING[item] for item in missing) + doubts, missing)
    return Finding(Outcome.SURE, tuple(filter(None, found.values())))


LACKING = {
    Missing.WHAT: "Belum jelas apa yang dilaporkan: isinya terlalu singkat.",
    Missing.WHERE: "Tempat kejadian atau instansi belum disebut.",
    Missing.WHEN: "Waktu kejadian belum disebut.",
}


def _what(text: Text) -> str | None:
    return f"Isi jelas: {len(text.words)} kata." if len(text.vocabulary) >= FEWEST_WORDS else None


def _where(report: ReportReceived, text: Text) -> str | None:
    if report.region_code:
        return f"Wilayah disebut: {report.region_code}."
    if report.place:
        return "Tempat kejadian diisi."
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


def _doubts(report: ReportReceived, text: Text, today: date) -> Iterator[str]:
    if report.occurred_on and report.occurred_on > today:
        yield "Tanggal kejadian berada di masa depan."
    if words.is_only_links(text):
        yield "Isinya hanya tautan."
    if words.repeats_itself(text):
        yield "Isinya mengulang huruf atau kata yang sama."
    if words.is_gibberish(text):
        yield "Isinya tidak tampak seperti kalimat."
    if words.is_a_test(text):
        yield "Tampaknya pesan percobaan."
    if words.advertises(text):
        yield "Tampaknya iklan judi atau pinjaman."
