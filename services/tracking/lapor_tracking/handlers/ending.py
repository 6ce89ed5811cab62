"""How reports end other than by their reporter's word, and what is asked some time after the end."""

from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ClosureDecided, OutcomeAsked, ReportClosed
from lapor_contracts.vocabulary import ClosedBy, Status
from lapor_tracking import store
from lapor_tracking.domain.afterwards import asks_at
from lapor_tracking.domain.steps import Step
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.handlers.saying import say
from lapor_tracking.store import Rules


def close_followers(tx: Transaction, *, rules: Rules, limit: int) -> int:
    """Close reports that follow one which is at its end: so each of their reporters hears the outcome, once."""
    found = store.take_endings(tx, limit)
    for follower, closed_by in found:
        timeline = store.lock_timeline(tx, follower, rules)
        if timeline and timeline.parent and timeline.status is Status.MERGED:
            end(follower, timeline, closed_by, tx, rules)
    return len(found)


def close_silent(tracking_id: str, tx: Transaction, *, rules: Rules) -> bool:
    """Close a report whose reporter let the time for a reaction run out; False if that is not so (any more)."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None or timeline.silence is None or timeline.silence.due_at > tx.now:
        return False
    end(tracking_id, timeline, ClosedBy.SILENCE, tx, rules)
    return True


def close_by_administrator(event: ClosureDecided, tx: Transaction, *, rules: Rules) -> None:
    """Close a report of which an administrator has said that its answer is the end; the reporter reads why.

    Whoever decided had perhaps not heard that the reporter closed or reopened it, or that verification took it back:
    then it stays as it is.
    """
    timeline = store.lock_timeline(tx, event.tracking_id, rules)
    if timeline is None or not timeline.is_answered:
        log.warning("closing of a report without an answer", closure=str(event.closure_id))
        return
    end(event.tracking_id, timeline, ClosedBy.ADMINISTRATOR, tx, rules, event.reason)


def ask_outcome(tracking_id: str, tx: Transaction, *, rules: Rules) -> bool:
    """Ask whether what was done holds; False if that was asked, or the report is open again."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None or asks_at(timeline) is None:
        return False
    question = OutcomeAsked(
        report_id=timeline.report_id,
        tracking_id=tracking_id,
        question_id=tx.new_id(),
        asked_at=tx.now,
        sealed=timeline.oversight_key is not None,
    )
    say(question, tx, rules=rules)
    return True


def end(
    tracking_id: str, timeline: Timeline, closed_by: ClosedBy, tx: Transaction, rules: Rules, reason: str = ""
) -> Step:
    """Close a report that is locked."""
    return say(
        ReportClosed(
            report_id=timeline.report_id,
            tracking_id=tracking_id,
            closed_at=tx.now,
            closed_by=closed_by,
            sealed=timeline.oversight_key is not None,
            parent_tracking_id=timeline.parent.tracking_id if timeline.parent else None,
            reason=reason,
        ),
        tx,
        rules=rules,
    )
