"""Giving a report to its next holder: written down, announced, and said to a body's own system."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    CoOwnerAdded,
    CoOwnerReleased,
    DispositionAssigned,
    DispositionEnded,
    LinkedAttachment,
    ReportRouted,
    ReportUnroutable,
    SealedContent,
)
from lapor_contracts.vocabulary import DispositionEnd
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition, Grounds, Report, State
from lapor_routing.outbound.telling import tell_agency

#: The coordinator's name as a holder.
COORDINATOR = "Koordinator"


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What of a report is given, and to whom within the body."""

    part: UUID | None = None
    """A co-owner's; None: the report itself."""
    officer: str | None = None
    not_by: str | None = None
    """Whose answer the reporter did not accept."""


THE_REPORT = Charge()


def give_to_agency(
    tx: Transaction,
    report: Report,
    agency: Agency,
    hop: int,
    grounds: Grounds,
    snapshot: Snapshot,
    *,
    sealed: SealedContent | None = None,
    charge: Charge = THE_REPORT,
) -> Disposition:
    """The report, or a part of it, is this body's from now on; all are told, and the body's own system."""
    disposition = _begin(tx, report, agency, hop, grounds, charge)
    tx.publish(
        _routed(tx, disposition, agency, grounds) if charge.part is None else _shared(tx, disposition, agency, grounds)
    )
    if agency.code in snapshot.connected:
        assigned = _assigned(tx, disposition, agency, sealed, grounds.reason)
        tell_agency(tx, assigned, snapshot.connected, sealed=report.sealed_for is not None)
    return disposition


def give_to_coordinator(
    tx: Transaction, report: Report, hop: int, grounds: Grounds, *, charge: Charge = THE_REPORT
) -> Disposition:
    """A person has to decide; until then it stands in the coordinator's queue.

    Of a co-owner's part nothing is said meanwhile: it still has to be done, and its clock goes on.
    """
    disposition = _begin(tx, report, None, hop, grounds, charge)
    if charge.part is None:
        tx.publish(
            ReportUnroutable(
                report_id=report.id,
                tracking_id=report.tracking_id,
                decided_at=tx.now,
                reason=grounds.reason,
                round=report.round,
            )
        )
    return disposition


def _begin(
    tx: Transaction, report: Report, agency: Agency | None, hop: int, grounds: Grounds, charge: Charge
) -> Disposition:
    disposition = Disposition(
        id=tx.new_id(),
        report=report,
        agency_code=agency.code if agency else None,
        agency_name=agency.name if agency else COORDINATOR,
        hop=hop,
        state=State.OPEN if agency else State.WAITING,
        **vars(charge),
    )
    store.add_disposition(tx, disposition, grounds)
    return disposition


def _routed(tx: Transaction, given: Disposition, agency: Agency, grounds: Grounds) -> ReportRouted:
    report = given.report
    return ReportRouted(
        report_id=report.id,
        tracking_id=report.tracking_id,
        disposition_id=given.id,
        routed_at=tx.now,
        routed_by=grounds.decided_by,
        agency_code=agency.code,
        agency_name=agency.name,
        time_zone=agency.time_zone,
        agency_region=agency.region_code,
        kind=report.kind,
        hop=given.hop,
        confidence=grounds.confidence,
        evidence=grounds.evidence,
        runner_up=grounds.candidates[1].agency_code if len(grounds.candidates) > 1 else None,
        rules_version=grounds.rules_version,
        model_version=grounds.model_version,
        sealed=report.sealed_for is not None,
        round=report.round,
    )


def _shared(tx: Transaction, given: Disposition, agency: Agency, grounds: Grounds) -> CoOwnerAdded:
    report = given.report
    return CoOwnerAdded(
        report_id=report.id,
        tracking_id=report.tracking_id,
        disposition_id=given.said_id,
        added_at=tx.now,
        added_by=grounds.decided_by,
        agency_code=agency.code,
        agency_name=agency.name,
        time_zone=agency.time_zone,
        agency_region=agency.region_code,
        kind=report.kind,
        reason=grounds.reason,
        round=report.round,
    )


def _assigned(
    tx: Transaction, given: Disposition, agency: Agency, sealed: SealedContent | None, reason: str
) -> DispositionAssigned:
    report = given.report
    return DispositionAssigned(
        report_id=report.id,
        tracking_id=report.tracking_id,
        disposition_id=given.id,
        agency_code=agency.code,
        assigned_at=tx.now,
        kind=report.kind,
        title=report.title,
        body=report.body,
        occurred_on=report.occurred_on,
        region_code=report.region_code,
        place=report.place,
        category=report.category,
        secret=report.secret,
        attachments=tuple(LinkedAttachment(**vars(one)) for one in report.attachments),
        point=report.point,
        sealed=sealed,
        reason=reason,
    )


def release_part(tx: Transaction, disposition: Disposition, by: str, reason: str, snapshot: Snapshot) -> Disposition:
    """A co-owner has nothing more to do."""
    released = replace(disposition, state=State.RELEASED)
    store.end_turn(tx, released, by, reason)
    report = released.report
    code, name = store.last_body(tx, released.said_id)
    tx.publish(
        CoOwnerReleased(
            report_id=report.id,
            tracking_id=report.tracking_id,
            disposition_id=released.said_id,
            released_at=tx.now,
            released_by=by,
            agency_code=code,
            agency_name=name,
            reason=reason,
        )
    )
    tell_ended(tx, [released.id], DispositionEnd.RELEASED, snapshot)
    return released


def tell_ended(tx: Transaction, turns: Collection[UUID], reason: DispositionEnd, snapshot: Snapshot) -> None:
    """To the bodies' own systems: nothing more is to be done about these."""
    if not turns or not snapshot.connected:
        return
    for one in store.find_turns(tx, turns):
        if one.agency_code and one.agency_code in snapshot.connected:
            news = DispositionEnded(
                report_id=one.report.id,
                tracking_id=one.report.tracking_id,
                disposition_id=one.id,
                agency_code=one.agency_code,
                ended_at=tx.now,
                reason=reason,
            )
            tell_agency(tx, news, snapshot.connected, sealed=one.report.sealed_for is not None)
