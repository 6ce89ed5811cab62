"""What reporters ask for by a message: how the report stands, to pass on a reply, to close it. notification answers."""

from dataclasses import replace

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import CommandAnswered, ReporterCommanded
from lapor_contracts.vocabulary import Command, Status
from lapor_tracking import handlers, store
from lapor_tracking.domain.steps import Step
from lapor_tracking.domain.timeline import UNHEARD
from lapor_tracking.handlers import Refold
from lapor_tracking.store import Rules


def obey(event: ReporterCommanded, tx: Transaction, *, rules: Rules, refold: Refold) -> None:
    """Do it, by the same rules as on the report's page, and say how the report stands after that."""
    refold(tx, [event.report_id])  # what was heard in the same batch may be what the reporter answers
    outcome = _done(event, tx, rules) if event.is_reporter else None
    timeline = store.lock_timeline(tx, event.tracking_id, rules) or UNHEARD
    answer = CommandAnswered(
        report_id=event.report_id,
        tracking_id=event.tracking_id,
        command_id=event.command_id,
        command=event.command,
        answered_at=tx.now,
        done=False,
        sealed=event.sealed,
        key_id=event.key_id,
    )
    if not event.is_reporter and (timeline.secret or event.command is not Command.STATUS):
        tx.publish(answer)
        return
    running = timeline.running
    tx.publish(
        replace(
            answer,
            done=not isinstance(outcome, Refusal),
            status=timeline.status or Status.RECEIVED,
            agency_name=timeline.holder.agency_name if timeline.holder else None,
            due_at=running[0].due_at if running else None,
            time_zone=timeline.time_zone,
        )
    )


def _done(event: ReporterCommanded, tx: Transaction, rules: Rules) -> Step | Refusal | None:
    match event.command:
        case Command.REPLY:
            return handlers.reply(event.tracking_id, event.text or "", tx, rules=rules, key=str(event.command_id))
        case Command.CLOSE:
            return handlers.close(event.tracking_id, tx, rules=rules)
    return None
