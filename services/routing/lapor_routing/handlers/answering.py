"""A body answers, or takes longer; where it works so, another officer approves first what one has drafted."""

from dataclasses import dataclass, replace
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import is_sealed
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ExtensionGranted, ReportAnswered
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import store
from lapor_routing.domain.disposition import AFTER_ANSWER, Answer, Disposition, State
from lapor_routing.domain.drafts import Draft, DraftKind, DraftState, ExtensionPolicy
from lapor_routing.handlers.desk import NOT_FOUND, Desk, at_work, lock

NOT_SEALED = Refusal(
    "Jawaban atas laporan tersegel harus disegel dahulu (seal the answer first).",
    code="not_sealed",
    errors={"text": ["Bukan teks tersegel (not a sealed text)."]},
)
NEEDS_APPROVAL = Refusal(
    "Di instansi ini petugas lain menyetujui dahulu: ajukan sebagai rancangan "
    "(here somebody else approves first: hand it in as a draft).",
    code="needs_approval",
)
#: One cannot check what one cannot read.
SEALED_HERE = Refusal(
    "Tentang laporan tersegel hanya ada jawaban tersegel (about a sealed report there are sealed answers only).",
    code="sealed",
)
NOT_TO_EXTEND = Refusal(
    "Tidak ada tenggat yang dapat diperpanjang (no time limit is running that could be extended).",
    code="nothing_to_extend",
)


@dataclass(frozen=True, kw_only=True)
class GiveAnswer:
    """A body answers the reporter."""

    disposition_id: UUID
    kind: AnswerKind
    text: str


@dataclass(frozen=True, kw_only=True)
class Extend:
    """A body takes longer, for a reason that the reporter reads."""

    disposition_id: UUID
    working_days: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class WriteDraft:
    """An officer writes what another one is to approve; ``submit`` hands it in."""

    disposition_id: UUID
    kind: DraftKind
    text: str
    working_days: int | None = None
    submit: bool = True
    draft_id: UUID | None = None
    """Of an earlier version."""


@dataclass(frozen=True, kw_only=True)
class DecideDraft:
    """Another officer lets it go out, or gives it back with a note."""

    disposition_id: UUID
    draft_id: UUID
    approve: bool
    note: str = ""


def give_answer(command: GiveAnswer, tx: Transaction, *, desk: Desk, answer_id: UUID | None = None) -> Answer | Refusal:
    """Answer the reporter. The same words sent twice (a double click) are one answer."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    sealed = disposition.report.sealed_for is not None
    if sealed and not is_sealed(command.text):
        return NOT_SEALED
    if disposition.agency_code in desk.checked and not sealed:
        return NEEDS_APPROVAL
    return _answer(tx, disposition, command.kind, command.text, desk.actor, answer_id)


def extend(command: Extend, tx: Transaction, *, desk: Desk, policy: ExtensionPolicy) -> UUID | Refusal:
    """Take longer. How often and how long is policy."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if disposition.agency_code in desk.checked:
        return NEEDS_APPROVAL
    return _extend(tx, disposition, command.working_days, command.reason, desk.actor, policy)


def write_draft(command: WriteDraft, tx: Transaction, *, desk: Desk, policy: ExtensionPolicy) -> Draft | Refusal:
    """Write a draft, or write on it."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if refusal := at_work(disposition) or _not_possible(tx, disposition, command, policy):
        return refusal
    state = DraftState.SUBMITTED if command.submit else DraftState.DRAFT
    if command.draft_id is None:
        draft = Draft(
            id=tx.new_id(),
            disposition_id=disposition.id,
            kind=command.kind,
            text=command.text,
            working_days=command.working_days,
            author=desk.name,
            state=state,
            changed_at=tx.now,
        )
        store.add_draft(tx, draft)
        return draft
    known = _draft(tx, command.draft_id, disposition)
    if isinstance(known, Refusal):
        return known
    written = known.written(command.kind, command.text, command.working_days, state, desk.name)
    return written if isinstance(written, Refusal) else _save(tx, written)


def decide_draft(command: DecideDraft, tx: Transaction, *, desk: Desk, policy: ExtensionPolicy) -> Draft | Refusal:
    """Let a draft go out as its author's words, or give it back."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    draft = _draft(tx, command.draft_id, disposition)
    if isinstance(draft, Refusal):
        return draft
    decided = draft.decided(DraftState.APPROVED if command.approve else DraftState.RETURNED, desk.name, command.note)
    if isinstance(decided, Refusal):
        return decided
    if command.approve and isinstance(refusal := _send(tx, disposition, decided, desk.actor, policy), Refusal):
        return refusal
    return _save(tx, decided)


