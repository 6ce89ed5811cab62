"""Whose turn is next: refusals, the way down to a unit, the coordinator's decision, bodies that are no more."""

from dataclasses import dataclass, replace
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRefused
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition, Grounds, State
from lapor_routing.handlers.desk import (
    NOBODY_THERE,
    NOT_FOUND,
    Desk,
    at_work,
    by_hand,
    competent,
    lock,
    wrong_agency,
)
from lapor_routing.handlers.giving import COORDINATOR, Charge, give_to_agency, give_to_coordinator, release_part

HAS_IT_ALREADY = wrong_agency("Instansi ini sudah memegang laporan ini (this body has the report already).")


@dataclass(frozen=True, kw_only=True)
class Refuse:
    """A body says that it is not competent, and who is; None: it does not know."""

    disposition_id: UUID
    agency_code: str | None
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


@dataclass(frozen=True, kw_only=True)
class AssignPart:
    """The coordinator decides who is to do a part that a co-owner refused."""

    disposition_id: UUID
    agency_code: str
    reason: str


def refuse(command: Refuse, tx: Transaction, *, desk: Desk, snapshot: Snapshot) -> Disposition | Refusal:
    """The report goes to the body that is named; to the coordinator if none is, if nobody there would read it, or if
    it has been sent round already."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    refused = disposition.bound or disposition.refused_in_favour_of(command.agency_code)
    if isinstance(refused, Refusal):
        return refused
    named = competent(command.agency_code, disposition.report, snapshot) if command.agency_code else None
    if isinstance(named, Refusal):
        return named
    if named and disposition.part and _has_part(tx, disposition, named.code):
        return HAS_IT_ALREADY
    store.end_turn(tx, refused, desk.actor, command.reason, named.code if named else None)
    if refused.part is None:
        _say_refused(tx, refused, desk.actor, command.reason, named)
    grounds = by_hand(desk.actor, "refusal", refused.agency_name, command.reason, named.code if named else None)
    if named is None or disposition.next_refusal_goes_to_coordinator or not snapshot.can_receive(named.code):
        return give_to_coordinator(tx, refused.report, refused.hop + 1, grounds, charge=Charge(part=refused.part))
    return hand_on(tx, refused, named, refused.hop + 1, grounds, snapshot)


def pass_on(command: PassOn, tx: Transaction, *, desk: Desk, snapshot: Snapshot) -> Disposition | Refusal:
    """The report goes down to a unit; that is no refusal, so it makes no hop."""
    disposition = lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    unit = disposition.bound or competent(command.agency_code, disposition.report, snapshot)
    if isinstance(unit, Refusal):
        return unit
    if not snapshot.is_below(unit.code, str(disposition.agency_code)):
        return wrong_agency("Bukan unit dari instansi ini (not a unit of this body).")
    if not snapshot.can_receive(unit.code):
        return NOBODY_THERE
    if disposition.part and _has_part(tx, disposition, unit.code):
        return HAS_IT_ALREADY
    passed = disposition.becoming(State.PASSED_ON)
    if isinstance(passed, Refusal):
        return passed
    store.end_turn(tx, passed, desk.actor, command.note, unit.code)
    grounds = by_hand(desk.actor, "handover", passed.agency_name, command.note, unit.code)
    return hand_on(tx, passed, unit, passed.hop, grounds, snapshot)


def assign(command: Assign, tx: Transaction, *, coordinator: str, snapshot: Snapshot) -> Disposition | Refusal:
    """The coordinator's decision ends the wait."""
    disposition = store.lock_holder(tx, command.report_id)
    if disposition is None:
        return NOT_FOUND
    return _assign(tx, disposition, command.agency_code, command.reason, coordinator, snapshot)


def assign_part(command: AssignPart, tx: Transaction, *, coordinator: str, snapshot: Snapshot) -> Disposition | Refusal:
    """The coordinator's decision on a part that a co-owner refused."""
    disposition = store.lock_disposition(tx, command.disposition_id)
    if disposition is None or disposition.part is None:
        return NOT_FOUND
    if _has_part(tx, disposition, command.agency_code):
        return HAS_IT_ALREADY
    return _assign(tx, disposition, command.agency_code, command.reason, coordinator, snapshot)


