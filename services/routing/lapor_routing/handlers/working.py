"""Within a body: who takes a report on, and what its officers write for each other."""

from dataclasses import dataclass
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_routing import officers, store
from lapor_routing.current import Snapshot
from lapor_routing.domain.disposition import Disposition
from lapor_routing.handlers.answering import SEALED_HERE
from lapor_routing.handlers.desk import NOT_FOUND, Desk, at_work, lock

NO_COLLEAGUE = "Tidak ada petugas aktif dengan nama ini di instansi ini (no active officer of this body has this name)."


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """For the body's own officers alone."""

    disposition_id: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """To a colleague, with a note; without a name it is nobody's in particular."""

    disposition_id: UUID
    username: str | None
    note: str = ""


def write_note(command: WriteNote, tx: Transaction, *, desk: Desk) -> Disposition | Refusal:
    """Write something down for colleagues."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if disposition.report.sealed_for:
        return SEALED_HERE
    store.add_note(tx, disposition.id, command.text, desk.name)
    return disposition


def hand_over(command: HandOver, tx: Transaction, *, desk: Desk, snapshot: Snapshot) -> Disposition | Refusal:
    """Say who of the body has it: oneself, or a colleague of the body or of one above it in its house."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if refusal := at_work(disposition):
        return refusal
    colleague = officers.called(tx, command.username) if command.username else None
    if command.username and (colleague is None or not colleague.active or not _is_of(colleague, disposition, snapshot)):
        return Refusal(NO_COLLEAGUE, code="no_colleague", errors={"username": [NO_COLLEAGUE]})
    if command.note and disposition.report.sealed_for:
        return SEALED_HERE
    store.save_officer(tx, disposition.id, colleague.username if colleague else None)
    if command.note:
        store.add_note(tx, disposition.id, command.note, desk.name)
    return disposition


def _is_of(colleague: officers.Officer, disposition: Disposition, snapshot: Snapshot) -> bool:
    bodies = (body.code for body in snapshot.directory.same_house(disposition.agency_code))
    return colleague.agency_code in ((disposition.agency_code,) if disposition.report.sealed_for else tuple(bodies))


def check_body(code: str, checks: bool, tx: Transaction, *, desk: Desk) -> Refusal | None:
    """Whether this body and its units work by draft and approval: for who keeps the body in order to say."""
    if code not in desk.inboxes:
        return NOT_FOUND
    store.check_agency(tx, code, checks, desk.actor)
    return None
