"""Several bodies: copies for those who should know, co-owners who must act too."""

from dataclasses import dataclass
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import CopySent
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import HOLDING, Disposition, State
from lapor_routing.handlers.desk import NOBODY_THERE, NOT_FOUND, Desk, at_work, by_hand, competent, lock
from lapor_routing.handlers.giving import COORDINATOR, give_to_agency, release_part
from lapor_routing.handlers.moving import HAS_IT_ALREADY

OWNERS_ONLY = Refusal(
    "Hanya pemilik laporan yang dapat melakukan ini (only the report's owner may do this).", code="not_the_owner"
)
NOT_TO_RELEASE = Refusal("Bagian ini sudah dijawab (what was answered is not taken back).", code="part_answered")


@dataclass(frozen=True, kw_only=True)
class SendCopy:
    """A body may read the report and need not act on it."""

    agency_code: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AddCoOwner:
    """A further body must act too: on what ``reason`` says."""

    agency_code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """A co-owner's part is not needed after all."""

    disposition_id: UUID
    reason: str


def owners(tx: Transaction, disposition_id: UUID, desk: Desk) -> Disposition | Refusal:
    """The owner's own disposition, while something may become of it."""
    disposition = lock(tx, disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    return at_work(disposition) or (OWNERS_ONLY if disposition.part else disposition)


def coordinators(tx: Transaction, report_id: UUID) -> Disposition | Refusal:
    """The disposition of a report's owner for the coordinator, who may do this with any report that is under way."""
    disposition = store.lock_holder(tx, report_id)
    if disposition is None:
        return NOT_FOUND
    return at_work(disposition) or disposition


def send_copy(
    command: SendCopy, holder: Disposition, tx: Transaction, *, by: str, snapshot: Snapshot
) -> Agency | Refusal:
    """Let a body read along. Sent twice, it is sent once."""
    agency = holder.bound or competent(command.agency_code, holder.report, snapshot)
    if isinstance(agency, Refusal):
        return agency
    if any(part.agency_code == agency.code for part in store.parts_of(tx, holder.report.id)):
        return HAS_IT_ALREADY
    if store.add_copy(tx, holder.report, agency, by, command.reason):
        tx.publish(
            CopySent(
                report_id=holder.report.id,
                tracking_id=holder.report.tracking_id,
                sent_at=tx.now,
                sent_by=by,
                agency_code=agency.code,
                agency_name=agency.name,
                reason=command.reason,
            )
        )
    return agency


def add_co_owner(
    command: AddCoOwner, holder: Disposition, tx: Transaction, *, by: str, snapshot: Snapshot
) -> Disposition | Refusal:
    """Have a further body act too. The report is done when all are."""
    agency = holder.bound or competent(command.agency_code, holder.report, snapshot)
    if isinstance(agency, Refusal):
        return agency
    if not snapshot.can_receive(agency.code):
        return NOBODY_THERE
    if any(part.agency_code == agency.code for part in store.parts_of(tx, holder.report.id)):
        return HAS_IT_ALREADY
    asked_by = holder.agency_name if holder.agency_code else COORDINATOR
    grounds = by_hand(by, "co_owner", asked_by, command.reason, agency.code)
    return give_to_agency(tx, holder.report, agency, 1, grounds, snapshot, part=tx.new_id())


def release(
    command: Release, holder: Disposition, tx: Transaction, *, by: str, snapshot: Snapshot
) -> Disposition | Refusal:
    """Do without a co-owner, or without one that is still looked for; not once it has answered."""
    parts = store.parts_of(tx, holder.report.id)
    part = next((one for one in parts if one.id == command.disposition_id and one.part), None)
    if part is None:
        return NOT_FOUND
    if part.state not in HOLDING - {State.ANSWERED, State.CLOSED}:
        return NOT_TO_RELEASE
    return release_part(tx, part, by, command.reason, snapshot)