def leave_body(tx: Transaction, disposition: Disposition, snapshot: Snapshot) -> Disposition:
    """The body is no more, or must not have it: its one successor goes on, or else the coordinator decides."""
    successors = snapshot.directory.present(disposition.agency_code)
    heir = successors[0] if len(successors) == 1 else None
    if heir and (
        disposition.bound
        or not snapshot.can_receive(heir.code)
        or isinstance(competent(heir.code, disposition.report, snapshot), Refusal)
        or (disposition.part and _has_part(tx, disposition, heir.code))
    ):
        heir = None
    is_there = snapshot.active(disposition.agency_code) is not None
    why = "Instansi menjadi pihak (the body is a party now)." if is_there else "Instansi sudah tidak ada (is no more)."
    left = replace(disposition, state=State.PASSED_ON)
    store.end_turn(tx, left, "system", why, heir.code if heir else None)
    grounds = by_hand("system", "succession", left.agency_name, why, heir.code if heir else None)
    if heir is None:
        return give_to_coordinator(tx, left.report, left.hop, grounds, charge=Charge(part=left.part))
    return hand_on(tx, left, heir, left.hop, grounds, snapshot)


def _assign(
    tx: Transaction, disposition: Disposition, code: str, reason: str, coordinator: str, snapshot: Snapshot
) -> Disposition | Refusal:
    if disposition.agency_code is not None:
        return at_work(disposition) or Refusal(
            f"Laporan ini sudah ada pada {disposition.agency_name} (this report already has an owner).",
            code="already_assigned",
        )
    decided = disposition.becoming(State.PASSED_ON)
    if isinstance(decided, Refusal):
        return decided
    if disposition.report.sealed_for not in (None, code):
        return wrong_agency("Bukan lembaga yang dapat membuka laporan ini (not the body that can open it).")
    agency = competent(code, disposition.report, snapshot)
    if isinstance(agency, Refusal):
        return agency
    if not snapshot.can_receive(agency.code):
        return NOBODY_THERE
    store.end_turn(tx, decided, coordinator, reason, agency.code)
    return hand_on(
        tx, decided, agency, decided.hop, by_hand(coordinator, "coordinator", COORDINATOR, reason, code), snapshot
    )


def hand_on(
    tx: Transaction,
    left: Disposition,
    agency: Agency,
    hop: int,
    grounds: Grounds,
    snapshot: Snapshot,
    charge: Charge | None = None,
) -> Disposition:
    """To the next body. One that becomes the owner does what it was asked for as a co-owner along with it."""
    if left.part is None:
        for other in store.parts_of(tx, left.report.id):
            if other.agency_code == agency.code and other.part:
                release_part(tx, other, grounds.decided_by, "Kini pemilik laporan (owns the report now).", snapshot)
    sealed = store.sealed_of(tx, left.report)
    if left.part and not grounds.reason:
        grounds = replace(grounds, reason=f"Diteruskan oleh {left.agency_name} (passed on).")
    charge = charge or Charge(part=left.part)
    return give_to_agency(tx, left.report, agency, hop, grounds, snapshot, sealed=sealed, charge=charge)


def _has_part(tx: Transaction, disposition: Disposition, code: str) -> bool:
    """Whether a body is the owner or another co-owner."""
    others = store.parts_of(tx, disposition.report.id)
    return any(other.agency_code == code and other.id != disposition.id for other in others)


def _say_refused(tx: Transaction, refused: Disposition, by: str, reason: str, named: Agency | None) -> None:
    tx.publish(
        ReportRefused(
            report_id=refused.report.id,
            tracking_id=refused.report.tracking_id,
            disposition_id=refused.id,
            refused_at=tx.now,
            refused_by=by,
            agency_code=str(refused.agency_code),
            agency_name=refused.agency_name,
            named_agency_code=named.code if named else None,
            reason=reason,
        )
    )
