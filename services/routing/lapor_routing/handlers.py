"""What routing does: finds who is competent, and carries out what bodies and coordinators decide.

The same functions serve HTTP, pages, and the bodies' own systems on the broker.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from textwrap import shorten
from uuid import UUID

from lapor_chassis.errors import PermanentError
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import (
    AgencyReplied,
    DeadlineSet,
    DispositionAssigned,
    Evidence,
    ReportAnswered,
    ReportClosed,
    ReportRefused,
    ReportReplied,
    ReportRouted,
    ReportUnroutable,
    ReportVerified,
)
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain import choice
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import AFTER_ANSWER, Disposition, Report, State
from lapor_routing.domain.rules import Rules
from lapor_routing.store import Answer, Grounds

CurrentSnapshot = Callable[[], Snapshot]

#: What decided, where a person did and no rules.
BY_HAND = "by-hand"

#: The coordinator's name as a holder.
COORDINATOR = "Koordinator"

NOT_FOUND = Refusal("Disposisi tidak ditemukan (there is no such disposition).", code="not_found")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who acts, and on which bodies' dispositions they may."""

    actor: str
    inboxes: Collection[str]


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
    current: CurrentSnapshot,
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


def _route(event: ReportVerified, tx: Transaction, snapshot: Snapshot, rules: Rules, threshold: float) -> None:
    report = _report(event)
    store.add_report(tx, report)
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
    )


def give_to_agency(
    tx: Transaction, report: Report, agency: Agency, hop: int, grounds: Grounds, snapshot: Snapshot
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


def give_answer(command: GiveAnswer, tx: Transaction, *, desk: Desk, answer_id: UUID | None = None) -> Answer | Refusal:
    """Answer the reporter. The same words sent twice (a double click) are one answer."""
    disposition = _lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
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
        )
    )
    return answer


def refuse(command: Refuse, tx: Transaction, *, desk: Desk, snapshot: Snapshot) -> Disposition | Refusal:
    """The report goes to the body that is named, or to the coordinator if it has been sent round already."""
    disposition = _lock(tx, command.disposition_id, desk)
    if isinstance(disposition, Refusal):
        return disposition
    refused = disposition.refused_in_favour_of(command.agency_code)
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
    unit = _competent(command.agency_code, snapshot)
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
    agency = _competent(command.agency_code, snapshot)
    if isinstance(agency, Refusal):
        return agency
    store.end_turn(tx, decided, coordinator, command.reason, agency.code)
    grounds = _by_hand(coordinator, "coordinator", COORDINATOR, command.reason, agency.code)
    return give_to_agency(tx, decided.report, agency, decided.hop, grounds, snapshot)


def hear_agency(event: AgencyReplied, tx: Transaction, *, current: CurrentSnapshot) -> None:
    """What a body's own system says has the same effect as what its officer does on the page."""
    if not store.claim_reply(tx, event.reply_id, event.disposition_id):
        return
    outcome = _do_as_told(event, tx, current())
    if isinstance(outcome, Refusal):
        raise PermanentError(f"reply {event.reply_id} to disposition {event.disposition_id}: {outcome.code}")


def _do_as_told(event: AgencyReplied, tx: Transaction, snapshot: Snapshot) -> Answer | Disposition | Refusal:
    desk = Desk(actor=f"agency:{event.agency_code}", inboxes={event.agency_code})
    match (event.answer_kind, event.refused_to, event.passed_to):
        case (AnswerKind() as kind, None, None):
            answer = GiveAnswer(disposition_id=event.disposition_id, kind=kind, text=event.text)
            return give_answer(answer, tx, desk=desk, answer_id=event.reply_id)
        case (None, str() as named, None):
            refusal = Refuse(disposition_id=event.disposition_id, agency_code=named, reason=event.text)
            return refuse(refusal, tx, desk=desk, snapshot=snapshot)
        case (None, None, str() as unit):
            handover = PassOn(disposition_id=event.disposition_id, agency_code=unit, note=event.text)
            return pass_on(handover, tx, desk=desk, snapshot=snapshot)
        case _:
            return Refusal("Neither one answer, nor one refusal, nor one handover.", code="not_one_reply")


def hear_reporter(event: ReportReplied, tx: Transaction) -> None:
    """Keep what the reporter wrote, for the officers to read."""
    store.add_message(tx, event.reply_id, event.report_id, event.text, event.replied_at)


def note_deadline(event: DeadlineSet, tx: Transaction) -> None:
    """Keep until when a body has time, to show it in the inbox."""
    store.add_deadline(tx, event.deadline_id, event.report_id, event.clock, event.starts_at, event.due_at)


def close_report(event: ReportClosed, tx: Transaction) -> None:
    """Nothing more is to be done about the report, even if it has yet to be routed."""
    store.add_closure(tx, event.report_id, event.closed_at, event.closed_by)


def _lock(tx: Transaction, disposition_id: UUID, desk: Desk) -> Disposition | Refusal:
    """The disposition, if it is one of the desk's; whose it is otherwise is nobody else's business."""
    disposition = store.lock_disposition(tx, disposition_id)
    if disposition is None or disposition.agency_code is None or disposition.agency_code not in desk.inboxes:
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
        candidates=(choice.Candidate(agency_code, 1.0, (evidence,)),),
    )
