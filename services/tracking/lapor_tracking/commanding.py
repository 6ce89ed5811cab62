"""What reporters ask for by a message, done by the same rules as on the report's page. notification answers."""

from collections.abc import Mapping
from dataclasses import replace

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import CommandAnswered, ReporterCommanded
from lapor_contracts.vocabulary import Command, Status
from lapor_tracking import handlers, store
from lapor_tracking.domain.acts import Act, acts
from lapor_tracking.domain.timeline import UNHEARD
from lapor_tracking.handlers import Refold, Wish
from lapor_tracking.store import Rules

_ACTS: Mapping[Command, Act] = {
    Command.REPLY: Act.REPLY,
    Command.CLOSE: Act.CLOSE,
    Command.REOPEN: Act.REOPEN,
    Command.RATE: Act.RATE,
    Command.WITHDRAW: Act.WITHDRAW,
    Command.REFER: Act.REFER,
}


def obey(event: ReporterCommanded, tx: Transaction, *, rules: Rules, refold: Refold) -> None:
    """Do it, and say how the report stands after that."""
    refold(tx, [event.report_id])  # what was heard in the same batch may be what the reporter answers
    refusal = _do(event, tx, rules) if event.is_reporter else None
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
            done=refusal is None,
            refused=refusal.code if refusal else None,
            status=timeline.status or Status.RECEIVED,
            agency_name=timeline.holder.agency_name if timeline.holder else None,
            due_at=running[0].due_at if running else None,
            time_zone=timeline.time_zone,
        )
    )


def _do(event: ReporterCommanded, tx: Transaction, rules: Rules) -> Refusal | None:
    """Why it could not be done, if so."""
    act = _ACTS.get(event.command)
    if act is None:
        return None
    timeline = store.lock_timeline(tx, event.tracking_id, rules) or UNHEARD
    if act is Act.CLOSE and Act.OUTCOME in acts(timeline, tx.now):
        act = Act.OUTCOME  # "done", to whoever asked whether it holds
    wish = Wish(act=act, text=event.text or "", rating=event.rating, key=str(event.command_id))
    outcome = handlers.do(event.tracking_id, wish, tx, rules=rules)
    return outcome if isinstance(outcome, Refusal) else None
