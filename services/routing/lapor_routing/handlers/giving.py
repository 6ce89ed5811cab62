"""Giving a report to its next holder: written down, announced, and said to a body's own system."""

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import DispositionAssigned, ReportRouted, ReportUnroutable, SealedContent
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition, Grounds, Report, State

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
) -> Disposition:
    """The report is this body's from now on; all are told, and the body's own system if it has one."""
    disposition = Disposition(
        id=tx.new_id(), report=report, agency_code=agency.code, agency_name=agency.name, hop=hop, state=State.OPEN
    )
    store.add_disposition(tx, disposition, grounds)
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
            kind=report.kind,
            hop=hop,
            confidence=grounds.confidence,
            evidence=grounds.evidence,
            runner_up=grounds.candidates[1].agency_code if len(grounds.candidates) > 1 else None,
            rules_version=grounds.rules_version,
            sealed=report.sealed_for is not None,
        )
    )
    if agency.code in snapshot.connected:
        tx.publish(
            DispositionAssigned(
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
                attachments=report.attachments,
                sealed=sealed,
            ),
            key=agency.code,
        )
    return disposition


def give_to_coordinator(tx: Transaction, report: Report, hop: int, grounds: Grounds) -> Disposition:
    """A person has to decide; until then the report stands in the coordinator's queue."""
    disposition = Disposition(
        id=tx.new_id(), report=report, agency_code=None, agency_name=COORDINATOR, hop=hop, state=State.WAITING
    )
    store.add_disposition(tx, disposition, grounds)
    tx.publish(
        ReportUnroutable(report_id=report.id, tracking_id=report.tracking_id, decided_at=tx.now, reason=grounds.reason)
    )
    return disposition
