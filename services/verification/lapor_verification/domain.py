"""Whether a report is complete and admissible, and what may become of its case. Pure: no clock, no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import ReportReceived, ReportSupplemented
from lapor_contracts.vocabulary import Kind, Missing
from lapor_verification import words
from lapor_verification.words import Text


class State(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    RETURNED = "returned"
    VERIFIED = "verified"
    ARCHIVED = "archived"


#: Verified and archived are the ends here: what follows is other services' work.
NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RETURNED, State.VERIFIED, State.ARCHIVED}),
    State.RETURNED: frozenset({State.WAITING, State.VERIFIED, State.ARCHIVED}),
    State.VERIFIED: frozenset(),
    State.ARCHIVED: frozenset(),
}


class Outcome(StrEnum):
    """What the machine may say. It never says no: only a person does."""

    SURE = "sure"
    WAITS = "waits"


@dataclass(frozen=True)
class Finding:
    """What the machine found, with its reasons in the words a verifier and a reporter read."""

    outcome: Outcome
    reasons: tuple[str, ...]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """A report before its verifier: completed by its supplements, with the machine's finding beside it."""

    report: ReportReceived
    state: State
    version: int
    """Counts what was done to the case, so that nobody decides on what is no longer so."""
    reasons: tuple[str, ...]
    missing: tuple[Missing, ...]
    due_at: datetime | None = None
    late: bool = False
    decisions: tuple["Decision", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided what about a case, when and why. Only ever added."""

    decision_id: UUID
    report_id: UUID
    decided_at: datetime
    decided_by: str
    state: State
    note: str = ""
    missing: tuple[Missing, ...] = ()
    reason_code: str | None = None


def moved(case: Case, to: State) -> Case | Refusal:
    """The case in its next state, or why it cannot go there."""
    if to not in NEXT[case.state]:
        return Refusal(
            f"case {case.report.report_id}: cannot become {to}, it is already {case.state}", code="wrong_state"
        )
    return replace(case, state=to, version=case.version + 1)


#: As long as an event's body may be.
LONGEST_BODY = 10_000


def completed(report: ReportReceived, supplements: Sequence[ReportSupplemented]) -> ReportReceived:
    """The report with what its reporter added later. Any order of hearing gives the same.

    An added text stands after the first one, because people answer the question and do not repeat the story.
    """
    for added in sorted(supplements, key=lambda each: (each.supplemented_at, each.supplement_id)):
        report = replace(
            report,
            body=f"{report.body}\n\n{added.body}"[:LONGEST_BODY] if added.body else report.body,
            occurred_on=added.occurred_on or report.occurred_on,
            region_code=added.region_code or report.region_code,
            place=added.place or report.place,
        )
    return report


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
    if words.names_a_place(text):
        return "Tempat disebut dalam isi laporan."
    if words.names_an_agency(text):
        return "Instansi disebut dalam isi laporan."
    return None


def _when(report: ReportReceived, text: Text) -> str | None:
    if report.occurred_on:
        return f"Tanggal kejadian: {report.occurred_on.isoformat()}."
    if report.kind is not Kind.COMPLAINT:
        return "Waktu kejadian tidak diperlukan untuk aspirasi dan permintaan informasi."
    if words.names_a_time(text):
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
