"""What others say about a report that a body holds: its own system, the reporter, the clocks."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid5

from lapor_chassis.errors import PermanentError
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    AgencyReplied,
    ContactPaused,
    DeadlineSet,
    EvidenceAdded,
    OutcomeReported,
    ReportClosed,
    ReportRated,
    ReportRecalled,
    ReportReplied,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import AnswerKind, Clock, DispositionEnd
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.answers import Answer
from lapor_routing.domain.disposition import Disposition
from lapor_routing.domain.reactions import ReactionKind
from lapor_routing.handlers.answering import UNKNOWN_EVIDENCE, GiveAnswer, give_answer
from lapor_routing.handlers.desk import Desk
from lapor_routing.handlers.giving import tell_ended
from lapor_routing.handlers.moving import PassOn, Refuse, pass_on, refuse
from lapor_routing.outbound.telling import Telling

#: By which a body has to do something.
BODIES_CLOCKS = (Clock.FIRST_ANSWER, Clock.INTERIM, Clock.RESOLVE)


def hear_agency(
    event: AgencyReplied, tx: Transaction, *, current: Callable[[], Snapshot], operator: str | None
) -> None:
    """What a body's own system says has the same effect as what its officer does on the page.

    The broker has checked who sent it: the body's own user, which bears its code, or the ``operator``'s.
    """
    if tx.sender not in (event.agency_code, operator):
        raise PermanentError(f"reply {event.reply_id}: {event.agency_code} is not the user who sent it")
    outcome = take_reply(event, tx, current())
    if outcome == UNKNOWN_EVIDENCE:
        raise LookupError(f"reply {event.reply_id}: its evidence is not known, or not yet")  # so that it comes again
    if isinstance(outcome, Refusal):
        raise PermanentError(f"reply {event.reply_id} to disposition {event.disposition_id}: {outcome.code}")


def take_reply(event: AgencyReplied, tx: Transaction, snapshot: Snapshot) -> Answer | Disposition | Refusal | None:
    """Do what a body says, by whichever means it said so and was known; None where it was done before."""
    if not store.claim_reply(tx, event.reply_id, event.disposition_id):
        return None
    return _do_as_told(event, tx, snapshot)


def _do_as_told(event: AgencyReplied, tx: Transaction, snapshot: Snapshot) -> Answer | Disposition | Refusal:
    own = event.agency_code
    desk = Desk(actor=f"agency:{own}", agency_code=own, inboxes={own}, is_system=True)
    match (event.answer_kind, event.refused_to, event.passed_to):
        case (AnswerKind() as kind, None, None):
            answer = GiveAnswer(
                disposition_id=event.disposition_id,
                kind=kind,
                text=event.text,
                answer_type=event.answer_type,
                planned_on=event.planned_on,
                legal_basis=event.legal_basis,
                needed_agency_code=event.needed_agency_code,
                evidence=event.evidence,
            )
            return give_answer(answer, tx, desk=desk, snapshot=snapshot, answer_id=event.reply_id)
        case (None, str() as named, None):
            refusal = Refuse(disposition_id=event.disposition_id, agency_code=named, reason=event.text)
            return refuse(refusal, tx, desk=desk, snapshot=snapshot)
        case (None, None, str() as unit):
            handover = PassOn(disposition_id=event.disposition_id, agency_code=unit, note=event.text)
            return pass_on(handover, tx, desk=desk, snapshot=snapshot)
        case _:
            return Refusal("Neither one answer, nor one refusal, nor one handover.", code="not_one_reply")


def hear_reporter(event: ReportReplied, tx: Transaction, *, telling: Telling) -> None:
    """Keep what the reporter wrote, for the officers to read, and let the body's own system know."""
    store.add_message(tx, event.reply_id, event.report_id, event.text, event.replied_at)
    telling.replied(event, tx)


def hear_supplement(event: ReportSupplemented, tx: Transaction, *, telling: Telling) -> None:
    """Keep the files that the reporter added, and let the body's own system know, where one has the report by now."""
    for file in event.attachments:
        store.add_file(tx, event.report_id, file)
    if event.attachments:
        telling.replied(event, tx)


def hear_evidence(event: EvidenceAdded, tx: Transaction) -> None:
    """Keep what officers gave intake, for their answers to name."""
    store.add_evidence(tx, event)


def hear_rating(event: ReportRated, tx: Transaction) -> None:
    """Keep how content the reporter is. Said again, it stands below."""
    store.add_reaction(tx, event.report_id, event.rating_id, ReactionKind.RATED, event.rated_at, str(event.rating))


def hear_outcome(event: OutcomeReported, tx: Transaction) -> None:
    """Keep whether what was done holds."""
    kind = ReactionKind.HOLDS if event.holds else ReactionKind.HOLDS_NOT
    store.add_reaction(tx, event.report_id, event.question_id, kind, event.reported_at, "")


def hear_pause(event: ContactPaused, tx: Transaction) -> None:
    """Keep that the reporter cannot be reached by one way, so that nobody waits for an answer in vain."""
    paused_id = uuid5(event.report_id, f"{event.via}/{event.paused_at.isoformat()}")
    kind = ReactionKind.UNREACHABLE if not event.reachable else ReactionKind.REACHED_OTHERWISE
    store.add_reaction(tx, event.report_id, paused_id, kind, event.paused_at, event.via)


def note_deadline(event: DeadlineSet, tx: Transaction) -> None:
    """Keep until when a body has time, to show it in the inbox; other clocks are not the bodies'."""
    if event.clock in BODIES_CLOCKS:
        store.add_deadline(tx, event, tx.envelope.time if tx.envelope else tx.now)


def close_report(event: ReportClosed, tx: Transaction, *, telling: Telling) -> None:
    """Nothing more is to be done about the report, even if it has yet to be routed."""
    store.add_closure(tx, event.report_id, event.closed_at, event.closed_by)
    telling.closed(event, tx)


def recall_report(
    event: ReportRecalled, tx: Transaction, *, end_all: Callable[[Transaction, Sequence[UUID]], None]
) -> None:
    """A verification was undone, even if we have yet to hear of it: whoever holds the report lets it go."""
    store.add_recall(tx, event)
    tx.once(end_all, event.report_id)


def end_recalled(tx: Transaction, report_ids: Sequence[UUID], *, current: Callable[[], Snapshot]) -> None:
    """At the end of the batch, for all reports at once; their bodies' own systems are told."""
    tell_ended(tx, store.end_recalled(tx, report_ids), DispositionEnd.RECALLED, current())
