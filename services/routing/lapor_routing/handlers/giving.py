"""Giving a report to its next holder: written down, announced, and said to a body's own system."""

from collections.abc import Collection
from dataclasses import replace
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


def give_to_agency(
    tx: Transaction,
    report: Report,
    agency: Agency,
    hop: int,
    grounds: Grounds,
    snapshot: Snapshot,
    *,
    sealed: SealedContent | None = None,
    part: UUID | None = None,
) -> Disposition:
    """The report, or this ``part`` of it, is this body's from now on; all are told, and the body's own system."""
    disposition = Disposition(
        id=tx.new_id(),
        report=report,
        agency_code=agency.code,
        agency_name=agency.name,
        hop=hop,
        state=State.OPEN,
        part=part,
    )
    store.add_disposition(tx, disposition, grounds)
    if part is None:
        tx.publish(
            ReportRouted(
                report_id=report.id,
                tracking_id=report.tracking_id,
                disposition_id=disposition.id,
                routed_at=tx.now,
                routed_by=grounds.decided_by,
                agency_code=agency.code,
                agency_name=agency.name,
                time_zone=agency.time_zone,
                agency_region=agency.region_code,
                kind=report.kind,
                hop=hop,
                confidence=grounds.confidence,
                evidence=grounds.evidence,
                runner_up=grounds.candidates[1].agency_code if len(grounds.candidates) > 1 else None,
                rules_version=grounds.rules_version,
                model_version=grounds.model_version,
                sealed=report.sealed_for is not None,
                round=report.round,
            )
        )
    else:
        tx.publish(
            CoOwnerAdded(
                report_id=report.id,
                tracking_id=report.tracking_id,
                disposition_id=part,
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
        )
    if agency.code in snapshot.connected:
        assigned = DispositionAssigned(
            report_id=report.id,
            tracking_id=report.tracking_id,
            disposition_id=disposition.id,
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
        )
        tell_agency(tx, assigned, snapshot.connected, sealed=report.sealed_for is not None)
    return disposition


def give_to_coordinator(
    tx: Transaction, report: Report, hop: int, grounds: Grounds, *, part: UUID | None = None
) -> Disposition:
    """A person has to decide; until then it stands in the coordinator's queue.

    Of a co-owner's part nothing is said meanwhile: it still has to be done, and its clock goes on.
    """
    disposition = Disposition(
        id=tx.new_id(),
        report=report,
        agency_code=None,
        agency_name=COORDINATOR,
        hop=hop,
        state=State.WAITING,
        part=part,
    )
    store.add_disposition(tx, disposition, grounds)
    if part is None:
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
