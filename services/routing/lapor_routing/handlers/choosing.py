"""A report is verified: who is competent for it?"""

from collections.abc import Callable, Sequence
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import ReferralFiled, ReportVerified, SealedContent
from lapor_contracts.vocabulary import DispositionEnd
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain import choice
from lapor_routing.domain.conflicts import parties
from lapor_routing.domain.disposition import Grounds, Report
from lapor_routing.domain.rules import Rules
from lapor_routing.experience import Model, ask
from lapor_routing.handlers.desk import REPORTER, by_hand
from lapor_routing.handlers.giving import give_to_agency, give_to_coordinator, tell_ended
from lapor_routing.handlers.leaving import leave

#: What decided, where a whistleblower did.
SEALED = "sealed"
_NO_SUCH_BODY = (
    "Laporan tersegel untuk lembaga yang tidak ada di direktori; operator perlu memeriksa `lapor oversight list` "
    "(sealed for a body that is not in the directory)."
)

_REOPENED = (
    "Laporan ini mengikuti laporan lain; menurut pelapornya belum selesai "
    "(it followed another report, and is not done, says its reporter)."
)
_NOBODY_THERE = "Instansi yang tampaknya berwenang belum mempunyai petugas (nobody there would read it)."
_UNKNOWN_PARTY = (
    "Instansi yang diadukan tidak ada di direktori; minta verifikator memperbaiki kodenya "
    "(the body complained of is not in the directory: have the verifiers put its code right)."
)

#: A verified report, and the message that said so.
Verified = tuple[Envelope, ReportVerified]


def route_report(
    event: ReportVerified, tx: Transaction, *, route_all: Callable[[Transaction, Sequence[Verified]], None]
) -> None:
    """Put the report to the end of the batch, where all are routed together: see `route_reports`."""
    tx.once(route_all, (tx.envelope, event))


def file_referral(
    event: ReferralFiled, tx: Transaction, *, leave_all: Callable[[Transaction, Sequence[UUID]], None]
) -> None:
    """Nobody had verified it, so no body ever had it: the Ombudsman reads it as it came."""
    store.add_report(tx, _report(event))
    tx.once(leave_all, event.report_id)


def route_reports(
    tx: Transaction,
    verified: Sequence[Verified],
    *,
    current: Callable[[], Snapshot],
    rules: Callable[[], Rules],
    threshold: float,
    model: Model | None = None,
) -> None:
    """Find who is competent for each report; one that has been routed before is left where it is.

    What was verified anew, after a recall, is routed anew; what was recalled before we heard of it is not routed.
    """
    snapshot = current()
    latest: dict[UUID, Verified] = {}
    for envelope, event in verified:
        if event.report_id not in latest or event.round > latest[event.report_id][1].round:
            latest[event.report_id] = envelope, event
    routed, undone = store.known_rounds(tx, latest)
    due = [
        (envelope, event)
        for envelope, event in latest.values()
        if event.round > max(routed.get(event.report_id, 0), undone.get(event.report_id, 0))
    ]
    if again := [_report(event) for _, event in due if event.report_id in routed]:
        tell_ended(tx, store.begin_again(tx, again), DispositionEnd.RECALLED, snapshot)
    reopened = store.reopened_unseen(tx, [event.report_id for _, event in due if event.report_id not in routed])
    asked = [_asked(event) for _, event in due]
    for (envelope, event), report, learned in zip(due, asked, ask(model, asked), strict=True):
        tx.handling(envelope, reply_to=None, sender=None)
        if event.report_id not in routed:
            store.add_report(tx, _report(event))
        if event.sealed:
            _route_sealed(_report(event), event.sealed, tx, snapshot)
            continue
        if event.report_id in reopened:
            give_to_coordinator(tx, _report(event), 1, by_hand(REPORTER, "reopened", "", _REOPENED, None))
            continue
        found = choice.choose(
            report,
            rules(),
            snapshot.directory,
            learned=learned,
            model_version=model.version if model and learned else None,
            corrections=snapshot.corrections,
            excluded=parties(event.reported_agency_code, snapshot.directory),
            threshold=threshold,
        )
        _route(_report(event), found, tx, snapshot)
    leave(tx, [event.report_id for _, event in due], current=current)


def _route_sealed(report: Report, sealed: SealedContent, tx: Transaction, snapshot: Snapshot) -> None:
    """To the body that can open it, and to no other: nothing is weighed, and nobody is next."""
    store.add_sealed(tx, report.id, sealed)
    body = snapshot.active(sealed.agency_code)
    grounds = Grounds(decided_by="system", rules_version=SEALED, reason="" if body else _NO_SUCH_BODY)
    if body:
        give_to_agency(tx, report, body, 1, grounds, snapshot, sealed=sealed)
    else:
        give_to_coordinator(tx, report, 1, grounds)


def _route(report: Report, found: choice.Choice, tx: Transaction, snapshot: Snapshot) -> None:
    winner = snapshot.active(found.winner.agency_code) if found.winner and found.sure else None
    # A code that was mistyped excludes nobody: the report might go to the very body that it complains of.
    party_unknown = report.reported_agency_code and snapshot.directory.get(report.reported_agency_code) is None
    unread = winner is not None and not snapshot.can_receive(winner.code)
    if unread or party_unknown:
        winner = None
    grounds = Grounds(
        decided_by="system",
        rules_version=found.rules_version,
        model_version=found.model_version,
        reason="" if winner else _UNKNOWN_PARTY if party_unknown else _NOBODY_THERE if unread else _why_nobody(found),
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


def _asked(event: ReportVerified) -> choice.Report:
    return choice.Report(
        title=event.title,
        body=event.body,
        kind=event.kind,
        region_code=event.region_code,
        place=event.place,
        point=event.point,
        agency_code=event.agency_code,
        keyword=event.keyword,
        category=event.category,
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
        point=event.point,
        round=event.round,
        supervised=event.supervised,
        urgent=event.urgent,
        sensitive=event.sensitive,
        reported_agency_code=event.reported_agency_code,
        wanted_agency_code=event.agency_code,
        keyword=event.keyword,
    )
