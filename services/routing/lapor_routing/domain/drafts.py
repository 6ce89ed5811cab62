"""Maker and checker: what one officer writes and another one lets go out. Pure: no clock, no database, no broker."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing.domain.answers import Substance


class DraftKind(StrEnum):
    """What it becomes when it is approved."""

    INITIAL = AnswerKind.INITIAL.value
    QUESTION = AnswerKind.QUESTION.value
    SUBSTANTIVE = AnswerKind.SUBSTANTIVE.value
    EXTENSION = "extension"
    """More time, with a reason that the reporter reads."""


class DraftState(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    """Its author still writes."""
    SUBMITTED = "submitted"
    RETURNED = "returned"
    """The author is to put something right."""
    APPROVED = "approved"


#: The states in which it is its author's to write on.
WITH_AUTHOR = frozenset({DraftState.DRAFT, DraftState.RETURNED})

IN_WORDS = {
    DraftState.DRAFT: "masih ditulis",
    DraftState.SUBMITTED: "menunggu persetujuan",
    DraftState.RETURNED: "dikembalikan kepada penulisnya",
    DraftState.APPROVED: "sudah disetujui",
}


@dataclass(frozen=True, kw_only=True)
class Wording(Substance):
    """What is to be said."""

    kind: DraftKind
    text: str
    working_days: int | None = None
    """Of an extension."""


@dataclass(frozen=True, kw_only=True)
class Draft(Wording):
    """What an officer would say to the reporter."""

    id: UUID
    disposition_id: UUID
    author: str
    state: DraftState
    changed_at: datetime
    note: str = ""
    """What is to be put right, for the author alone."""
    decided_by: str | None = None

    def written(self, wording: Wording, state: DraftState, by: str) -> Self | Refusal:
        """The draft in other words, or why not: it is its author's, and nobody's while another one looks at it."""
        if by != self.author:
            return Refusal("Rancangan ini milik petugas lain (another officer's draft).", code="not_the_author")
        if self.state not in WITH_AUTHOR:
            return self._cannot("ditulis ulang", "be rewritten")
        return replace(self, **vars(wording), state=state)

    def decided(self, state: DraftState, by: str, note: str = "") -> Self | Refusal:
        """The draft approved or returned, or why not: always by somebody else than its author."""
        if by == self.author:
            return Refusal("Rancangan sendiri diperiksa petugas lain (somebody else checks it).", code="own_draft")
        if self.state is not DraftState.SUBMITTED:
            return self._cannot("diputuskan", "be decided")
        return replace(self, state=state, note=note, decided_by=by)

    def _cannot(self, be: str, english: str) -> Refusal:
        return Refusal(
            f"Rancangan ini {IN_WORDS[self.state]}, maka tidak dapat {be} "
            f"(a draft that is {self.state} cannot {english}).",
            code=f"draft_{self.state}",
        )


@dataclass(frozen=True)
class ExtensionPolicy:
    """How much longer a body may take."""

    days: int
    """Working days, at most, each time."""
    times: int

    def allows(self, working_days: int, granted: int) -> Refusal | None:
        """Why not, where it does not."""
        if granted >= self.times:
            return Refusal(
                f"Perpanjangan paling banyak {self.times} kali (at most {self.times} extensions).",
                code="extended_enough",
            )
        if not 1 <= working_days <= self.days:
            wrong = f"Antara 1 dan {self.days} hari kerja (between 1 and {self.days} working days)."
            return Refusal(wrong, code="too_long", errors={"working_days": [wrong]})
        return None
