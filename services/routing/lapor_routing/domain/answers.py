"""What a body says to the reporter: how much, what was done, what shows it. Pure: no clock, no database, no broker."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import Attachment
from lapor_contracts.vocabulary import AnswerKind, AnswerType


@dataclass(frozen=True, kw_only=True)
class Substance:
    """What of an answer others can hold the body to, besides its words."""

    answer_type: AnswerType | None = None
    """None: not a substantive one, or from a system of before there were types."""
    planned_on: date | None = None
    legal_basis: str = ""
    needed_agency_code: str | None = None
    evidence: tuple[UUID, ...] = ()
    """Files that intake keeps."""

    @property
    def substance(self) -> "Substance":
        """This alone, without what else there is."""
        return Substance(**{one.name: getattr(self, one.name) for one in fields(Substance)})

    @property
    def is_bare(self) -> bool:
        """There is nothing but words."""
        return self.substance == Substance()


@dataclass(frozen=True, kw_only=True)
class Answer(Substance):
    """What a body said to the reporter."""

    id: UUID
    disposition_id: UUID
    kind: AnswerKind
    text: str
    answered_at: datetime
    answered_by: str


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A file that an officer gave intake, to show what was done."""

    file: Attachment
    agency_code: str
    """The body that they work for."""
    added_at: datetime

    @property
    def id(self) -> UUID:
        """The file's."""
        return self.file.id


#: What an answer of this type must say besides; and no other may.
NEEDS: Mapping[AnswerType, str] = {
    AnswerType.PLANNED: "planned_on",
    AnswerType.REFUSED_BY_LAW: "legal_basis",
    AnswerType.OTHER_BODY: "needed_agency_code",
}
_TYPE_NEEDED = "Sebutkan hasilnya (say what the outcome is)."
_NO_TYPE = "Hanya jawaban akhir yang mempunyai hasil (only a substantive answer has an outcome)."
_NEEDED = {
    "planned_on": "Sebutkan tanggalnya (say by when).",
    "legal_basis": "Sebutkan dasar hukumnya (name the legal basis).",
    "needed_agency_code": "Sebutkan instansi yang diperlukan (name the body that is needed).",
}
_NOT_SO = "Tidak cocok dengan hasil yang dipilih (does not go with this outcome)."
_PAST = "Harus tanggal yang akan datang (must be a day to come)."


def flaws_of(kind: AnswerKind, said: Substance, *, today: date, needs_type: bool) -> Refusal | None:
    """What is missing or contradicts itself, each at its field; None if nothing is."""
    errors: dict[str, list[str]] = defaultdict(list)
    if kind is not AnswerKind.SUBSTANTIVE and said.answer_type:
        errors["answer_type"].append(_NO_TYPE)
    elif kind is AnswerKind.SUBSTANTIVE and needs_type and not said.answer_type:
        errors["answer_type"].append(_TYPE_NEEDED)
    for of, name in NEEDS.items():
        given = getattr(said, name)
        is_given = bool(given.strip() if isinstance(given, str) else given)
        if is_given != (said.answer_type is of):
            errors[name].append(_NOT_SO if is_given else _NEEDED[name])
    if said.planned_on and said.planned_on <= today:
        errors["planned_on"].append(_PAST)
    return flawed(errors) if errors else None


def flawed(errors: Mapping[str, list[str]]) -> Refusal:
    """An answer that cannot be given so."""
    said = " ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items())
    return Refusal(said, code="flawed_answer", errors=dict(errors))
