"""What bodies and the coordinator decide: the same for HTTP, for pages, and for bodies' own systems."""

from collections.abc import Collection
from dataclasses import dataclass
from textwrap import shorten
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import is_sealed
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Evidence, ReportAnswered, ReportRefused
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.disposition import AFTER_ANSWER, Answer, Disposition, Grounds, State
from lapor_routing.handlers.giving import COORDINATOR, give_to_agency, give_to_coordinator

#: What decided, where a person did and no rules.
BY_HAND = "by-hand"

NOT_FOUND = Refusal("Disposisi tidak ditemukan (there is no such disposition).", code="not_found")

NOT_SEALED = Refusal(
    "Jawaban atas laporan tersegel harus disegel dahulu (seal the answer first).",
    code="not_sealed",
    errors={"text": ["Bukan teks tersegel (not a sealed text)."]},
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who acts, and on which bodies' dispositions they may."""

    actor: str
    agency_code: str
    """The actor's own body."""
    inboxes: Collection[str]

    def has(self, disposition: Disposition) -> bool:
        """Whether it lies here. What is sealed for a body lies there alone, also if another one stands above it."""
        sealed_for = disposition.report.sealed_for
        return disposition.agency_code in self.inboxes and sealed_for in (None, self.agency_code)


@dataclass(frozen=True, kw_only=True)
class GiveAnswer:
    """A body answers the reporter."""

    disposition_id: UUID
    kind: AnswerKind
    text: str


@dataclass(frozen=True, kw_only=True)
class Refuse:
    """A body says that it is not competent, and who is."""

    disposition_id: UUID
    agency_code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PassOn:
    """A body gives a report to a unit of its own."""

    disposition_id: UUID
    agency_code: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Assign:
    """The coordinator decides who is competent."""

    report_id: UUID
    agency_code: str
    reason: str


def give_answer(command: GiveAnswer, tx: Transaction, *, desk: Desk, answer_id: UUID | None = None) -> Answer | Refusal:
    """Answer the reporter. The same words sent twice (a double click) are one answer."""
    disposition = _lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    if disposition.report.sealed_for and not is_sealed(command.text):
        return NOT_SEALED
    given = store.same_answer(tx, disposition.id, command.kind, command.text, desk.actor)
    if given is not None:
        return given
    answered = disposition.becoming(AFTER_ANSWER[command.kind])
    if isinstance(answered, Refusal):
        return answered
    answer = Answer(
        id=answer_id or tx.new_id(),
        disposition_id=disposition.id,
        kind=command.kind,
        text=command.text,
        answered_at=tx.now,
        answered_by=desk.actor,
    )
    store.save_state(tx, answered)
    store.add_answer(tx, answer)
    tx.publish(
        ReportAnswered(
            report_id=disposition.report.id,
            tracking_id=disposition.report.tracking_id,
            disposition_id=disposition.id,
            answer_id=answer.id,
            answered_at=tx.now,
            answered_by=desk.actor,
            agency_code=str(disposition.agency_code),
            agency_name=disposition.agency_name,
            answer_kind=command.kind,
            text=command.text,
            sealed=disposition.report.sealed_for is not None,
        )
    )
    return answer


def refuse(command: Refuse, tx: Transaction, *, desk: Desk, snapshot: Snapshot) -> Disposition | Refusal:
    """The report goes to the body that is named, or to the coordinator if it has been sent round already."""
    disposition = _lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    refused = disposition.bound or disposition.refused_in_favour_of(command.agency_code)
    if isinstance(refused, Refusal):
        return refused
    named = _competent(command.agency_code, snapshot)
    if isinstance(named, Refusal):
        return named
    store.end_turn(tx, refused, desk.actor, command.reason, named.code)
    tx.publish(
        ReportRefused(
            report_id=refused.report.id,
            tracking_id=refused.report.tracking_id,
            disposition_id=refused.id,
            refused_at=tx.now,
            refused_by=desk.actor,
            agency_code=str(refused.agency_code),
            agency_name=refused.agency_name,
            named_agency_code=named.code,
            reason=command.reason,
        )
    )
    grounds = _by_hand(desk.actor, "refusal", refused.agency_name, command.reason, named.code)
    if disposition.next_refusal_goes_to_coordinator:
        return give_to_coordinator(tx, refused.report, refused.hop + 1, grounds)
    return give_to_agency(tx, refused.report, named, refused.hop + 1, grounds, snapshot)


def pass_on(command: PassOn, tx: Transaction, *, desk: Desk, snapshot: Snapshot) -> Disposition | Refusal:
    """The report goes down to a unit; that is no refusal, so it makes no hop."""
    disposition = _lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    unit = disposition.bound or _competent(command.agency_code, snapshot)
    if isinstance(unit, Refusal):
        return unit
    if not snapshot.is_below(unit.code, str(disposition.agency_code)):
        return _wrong_agency("Bukan unit dari instansi ini (not a unit of this body).")
    passed = disposition.becoming(State.PASSED_ON)
    if isinstance(passed, Refusal):
        return passed
    store.end_turn(tx, passed, desk.actor, command.note, unit.code)
    grounds = _by_hand(desk.actor, "handover", passed.agency_name, command.note, unit.code)
    return give_to_agency(tx, passed.report, unit, passed.hop, grounds, snapshot)


def assign(command: Assign, tx: Transaction, *, coordinator: str, snapshot: Snapshot) -> Disposition | Refusal:
    """The coordinator's decision ends the wait."""
    disposition = store.lock_holder(tx, command.report_id)
    if disposition is None:
        return NOT_FOUND
    if disposition.agency_code is not None:
        return Refusal(
            f"Laporan ini sudah ada pada {disposition.agency_name} (this report already has an owner).",
            code="already_assigned",
        )
    decided = disposition.becoming(State.PASSED_ON)
    if isinstance(decided, Refusal):
        return decided
    if disposition.report.sealed_for not in (None, command.agency_code):
        return _wrong_agency("Bukan lembaga yang dapat membuka laporan ini (not the body that can open it).")
    agency = _competent(command.agency_code, snapshot)
    if isinstance(agency, Refusal):
        return agency
    store.end_turn(tx, decided, coordinator, command.reason, agency.code)
    grounds = _by_hand(coordinator, "coordinator", COORDINATOR, command.reason, agency.code)
    sealed = store.sealed_of(tx, decided.report)
    return give_to_agency(tx, decided.report, agency, decided.hop, grounds, snapshot, sealed=sealed)


def _lock(tx: Transaction, disposition_id: UUID, desk: Desk) -> Disposition | Refusal:
    """The disposition, if it is one of the desk's; whose it is otherwise is nobody else's business."""
    disposition = store.lock_disposition(tx, disposition_id)
    if disposition is None or not desk.has(disposition):
        return NOT_FOUND
    return disposition


def _competent(code: str, snapshot: Snapshot) -> Agency | Refusal:
    agency = snapshot.active(code)
    if agency is None:
        return _wrong_agency("Tidak ada instansi aktif dengan kode ini (no active body has this code).")
    return agency


def _wrong_agency(why: str) -> Refusal:
    return Refusal(why, code="wrong_agency", errors={"agency_code": [why]})


def _by_hand(by: str, kind: str, whose: str, reason: str, agency_code: str) -> Grounds:
    words = f"{whose}: {reason}" if reason else whose
    evidence = Evidence(kind=kind, detail=shorten(words, 300, placeholder="…"), weight=1.0)
    return Grounds(
        decided_by=by,
        rules_version=BY_HAND,
        reason=reason,
        evidence=(evidence,),
        candidates=(Candidate(agency_code, 1.0, (evidence,)),),
    )
