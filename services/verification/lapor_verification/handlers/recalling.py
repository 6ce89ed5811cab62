"""What happens when a person undoes a verification."""

from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRecalled
from lapor_verification import store
from lapor_verification.domain.case import recalled
from lapor_verification.domain.commands import Recall
from lapor_verification.handlers.moving import Decided, save


def recall(report_id: UUID, command: Recall, by: str, tx: Transaction) -> Decided:
    """Take a verified report back, whoever verified it; its next verification is another round."""
    case = store.lock_case(tx, report_id)
    if case is None:
        return None
    outcome = recalled(case, command.version)
    if isinstance(outcome, Refusal):
        return outcome
    save([outcome], by, tx, note=command.reason, details={"recalled": case.round})
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
