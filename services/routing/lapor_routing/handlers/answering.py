"""A body answers, or takes longer; where it works so, another officer approves first what one has drafted."""

from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import is_sealed
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, ExtensionGranted, ReportAnswered
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.answers import Answer, Substance, flawed, flaws_of
from lapor_routing.domain.disposition import AFTER_ANSWER, Disposition, State
from lapor_routing.domain.drafts import Draft, DraftKind, DraftState, ExtensionPolicy, Wording
from lapor_routing.handlers.desk import NOT_FOUND, Desk, at_work, competent, lock

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
NOT_AGAIN = Refusal(
    "Pelapor tidak menerima jawaban Anda; rekan lain yang menjawab "
    "(the reporter did not accept your answer: a colleague gives the next one).",
    code="not_again",
)
#: Intake tells routing of a file, and a body's own system may be quicker.
UNKNOWN_EVIDENCE = Refusal(
    "Bukti belum dikenal (evidence that is not known, or not yet).",
    code="unknown_evidence",
    errors={"evidence": ["Bukti ini bukan dari instansi Anda, atau belum sampai (not yours, or not yet here)."]},
)
_ITSELF = "Instansi ini sendiri (this very body)."
_JAKARTA = "Asia/Jakarta"
NOT_TO_EXTEND = Refusal(
    "Tidak ada tenggat yang dapat diperpanjang (no time limit is running that could be extended).",
    code="nothing_to_extend",
)


@dataclass(frozen=True, kw_only=True)
class GiveAnswer(Substance):
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
    wording: Wording
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


@dataclass(frozen=True, kw_only=True)
class _Proven:
    """What an answer refers to, and that it may."""

    needed: Agency | None
    files: tuple[Attachment, ...]


def give_answer(
    command: GiveAnswer, tx: Transaction, *, desk: Desk, snapshot: Snapshot, answer_id: UUID | None = None
) -> Answer | Refusal:
    """Answer the reporter. The same words sent twice (a double click) are one answer."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    sealed = disposition.report.sealed_for is not None
    if sealed and not is_sealed(command.text):
        return NOT_SEALED
    if disposition.agency_code in desk.checked and not sealed:
        return NEEDS_APPROVAL
    return _answer(tx, disposition, command, desk, snapshot, answer_id)


def extend(command: Extend, tx: Transaction, *, desk: Desk, policy: ExtensionPolicy) -> UUID | Refusal:
    """Take longer. How often and how long is policy."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if disposition.agency_code in desk.checked:
        return NEEDS_APPROVAL
    return _extend(tx, disposition, command.working_days, command.reason, desk.actor, policy)


