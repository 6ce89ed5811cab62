"""Several bodies: copies for those who should know, co-owners who must act too."""

from dataclasses import dataclass
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import CopySent
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition, State
from lapor_routing.handlers.desk import NOBODY_THERE, NOT_FOUND, Desk, at_work, by_hand, competent, lock
from lapor_routing.handlers.giving import Charge, give_to_agency, release_part
from lapor_routing.handlers.moving import HAS_IT_ALREADY

OWNERS_ONLY = Refusal(
    "Hanya pemilik laporan yang dapat melakukan ini (only the report's owner may do this).", code="not_the_owner"
)


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


@dataclass(frozen=True, kw_only=True)
class Owner:
    """An officer of the owner shares what lies on their desk."""

    disposition_id: UUID
    desk: Desk

    @property
    def by(self) -> str:
        """Who it is."""
        return self.desk.actor

    def lock(self, tx: Transaction) -> Disposition | Refusal:
        """The owner's disposition, while something may become of it."""
        disposition = lock(tx, self.disposition_id, self.desk)
        if isinstance(disposition, Refusal):
            return disposition
        return at_work(disposition) or (OWNERS_ONLY if disposition.part else disposition)


@dataclass(frozen=True, kw_only=True)
class Coordinator:
    """The coordinator may share any report that is under way."""

    report_id: UUID
    by: str

    def lock(self, tx: Transaction) -> Disposition | Refusal:
        """The owner's disposition, or the coordinator's own instead."""
        disposition = store.lock_holder(tx, self.report_id)
        if disposition is None:
            return NOT_FOUND
        return at_work(disposition) or disposition


Sharer = Owner | Coordinator


def send_copy(command: SendCopy, tx: Transaction, *, sharer: Sharer, snapshot: Snapshot) -> Agency | Refusal:
    """Let a body read along. Sent twice, it is sent once."""
    holder = sharer.lock(tx)
    if isinstance(holder, Refusal):
        return holder
    agency = holder.bound or competent(command.agency_code, holder.report, snapshot)
    if isinstance(agency, Refusal):
        return agency
    if _has_part(tx, holder, agency):
        return HAS_IT_ALREADY
    if store.add_copy(tx, holder.report, agency, sharer.by, command.reason):
        tx.publish(
            CopySent(
                report_id=holder.report.id,
                tracking_id=holder.report.tracking_id,
                sent_at=tx.now,
                sent_by=sharer.by,
                agency_code=agency.code,
                agency_name=agency.name,
                reason=command.reason,
            )
        )
    return agency


def add_co_owner(command: AddCoOwner, tx: Transaction, *, sharer: Sharer, snapshot: Snapshot) -> Disposition | Refusal:
    """Have a further body act too. The report is done when all are."""
    holder = sharer.lock(tx)
    if isinstance(holder, Refusal):
        return holder
    agency = holder.bound or competent(command.agency_code, holder.report, snapshot)
    if isinstance(agency, Refusal):
        return agency
    if not snapshot.can_receive(agency.code):
        return NOBODY_THERE
    if _has_part(tx, holder, agency):
        return HAS_IT_ALREADY
    grounds = by_hand(sharer.by, "co_owner", holder.agency_name, command.reason, agency.code)
    return give_to_agency(tx, holder.report, agency, 1, grounds, snapshot, charge=Charge(part=tx.new_id()))


def release(command: Release, tx: Transaction, *, sharer: Sharer, snapshot: Snapshot) -> Disposition | Refusal:
    """Do without a co-owner, or without one that is still looked for; not once it has answered."""
    holder = sharer.lock(tx)
    if isinstance(holder, Refusal):
        return holder
    parts = store.parts_of(tx, holder.report.id)
    part = next((one for one in parts if one.id == command.disposition_id and one.part), None)
    if part is None:
        return NOT_FOUND
    released = part.becoming(State.RELEASED)
    return released if isinstance(released, Refusal) else release_part(tx, part, sharer.by, command.reason, snapshot)


def _has_part(tx: Transaction, holder: Disposition, agency: Agency) -> bool:
    return any(part.agency_code == agency.code for part in store.parts_of(tx, holder.report.id))
