"""What may become of a disposition, and whose turn comes next. Pure: no clock, no database, no broker.

A disposition is one holder's turn with a report. The coordinator's turn is a disposition too, one without an
agency. So "no wrong door" is one sentence: every report has exactly one owner's disposition in a `HOLDING` state.

A further body that must act too (a co-owner) has turns of its own, which all bear its part's id. A part is
handed on like the report itself: answered, refused in favour of another body, passed down, or the coordinator's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import Attachment, Evidence, Point
from lapor_contracts.vocabulary import AnswerKind, Channel, Kind
from lapor_routing.domain.choice import Candidate


class State(StrEnum):
    """Where a disposition stands."""

    WAITING = "waiting"
    """In the coordinator's queue."""
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    """An initial answer was given."""
    ANSWERED = "answered"
    """A substantive answer was given."""
    REFUSED = "refused"
    PASSED_ON = "passed_on"
    RELEASED = "released"
    """A co-owner is not needed after all."""
    RECALLED = "recalled"
    """The verification was undone."""
    CLOSED = "closed"
    REOPENED = "reopened"
    """The reporter did not accept the answer: somebody above has it now."""
    WITHDRAWN = "withdrawn"
    """By its reporter."""
    REFERRED = "referred"
    """The Ombudsman has it now."""
    TAKEN_OVER = "taken_over"
    """The Ombudsman's own turn: its officers read the file, and do what they do outside of this system."""


#: Nobody is to do anything any more, and nobody will be again.
GONE = frozenset({State.WITHDRAWN, State.REFERRED})
_AWAY = GONE | {State.RECALLED, State.CLOSED}

_ANY = frozenset(State) - {State.TAKEN_OVER}

NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.PASSED_ON, State.RELEASED}) | _AWAY,
    State.OPEN: _ANY - {State.WAITING, State.OPEN},
    State.IN_PROGRESS: _ANY - {State.WAITING, State.OPEN},
    # The reporter may reply to a substantive answer, and the body answers again. To refuse it or pass it on after that
    # answer, it must first say to the reporter that it is not the last one.
    State.ANSWERED: frozenset({State.IN_PROGRESS, State.ANSWERED, State.REOPENED}) | _AWAY,
    State.REFUSED: frozenset(),
    State.PASSED_ON: frozenset(),
    State.RELEASED: frozenset(),
    State.RECALLED: frozenset(),
    State.CLOSED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.REFERRED: frozenset(),
    State.TAKEN_OVER: frozenset(),
}

#: The states in which the report is still this holder's.
HOLDING = _ANY - {State.REFUSED, State.PASSED_ON, State.RELEASED, State.RECALLED, State.REOPENED} - GONE

#: The states in which something may still become of it.
AT_WORK = HOLDING - {State.CLOSED}

#: A second refusal would make this hop. It is the coordinator's, who decides: nobody is sent round for ever.
COORDINATORS_HOP = 3

#: What officers read of a state: "Disposisi ini ...".
IN_WORDS = {
    State.WAITING: "menunggu keputusan koordinator",
    State.OPEN: "belum dijawab",
    State.IN_PROGRESS: "sedang ditindaklanjuti",
    State.ANSWERED: "sudah dijawab",
    State.REFUSED: "sudah ditolak",
    State.PASSED_ON: "sudah diteruskan",
    State.RELEASED: "sudah dilepas",
    State.RECALLED: "sudah ditarik verifikator",
    State.CLOSED: "sudah ditutup",
    State.REOPENED: "sudah dibuka kembali oleh pelapor",
    State.WITHDRAWN: "sudah ditarik pelapor",
    State.REFERRED: "sudah dialihkan ke Ombudsman",
    State.TAKEN_OVER: "diambil alih Ombudsman",
}

AFTER_ANSWER = {
    AnswerKind.INITIAL: State.IN_PROGRESS,
    AnswerKind.QUESTION: State.IN_PROGRESS,
    AnswerKind.SUBSTANTIVE: State.ANSWERED,
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a body must know of a report to act on it; nothing of who reported."""

    id: UUID
    tracking_id: str
    channel: Channel
    kind: Kind
    title: str
    body: str
    occurred_on: date | None
    region_code: str | None
    place: str | None
    category: str | None
    anonymous: bool
    secret: bool
    verified_at: datetime
    attachments: tuple[Attachment, ...] = ()
    sealed_for: str | None = None
    """The only body that can open a whistleblower's report, and therefore the only one that may hold it."""
    point: Point | None = None
    round: int = 1
    """Of which verification; one that was undone and made again is the next."""
    supervised: bool = False
    urgent: bool = False
    sensitive: bool = False
    reported_agency_code: str | None = None
    """The body that a whistleblower complains of; who belongs to it never gets to see the report."""
    wanted_agency_code: str | None = None
    """The body that the reporter chose."""
    keyword: str | None = None
    """The first word of an SMS."""

    def with_files(self, added: Iterable[Attachment]) -> Self:
        """The report with what its reporter added, each file once."""
        files = {file.id: file for file in (*self.attachments, *added)}
        return replace(self, attachments=tuple(files.values()))

    @property
    def veiled(self) -> Self:
        """What the coordinator may see where nobody else may: that there is such a report."""
        return replace(self, occurred_on=None, region_code=None, place=None, point=None, category=None, sealed_for=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disposition:
    """One holder's turn with a report."""

    id: UUID
    report: Report
    agency_code: str | None
    """None: the coordinator's."""
    agency_name: str
    hop: int
    state: State
    part: UUID | None = None
    """Which co-owner's part it is; None: the owner's."""
    officer: str | None = None
    """Who of the body has taken it on."""
    not_by: str | None = None
    """Whose answer the reporter did not accept: they do not give the next one."""

    @property
    def said_id(self) -> UUID:
        """Under which id others know it: a co-owner's part keeps its id, whoever has it."""
        return self.part or self.id

    def becoming(self, state: State) -> Self | Refusal:
        """The disposition in its next state, or why that is not possible."""
        if state not in NEXT[self.state]:
            return Refusal(
                f"Disposisi ini {IN_WORDS[self.state]}, maka tidak dapat lagi menjadi {state} "
                f"(this disposition cannot go from {self.state} to {state}).",
                code=f"disposition_{self.state}",
            )
        return replace(self, state=state)

    @property
    def bound(self) -> Refusal | None:
        """Why nobody may pass the report on."""
        if self.report.sealed_for is None:
            return None
        return Refusal(
            "Laporan ini tersegel untuk satu lembaga dan tidak dapat dialihkan (a sealed report cannot be passed on).",
            code="sealed",
        )

    def refused_in_favour_of(self, agency_code: str | None) -> Self | Refusal:
        """The disposition refused, or why not. None: the body does not know who else is competent."""
        if agency_code == self.agency_code:
            return Refusal(
                "Sebutkan instansi lain yang berwenang (name another body, not your own).",
                code="same_agency",
                errors={"agency_code": ["Instansi ini sendiri (this very body)."]},
            )
        return self.becoming(State.REFUSED)

    @property
    def next_refusal_goes_to_coordinator(self) -> bool:
        """Whether a refusal now would be one too many for the bodies to settle it among themselves."""
        return self.hop + 1 >= COORDINATORS_HOP


#: Instead of the version of the rules: what decided, where a person did.
BY_HAND = "by-hand"


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why a report goes where it goes: stored, and shown to whoever asks."""

    decided_by: str
    rules_version: str
    model_version: str | None = None
    reason: str = ""
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def by_hand(self) -> bool:
        """A person decided: how sure the rules were tells nothing of that."""
        return self.rules_version == BY_HAND
