"""Whether a report is complete and admissible, and what may become of its case. Pure: no clock, no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts import clues
from lapor_contracts.clues import Text
from lapor_contracts.events import ReportReceived, ReportSupplemented, ReportVerified
from lapor_contracts.vocabulary import ArchiveReason, Kind, Missing
from lapor_verification import words
from lapor_verification.redaction import Marked, Redaction, as_given, as_put_right, in_order


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


IN_WORDS = {
    State.WAITING: "menunggu",
    State.RETURNED: "dikembalikan",
    State.VERIFIED: "terverifikasi",
    State.ARCHIVED: "diarsipkan",
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
class Decision:
    """Who decided what about a case, when and why. Only ever added."""

    decision_id: UUID
    report_id: UUID
    decided_at: datetime
    decided_by: str
    state: State
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What was missing, the archive's reason code, or what the verifier completed."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A report before its verifier: completed by its supplements, with the machine's finding beside it."""

    report: ReportReceived
    state: State
    version: int
    """Counts what was done to the case, so that nobody decides on what is no longer so."""
    finding: Finding
    due_at: datetime | None = None
    is_late: bool = False
    decisions: tuple[Decision, ...] = ()
    given: Marked
    """Its texts as they came, each for itself."""
    redactions: tuple[Redaction, ...] = ()
    """What verifiers put right in them, the latest last."""

    @property
    def marked(self) -> Marked:
        """Its texts, and what of them the public must not read."""
        return as_put_right(self.given, self.redactions)

    @property
    def report_id(self) -> UUID:
        """The case is called as its report."""
        return self.report.report_id

    @property
    def urgency(self) -> datetime:
        """The earlier, the sooner it must be looked at; a case whose clock is not known yet comes first."""
        return self.due_at or self.report.received_at


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A verifier passes a report on. What is None stays as the reporter gave it."""

    kind: Kind | None = None
    category: str | None = None
    region_code: str | None = None
    place: str | None = None
    secret: bool = False
    anonymous: bool = False
    note: str = ""
    """For colleagues; it goes no further."""
    version: int | None = None
    """The version of the case on which this was decided, as in the other two."""


@dataclass(frozen=True, kw_only=True)
class Return:
    """A verifier asks the reporter for what is missing."""

    missing: tuple[Missing, ...]
    message: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Archiving:
    """A verifier ends a report, for a reason that the reporter is told."""

    reason_code: ArchiveReason
    reason: str
    version: int | None = None


def opened(report: ReportReceived, today: date) -> Case:
    """The case of a report that has just come in: what is sure passes at once."""
    finding = examine(report, today)
    state = State.VERIFIED if finding.outcome is Outcome.SURE else State.WAITING
    return Case(report=report, state=state, version=1, finding=finding, given=as_given(report, ()))


def reopened(case: Case, report: ReportReceived, today: date) -> Case:
    """An open case after its reporter added something: it passes if that makes it sure, else it waits again."""
    return replace(opened(report, today), version=case.version + 1, given=case.given)


def moved(case: Case, to: State, seen: int | None = None) -> Case | Refusal:
    """The case in its next state, or why not; ``seen`` is the version on which the verifier decided."""
    if to not in NEXT[case.state]:
        return Refusal(
            f"Kasus {case.report_id} sudah {IN_WORDS[case.state]} dan tidak dapat menjadi {IN_WORDS[to]}. "
            f"(The case is {case.state} and cannot become {to}.)",
            code="wrong_state",
        )
    if seen is not None and seen != case.version:
        return Refusal(
            f"Kasus {case.report_id} berubah sejak Anda membukanya; periksa kembali. "
            f"(The case has changed: it is at version {case.version}, you saw {seen}.)",
            code="changed",
        )
    return replace(case, state=to, version=case.version + 1)


def as_verified(report: ReportReceived, reasons: tuple[str, ...], *, by: str, at: datetime) -> ReportVerified:
    """The report as it goes on to routing."""
    given = {item.name: getattr(report, item.name) for item in fields(ReportVerified) if hasattr(report, item.name)}
    return ReportVerified(**given, verified_at=at, verified_by=by, reasons=reasons)


def amended(report: ReportReceived, verification: Verification) -> ReportReceived:
    """The report with what its verifier added. Secrecy may be raised here; nobody may lower it."""
    return replace(
        report,
        kind=verification.kind or report.kind,
        category=verification.category or report.category,
        region_code=verification.region_code or report.region_code,
        place=verification.place or report.place,
        secret=report.secret or verification.secret,
        anonymous=report.anonymous or verification.anonymous,
    )


#: As long as an event's body may be.
LONGEST_BODY = 10_000


def completed(report: ReportReceived, supplements: Sequence[ReportSupplemented]) -> ReportReceived:
    """The report with what its reporter added later. Any order of hearing gives the same.

    An added text stands after the first one, because people answer the question and do not repeat the story.
    """
    for added in in_order(supplements):
        report = replace(
            report,
            body=f"{report.body}\n\n{added.body}"[:LONGEST_BODY] if added.body else report.body,
            occurred_on=added.occurred_on or report.occurred_on,
            region_code=added.region_code or report.region_code,
            place=added.place or report.place,
            attachments=(*report.attachments, *added.attachments),
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
