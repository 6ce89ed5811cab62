"""A reporter does not accept that the report was archived: somebody else looks at it again."""

from collections.abc import Sequence
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import AppealDecided, ReportAppealed
from lapor_verification import store
from lapor_verification.domain.case import Case, State, moved
from lapor_verification.domain.commands import AppealDecision
from lapor_verification.domain.second_look import ones_own
from lapor_verification.handlers.moving import Decided, lock_for, move
from lapor_verification.handlers.repeats import follow_again


def hear_appeal(event: ReportAppealed, tx: Transaction) -> None:
    """Keep what a reporter says; the archiving, or even the case, may not be here yet."""
    tx.once(store.lock_reports, event.report_id)
    store.add_appeal(tx, event)
    tx.once(take_up_appeals, event.report_id)


def take_up_appeals(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Bring the archived cases before somebody against whose archiving nobody has yet decided an appeal."""
    archived = [case for case in store.lock_appealed(tx, report_ids) if case.pending_appeal]
    appealed = [case for case in (moved(case, State.APPEALED) for case in archived) if isinstance(case, Case)]
    if appealed:
        store.save_cases(tx, appealed)


def decide_appeal(report_id: UUID, command: AppealDecision, by: str, tx: Transaction) -> Decided:
    """Grant an appeal, so that the report waits for its verification again, alone; or uphold the archiving."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    appeal = case.pending_appeal if case.state is State.APPEALED else None
    if appeal is None:
        return Refusal(
            f"Tidak ada keberatan yang menunggu pada kasus {report_id}. (No appeal is waiting.)", code="wrong_state"
        )
    if refusal := ones_own(case, by):
        return refusal
    to = State.WAITING if command.granted else State.ARCHIVED
    details = {"appeal_id": str(appeal.appeal_id), "granted": command.granted}
    outcome = move(case, to, by, tx, seen=command.version, note=command.reason, details=details)
    if isinstance(outcome, Case):
        tx.publish(
            AppealDecided(
                report_id=report_id,
                tracking_id=case.report.tracking_id,
                appeal_id=appeal.appeal_id,
                decided_at=tx.now,
                decided_by=by,
                granted=command.granted,
                reason=command.reason,
            )
        )
    if isinstance(outcome, Case) and command.granted:
        store.drop_merge(tx, report_id)
        follow_again(outcome, command.reason, by, tx)
    return outcome