def write_draft(
    command: WriteDraft, tx: Transaction, *, desk: Desk, snapshot: Snapshot, policy: ExtensionPolicy
) -> Draft | Refusal:
    """Write a draft, or write on it; what is handed in must be fit to be sent."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if refusal := at_work(disposition) or _not_possible(tx, disposition, command, desk, snapshot, policy):
        return refusal
    state = DraftState.SUBMITTED if command.submit else DraftState.DRAFT
    if command.draft_id is None:
        draft = Draft(
            id=tx.new_id(),
            disposition_id=disposition.id,
            author=desk.name,
            state=state,
            changed_at=tx.now,
            **vars(command.wording),
        )
        store.add_draft(tx, draft)
        return draft
    known = _draft(tx, command.draft_id, disposition)
    if isinstance(known, Refusal):
        return known
    written = known.written(command.wording, state, desk.name)
    return written if isinstance(written, Refusal) else _save(tx, written)


def decide_draft(
    command: DecideDraft, tx: Transaction, *, desk: Desk, snapshot: Snapshot, policy: ExtensionPolicy
) -> Draft | Refusal:
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
    if command.approve and isinstance(refusal := _send(tx, disposition, decided, desk, snapshot, policy), Refusal):
        return refusal
    return _save(tx, decided)


def _send(
    tx: Transaction, disposition: Disposition, draft: Draft, desk: Desk, snapshot: Snapshot, policy: ExtensionPolicy
) -> Answer | UUID | Refusal:
    if draft.kind is DraftKind.EXTENSION:
        return _extend(tx, disposition, draft.working_days or 0, draft.text, desk.actor, policy)
    return _answer(tx, disposition, _as_answer(draft, disposition), desk, snapshot, None)


def _as_answer(wording: Wording, disposition: Disposition) -> GiveAnswer:
    kind = AnswerKind(wording.kind.value)
    return GiveAnswer(disposition_id=disposition.id, kind=kind, text=wording.text, **vars(wording.substance))


def _answer(
    tx: Transaction, disposition: Disposition, said: GiveAnswer, desk: Desk, snapshot: Snapshot, answer_id: UUID | None
) -> Answer | Refusal:
    for given in store.answers_to(tx, disposition.id):
        words = (given.kind, given.text, given.answered_by, given.substance)
        if words == (said.kind, said.text, desk.actor, said.substance):
            return given
    answered = disposition.becoming(AFTER_ANSWER[said.kind])
    if isinstance(answered, Refusal):
        return answered
    if desk.actor == disposition.not_by and not desk.is_system:
        return NOT_AGAIN
    proven = _prove(tx, disposition, said, desk, snapshot)
    if isinstance(proven, Refusal):
        return proven
    answer = Answer(
        id=answer_id or tx.new_id(),
        disposition_id=disposition.id,
        kind=said.kind,
        text=said.text,
        answered_at=tx.now,
        answered_by=desk.actor,
        **vars(said.substance),
    )
    store.save_state(tx, answered)
    store.add_answer(tx, answer)
    tx.publish(_answered(disposition, answer, proven))
    return answer


def _answered(disposition: Disposition, answer: Answer, proven: _Proven) -> ReportAnswered:
    report = disposition.report
    return ReportAnswered(
        report_id=report.id,
        tracking_id=report.tracking_id,
        disposition_id=disposition.said_id,
        answer_id=answer.id,
        answered_at=answer.answered_at,
        answered_by=answer.answered_by,
        agency_code=str(disposition.agency_code),
        agency_name=disposition.agency_name,
        answer_kind=answer.kind,
        text=answer.text,
        sealed=report.sealed_for is not None,
        answer_type=answer.answer_type,
        planned_on=answer.planned_on,
        legal_basis=answer.legal_basis,
        needed_agency_code=answer.needed_agency_code,
        needed_agency_name=proven.needed.name if proven.needed else None,
        attachments=proven.files,
        secret=report.secret,
    )


def _prove(
    tx: Transaction, disposition: Disposition, said: GiveAnswer, desk: Desk, snapshot: Snapshot
) -> _Proven | Refusal:
    """What the answer refers to, or why it may not go out so. All that is said of a sealed report is sealed."""
    if disposition.report.sealed_for:
        return _Proven(needed=None, files=()) if said.is_bare else SEALED_HERE
    own = snapshot.directory.get(disposition.agency_code)
    today = tx.now.astimezone(ZoneInfo(own.time_zone if own else _JAKARTA)).date()
    if flaw := flaws_of(said.kind, said, today=today, needs_type=not desk.is_system):
        return flaw
    needed = competent(said.needed_agency_code, disposition.report, snapshot) if said.needed_agency_code else None
    if isinstance(needed, Refusal) or (needed and needed.code == disposition.agency_code):
        why = needed.errors["agency_code"] if isinstance(needed, Refusal) else [_ITSELF]
        return flawed({"needed_agency_code": list(why)})
    house = {body.code for body in snapshot.directory.same_house(disposition.agency_code)}
    known = {one.id: one.file for one in store.evidence_of(tx, disposition.report.id) if one.agency_code in house}
    if not known.keys() >= set(said.evidence):
        return UNKNOWN_EVIDENCE
    return _Proven(needed=needed, files=tuple(known[file] for file in dict.fromkeys(said.evidence)))


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
    tx: Transaction,
    disposition: Disposition,
    command: WriteDraft,
    desk: Desk,
    snapshot: Snapshot,
    policy: ExtensionPolicy,
) -> Refusal | None:
    wording = command.wording
    if disposition.report.sealed_for:
        return SEALED_HERE
    if wording.kind is DraftKind.EXTENSION:
        return _not_extended(tx, disposition, wording.working_days or 0, policy)
    if not command.submit:
        return None
    proven = _prove(tx, disposition, _as_answer(wording, disposition), desk, snapshot)
    return proven if isinstance(proven, Refusal) else None


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
