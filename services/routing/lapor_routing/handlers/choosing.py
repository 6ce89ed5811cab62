"""A report is verified: who is competent for it?"""

from collections.abc import Callable, Sequence

from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import ReportVerified, SealedContent
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain import choice
from lapor_routing.domain.disposition import Grounds, Report
from lapor_routing.domain.rules import Rules
from lapor_routing.handlers.giving import give_to_agency, give_to_coordinator

#: What decided, where a whistleblower did.
SEALED = "sealed"
_NO_SUCH_BODY = (
    "Laporan tersegel untuk lembaga yang tidak ada di direktori; operator perlu memeriksa `lapor oversight list` "
    "(sealed for a body that is not in the directory)."
)

#: A verified report, and the message that said so.
Verified = tuple[Envelope, ReportVerified]


def route_report(
    event: ReportVerified, tx: Transaction, *, route_all: Callable[[Transaction, Sequence[Verified]], None]
) -> None:
    """Put the report to the end of the batch, where all are routed together: see `route_reports`."""
    tx.once(route_all, (tx.envelope, event))


def route_reports(
    tx: Transaction,
    verified: Sequence[Verified],
    *,
    current: Callable[[], Snapshot],
    rules: Callable[[], Rules],
    threshold: float,
) -> None:
    """Find who is competent for each report; one that has been routed before is left where it is."""
    snapshot = current()
    routed = store.known_reports(tx, (event.report_id for _, event in verified))
    for envelope, event in verified:
        if event.report_id not in routed:
            routed.add(event.report_id)
            tx.handling(envelope, reply_to=None, sender=None)
            _route(event, tx, snapshot, rules(), threshold)


def _route_sealed(report: Report, sealed: SealedContent, tx: Transaction, snapshot: Snapshot) -> None:
    """To the body that can open it, and to no other: nothing is weighed, and nobody is next."""
    store.add_sealed(tx, report.id, sealed)
    body = snapshot.active(sealed.agency_code)
    grounds = Grounds(decided_by="system", rules_version=SEALED, reason="" if body else _NO_SUCH_BODY)
    if body:
        give_to_agency(tx, report, body, 1, grounds, snapshot, sealed=sealed)
    else:
        give_to_coordinator(tx, report, 1, grounds)


def _route(event: ReportVerified, tx: Transaction, snapshot: Snapshot, rules: Rules, threshold: float) -> None:
    report = _report(event)
    store.add_report(tx, report)
    if event.sealed:
        _route_sealed(report, event.sealed, tx, snapshot)
        return
    found = choice.choose(
        choice.Report(
            title=event.title,
            body=event.body,
            kind=event.kind,
            region_code=event.region_code,
            place=event.place,
            agency_code=event.agency_code,
            keyword=event.keyword,
            category=event.category,
        ),
        rules,
        snapshot.directory,
        threshold=threshold,
    )
    winner = snapshot.active(found.winner.agency_code) if found.winner and found.sure else None
    grounds = Grounds(
        decided_by="system",
        rules_version=found.rules_version,
        reason="" if winner else _why_nobody(found),
        confidence=found.confidence,
        evidence=found.winner.evidence if found.winner else (),
        candidates=found.candidates,
    )
    if winner:
        give_to_agency(tx, report, winner, 1, grounds, snapshot)
    else:
        give_to_coordinator(tx, report, 1, grounds)


def _why_nobody(found: choice.Choice) -> str:
    return found.doubt or (
        f"Keyakinan {found.confidence:.0%} masih di bawah ambang {found.threshold:.0%} (not sure enough)."
    )


def _report(event: ReportVerified) -> Report:
    return Report(
        id=event.report_id,
        tracking_id=event.tracking_id,
        channel=event.channel,
        kind=event.kind,
        title=event.title,
        body=event.body,
        occurred_on=event.occurred_on,
        region_code=event.region_code,
        place=event.place,
        category=event.category,
        anonymous=event.anonymous,
        secret=event.secret,
        verified_at=event.verified_at,
        attachments=event.attachments,
        sealed_for=event.sealed.agency_code if event.sealed else None,
    )
