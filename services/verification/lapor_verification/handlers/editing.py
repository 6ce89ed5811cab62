"""What verifiers write: what the public reads instead of a report's own words, and the texts that they begin with."""

from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportEdited
from lapor_verification import store
from lapor_verification.domain.canned import CannedText
from lapor_verification.domain.case import Case
from lapor_verification.domain.commands import Rewording
from lapor_verification.domain.edits import Edit, Wording, as_written, latest_of, reworded
from lapor_verification.handlers.moving import Decided, behind, lock_for
from lapor_verification.handlers.taking import go_on


def edit_public_text(report_id: UUID, command: Rewording, by: str, tx: Transaction) -> Decided:
    """Lay other words over a report for the public, or take them away. What was written stays as it is."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    wanted = Wording(title=command.title, body=command.body)
    outcome = reworded(as_written(case.marked), latest_of(case.edits), wanted)
    if isinstance(outcome, Refusal):
        return outcome
    edit = Edit(
        edit_id=tx.new_id(),
        report_id=report_id,
        edited_at=behind(tx.now, (each.edited_at for each in case.edits)),
        edited_by=by,
        reason=command.reason,
        title=outcome.title,
        body=outcome.body,
    )
    store.add_edit(tx, edit)
    go_on(case, by, tx)
    tx.publish(
        ReportEdited(
            report_id=report_id,
            tracking_id=case.report.tracking_id,
            edited_at=edit.edited_at,
            edited_by=by,
            reason=edit.reason,
            title=edit.title,
            body=edit.body,
        )
    )
    return case


def save_canned_text(text: CannedText, by: str, tx: Transaction) -> None:
    """Let a text be so from now on; what it was is kept."""
    store.add_canned_text(tx, text, by)
