"""Ending a report: alone, or where the policy wants it only together with a second verifier."""

from collections.abc import Callable
from dataclasses import replace
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
from lapor_verification.handlers.moving import Decided, lock_for, move, move_all, record


def archive(report_id: UUID, command: Archiving, by: str, tx: Transaction, *, current: Callable[[], Policy]) -> Decided:
    """End a report here, or propose it to a colleague."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    if case.state is State.MERGED:
        return Refusal(
            "Laporan ini mengikuti laporan lain; pisahkan dahulu. (It follows another report: split it off first.)",
            code="follows",
        )
    with_another = current().wants_two(report_id, command.reason_code)
    to = State.ARCHIVE_PROPOSED if with_another else State.ARCHIVED
    details = {"reason_code": command.reason_code}
    outcome = move(case, to, by, tx, seen=command.version, note=command.reason, details=details)
    if isinstance(outcome, Case) and outcome.state is State.ARCHIVED:
        _end(outcome, command.reason_code, command.reason, by, tx)
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
        reason_code = ArchiveReason(proposal.details["reason_code"])
        _end(outcome, reason_code, proposal.note, by, tx, proposed_by=proposal.decided_by)
    return outcome


def _end(
    case: Case, reason_code: ArchiveReason, reason: str, by: str, tx: Transaction, *, proposed_by: str | None = None
) -> None:
    """Say that a report was archived. What follows it shares its outcome; each of their reporters may appeal."""
    details = {"reason_code": reason_code, "parent": case.report.tracking_id}
    followers = store.lock_followers(tx, case.report_id)
    if proposed_by:  # who judges no appeal of the one judges none of the others
        for each in followers:
            record(replace(each, state=State.ARCHIVE_PROPOSED), proposed_by, tx, note=reason, details=details)
    for each in (case, *move_all(followers, State.ARCHIVED, by, tx, note=reason, details=details)):
        tx.publish(
            ReportArchived(
                report_id=each.report_id,
                tracking_id=each.report.tracking_id,
                archived_at=tx.now,
                archived_by=by,
                reason_code=reason_code,
                reason=reason,
            )
        )
        tx.once(take_up_appeals, each.report_id)
