"""What happens when a person undoes a verification."""

from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRecalled
from lapor_verification import store
from lapor_verification.domain.case import Case, Decision, recalled
from lapor_verification.domain.commands import Recall
from lapor_verification.handlers.moving import Decided


def recall(report_id: UUID, command: Recall, by: str, tx: Transaction) -> Decided:
    """Take a verified report back, whoever verified it; its next verification is another round."""
    case = store.lock_case(tx, report_id)
    if case is None:
        return None
    outcome = recalled(case, command.version)
    if isinstance(outcome, Refusal):
        return outcome
    _save(outcome, case.round, command, by, tx)
    tx.publish(
        ReportRecalled(
            report_id=report_id,
            tracking_id=case.report.tracking_id,
            recalled_at=tx.now,
            recalled_by=by,
            round=case.round,
            reason=command.reason,
        )
    )
    return outcome


def _save(outcome: Case, undone: int, command: Recall, by: str, tx: Transaction) -> None:
    store.save_cases(tx, [outcome])
    decision = Decision(
        decision_id=tx.new_id(),
        report_id=outcome.report_id,
        decided_at=tx.now,
        decided_by=by,
        state=outcome.state,
        note=command.reason,
        details={"recalled": undone},
    )
    store.add_decision(tx, decision)
