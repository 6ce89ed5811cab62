"""Ending a report: alone, or where the policy wants it only together with a second verifier."""

from collections.abc import Callable
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportArchived
from lapor_contracts.vocabulary import ArchiveReason
from lapor_verification import store
from lapor_verification.domain.case import Case, State
from lapor_verification.domain.commands import ArchiveReview, Archiving
from lapor_verification.domain.policy import Policy
from lapor_verification.domain.second_look import ones_own
from lapor_verification.handlers.appealing import take_up_appeals
from lapor_verification.handlers.moving import Decided, lock_for, move


def archive(report_id: UUID, command: Archiving, by: str, tx: Transaction, *, current: Callable[[], Policy]) -> Decided:
    """End a report here, or propose it to a colleague."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    with_another = current().wants_two(report_id, command.reason_code)
    to = State.ARCHIVE_PROPOSED if with_another else State.ARCHIVED
    details = {"reason_code": command.reason_code}
    outcome = move(case, to, by, tx, seen=command.version, note=command.reason, details=details)
    if isinstance(outcome, Case) and outcome.state is State.ARCHIVED:
        _announce(outcome, command.reason_code, command.reason, by, tx)
    return outcome


def review_archiving(report_id: UUID, command: ArchiveReview, by: str, tx: Transaction) -> Decided:
    """Agree to what a colleague proposed, or let the report wait again. Whoever proposed it may only take it back."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    if case.state is not State.ARCHIVE_PROPOSED:
        return Refusal(
            f"Kasus {report_id} tidak (lagi) diusulkan untuk diarsipkan. (Nobody proposes to archive this case.)",
            code="wrong_state",
        )
    if command.agreed and (refusal := ones_own(case, by)):
        return refusal
    to = State.ARCHIVED if command.agreed else State.WAITING
    outcome = move(case, to, by, tx, seen=command.version, note=command.note)
    if isinstance(outcome, Case) and command.agreed:
        proposal = case.decisions[-1]
        _announce(outcome, ArchiveReason(proposal.details["reason_code"]), proposal.note, by, tx)
    return outcome


def _announce(case: Case, reason_code: ArchiveReason, reason: str, by: str, tx: Transaction) -> None:
    tx.publish(
        ReportArchived(
            report_id=case.report_id,
            tracking_id=case.report.tracking_id,
            archived_at=tx.now,
            archived_by=by,
            reason_code=reason_code,
            reason=reason,
        )
    )
    tx.once(take_up_appeals, case.report_id)
    store.drop_merge(tx, case.report_id)
    for follower in store.followers_of(tx.execute, case.report_id):
        _archive_follower(follower.report_id, case, reason_code, reason, by, tx)


def _archive_follower(
    report_id: UUID, parent: Case, reason_code: ArchiveReason, reason: str, by: str, tx: Transaction
) -> None:
    """What follows a report shares its outcome; each of their reporters may appeal."""
    case = store.lock_case(tx, report_id)
    details = {"reason_code": reason_code, "parent": parent.report.tracking_id}
    outcome = move(case, State.ARCHIVED, by, tx, seen=None, note=reason, details=details) if case else None
    if isinstance(outcome, Case):
        _announce(outcome, reason_code, reason, by, tx)