def _send(
    tx: Transaction, disposition: Disposition, draft: Draft, by: str, policy: ExtensionPolicy
) -> Answer | UUID | Refusal:
    if draft.kind is DraftKind.EXTENSION:
        return _extend(tx, disposition, draft.working_days or 0, draft.text, by, policy)
    return _answer(tx, disposition, AnswerKind(draft.kind.value), draft.text, by, None)


def _answer(
    tx: Transaction, disposition: Disposition, kind: AnswerKind, text: str, by: str, answer_id: UUID | None
) -> Answer | Refusal:
    given = store.same_answer(tx, disposition.id, kind, text, by)
    if given is not None:
        return given
    answered = disposition.becoming(AFTER_ANSWER[kind])
    if isinstance(answered, Refusal):
        return answered
    answer = Answer(
        id=answer_id or tx.new_id(),
        disposition_id=disposition.id,
        kind=kind,
        text=text,
        answered_at=tx.now,
        answered_by=by,
    )
    store.save_state(tx, answered)
    store.add_answer(tx, answer)
    tx.publish(
        ReportAnswered(
            report_id=disposition.report.id,
            tracking_id=disposition.report.tracking_id,
            disposition_id=disposition.said_id,
            answer_id=answer.id,
            answered_at=tx.now,
            answered_by=by,
            agency_code=str(disposition.agency_code),
            agency_name=disposition.agency_name,
            answer_kind=kind,
            text=text,
            sealed=disposition.report.sealed_for is not None,
        )
    )
    return answer


def _extend(
    tx: Transaction, disposition: Disposition, working_days: int, reason: str, by: str, policy: ExtensionPolicy
) -> UUID | Refusal:
    if refusal := _not_extended(tx, disposition, working_days, policy):
        return refusal
    extension_id = tx.new_id()
    store.add_extension(tx, extension_id, disposition, working_days, reason, by)
    tx.publish(
        ExtensionGranted(
            report_id=disposition.report.id,
            tracking_id=disposition.report.tracking_id,
            disposition_id=disposition.said_id,
            extension_id=extension_id,
            granted_at=tx.now,
            granted_by=by,
            agency_code=str(disposition.agency_code),
            agency_name=disposition.agency_name,
            working_days=working_days,
            reason=reason,
        )
    )
    return extension_id


def _not_possible(
    tx: Transaction, disposition: Disposition, command: WriteDraft, policy: ExtensionPolicy
) -> Refusal | None:
    if disposition.report.sealed_for:
        return SEALED_HERE
    if command.kind is DraftKind.EXTENSION:
        return _not_extended(tx, disposition, command.working_days or 0, policy)
    return None


def _not_extended(
    tx: Transaction, disposition: Disposition, working_days: int, policy: ExtensionPolicy
) -> Refusal | None:
    if disposition.report.sealed_for:
        return SEALED_HERE
    if disposition.state not in (State.OPEN, State.IN_PROGRESS):
        return NOT_TO_EXTEND
    return policy.allows(working_days, store.count_extensions(tx, disposition))


def _draft(tx: Transaction, draft_id: UUID, disposition: Disposition) -> Draft | Refusal:
    draft = store.lock_draft(tx, draft_id)
    return draft if draft and draft.disposition_id == disposition.id else NOT_FOUND


def _save(tx: Transaction, draft: Draft) -> Draft:
    saved = replace(draft, changed_at=tx.now)
    store.save_draft(tx, saved)
    return saved
