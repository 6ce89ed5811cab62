"""An administrator holds a report to be at its end: tracking closes it, and its reporter reads why."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ClosureDecided
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import store
from lapor_routing.domain.answers import Answer
from lapor_routing.domain.disposition import Disposition, State
from lapor_routing.handlers.answering import SEALED_HERE
from lapor_routing.handlers.desk import NOT_FOUND, Desk, lock

NOT_ANSWERED = Refusal(
    "Belum semua instansi memberi jawaban akhir (not all agencies have given a substantive answer).",
    code="not_answered",
)
NOT_SHOWN = Refusal(
    "Jawaban akhir tanpa hasil dan tanpa bukti tidak ditutup oleh instansinya sendiri "
    "(an answer with neither outcome nor evidence is not closed by its own agency).",
    code="not_shown",
)


@dataclass(frozen=True, kw_only=True)
class Close:
    """The report is at its end, for a reason that the reporter reads."""

    reason: str


class Closer(Protocol):
    """Who holds it to be at its end."""

    @property
    def by(self) -> str:
        """Who it is."""

    def lock(self, tx: Transaction) -> Disposition | Refusal:
        """The owner's disposition."""

    def accepts(self, answer: Answer) -> bool:
        """Whether this answer is enough for them to say so."""


@dataclass(frozen=True, kw_only=True)
class Administrator:
    """Of the body that answered: what it says must be something that others can hold it to."""

    disposition_id: UUID
    desk: Desk

    @property
    def by(self) -> str:
        """Who it is."""
        return self.desk.actor

    def lock(self, tx: Transaction) -> Disposition | Refusal:
        """One of the desk's own."""
        return lock(tx, self.disposition_id, self.desk)

    def accepts(self, answer: Answer) -> bool:
        """Words alone are not enough."""
        return not answer.is_bare


@dataclass(frozen=True, kw_only=True)
class ClosingCoordinator:
    """Of any report that was answered."""

    tracking_id: str
    by: str

    def lock(self, tx: Transaction) -> Disposition | Refusal:
        """Whoever's it is."""
        report_id = store.report_called(tx, self.tracking_id)
        return (store.lock_holder(tx, report_id) if report_id else None) or NOT_FOUND

    def accepts(self, _answer: Answer) -> bool:
        """Who stands above all bodies judges for themselves."""
        return True


def close_answered(command: Close, tx: Transaction, *, closer: Closer) -> Disposition | Refusal:
    """Said twice, it is one decision. Whether the report is still as it was is for tracking to see."""
    owner = closer.lock(tx)
    if isinstance(owner, Refusal):
        return owner
    if owner.report.sealed_for:
        return SEALED_HERE
    parts = store.parts_of(tx, owner.report.id)
    if owner.part or owner.state is not State.ANSWERED or any(one.state is not State.ANSWERED for one in parts):
        return NOT_ANSWERED
    last = [one for one in store.answers_to(tx, owner.id) if one.kind is AnswerKind.SUBSTANTIVE][-1]
    if not closer.accepts(last):
        return NOT_SHOWN
    tx.publish(
        ClosureDecided(
            report_id=owner.report.id,
            tracking_id=owner.report.tracking_id,
            closure_id=uuid5(last.id, "closure"),
            decided_at=tx.now,
            decided_by=closer.by,
            reason=command.reason,
        )
    )
    return owner
