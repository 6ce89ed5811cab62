"""What was not done in time goes up: who that is for a report, only routing knows."""

from collections.abc import Callable, Sequence

from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import DeadlineEscalated, EscalationRaised
from lapor_contracts.vocabulary import Level
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.conflicts import is_party
from lapor_routing.domain.levels import body_of

#: A clock that went up, and the message that said so.
Escalation = tuple[Envelope | None, DeadlineEscalated]
_UNKNOWN = store.Matter(sealed_for=None, reported_agency_code=None, candidates=())
#: Above its own house nobody is told of a whistleblower's report but the coordinators.
_IN_THE_HOUSE = (Level.UNIT, Level.AGENCY)


def note_escalation(
    event: DeadlineEscalated, tx: Transaction, *, raise_all: Callable[[Transaction, Sequence[Escalation]], None]
) -> None:
    """Put it to the end of the batch, where all are raised together."""
    tx.once(raise_all, (tx.envelope, event))


def raise_escalations(tx: Transaction, escalated: Sequence[Escalation], *, current: Callable[[], Snapshot]) -> None:
    """Keep how far up each is, and say to whom it has come."""
    events = [event for _, event in escalated]
    store.save_escalations(tx, events)
    known, snapshot = store.matters(tx, {event.report_id for event in events}), current()
    for envelope, event in escalated:
        if envelope:
            tx.handling(envelope, reply_to=None, sender=None)
        tx.publish(
            EscalationRaised(
                report_id=event.report_id,
                tracking_id=event.tracking_id,
                deadline_id=event.deadline_id,
                clock=event.clock,
                level=event.level,
                due_at=event.due_at,
                raised_at=tx.now,
                agency_code=event.agency_code,
                to_agency_code=_desk(event, known.get(event.report_id, _UNKNOWN), snapshot),
            )
        )


def _desk(event: DeadlineEscalated, matter: store.Matter, snapshot: Snapshot) -> str | None:
    if matter.sealed_for and event.level not in _IN_THE_HOUSE:
        return None
    code = body_of(event.level, event.agency_code, matter.candidates, snapshot.directory)
    is_told_of = code is not None and is_party(code, matter.reported_agency_code, snapshot.directory)
    return None if is_told_of else code
