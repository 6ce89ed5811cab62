"""What tracking itself says of a report, and the step that it is: one follows from the other, so replay finds both."""

from collections.abc import Mapping

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    Event,
    OutcomeAsked,
    OutcomeReported,
    ReferralOffered,
    ReportAppealed,
    ReportClosed,
    ReportRated,
    ReportReferred,
    ReportReopened,
    ReportReplied,
    ReportWithdrawn,
)
from lapor_tracking import changes, store
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.handlers.hearing import Noted, step_of
from lapor_tracking.store import Rules

SAID: Mapping[type[Event], Noted] = {
    ReportReplied: Noted(step=StepType.REPLIED, at="replied_at", text="text", id="reply_id"),
    ReportAppealed: Noted(step=StepType.APPEALED, at="appealed_at", text="text", id="appeal_id"),
    ReportRated: Noted(step=StepType.RATED, at="rated_at", kept=("rating", "agency_code"), id="rating_id"),
    ReportClosed: Noted(step=StepType.CLOSED, at="closed_at", kept=("closed_by",), text="reason"),
    ReportReopened: Noted(
        step=StepType.REOPENED, at="reopened_at", kept=("times", "agency_code"), text="reason", id="reopening_id"
    ),
    ReportWithdrawn: Noted(step=StepType.WITHDRAWN, at="withdrawn_at", id="withdrawal_id"),
    ReferralOffered: Noted(step=StepType.REFERRAL_OFFERED, at="offered_at"),
    ReportReferred: Noted(step=StepType.REFERRED, at="referred_at", kept=("agency_code",), id="referral_id"),
    OutcomeAsked: Noted(step=StepType.OUTCOME_ASKED, at="asked_at", id="question_id"),
    OutcomeReported: Noted(step=StepType.OUTCOME_REPORTED, at="reported_at", kept=("question_id", "holds")),
}


def say(event: Event, tx: Transaction, *, rules: Rules) -> Step:
    """Say what happened to a report that is locked, write it down as a step, and work out what follows from it."""
    step = step_of(event, SAID[type(event)], tx.publish(event))
    store.add_step(tx, event.report_id, step)
    changes.refold(tx, [event.report_id], rules=rules)
    return step
