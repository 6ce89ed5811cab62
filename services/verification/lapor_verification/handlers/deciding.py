"""What happens when a verifier decides."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    ReportArchived,
    ReportRedacted,
    ReportReturned,
)
from lapor_verification import store
from lapor_verification.domain.case import Case, Decision, State, amended, as_verified, moved
from lapor_verification.domain.commands import Archiving, Return, Verification
from lapor_verification.domain.redaction import Correction, Redaction, corrected

#: The case as decided, or why not; None where there is no such case.
Decided = Case | Refusal | None

#: A way to decide: about a report, with a command, by somebody.
Decide = Callable[[UUID, Any, str, Transaction], Decided]


def verify(report_id: UUID, command: Verification, by: str, tx: Transaction) -> Decided:
    """Pass a report on to routing, as its verifier completed it."""
    completed = {name: value for name, value in vars(command).items() if value and name not in ("note", "version")}
    case = _decide(report_id, State.VERIFIED, command.version, by, command.note, completed, tx)
    if isinstance(case, Case):
        reasons = ("Diperiksa dan dinyatakan lengkap oleh petugas verifikasi.",)
        tx.publish(as_verified(amended(case.report, command), reasons, by=by, at=tx.now))
    return case


def return_report(report_id: UUID, command: Return, by: str, tx: Transaction) -> Decided:
    """Ask the reporter for what is missing."""
    details = {"missing": list(command.missing)}
    case = _decide(report_id, State.RETURNED, command.version, by, command.message, details, tx)
    if isinstance(case, Case):
        tx.publish(
            ReportReturned(
                report_id=report_id,
                tracking_id=case.report.tracking_id,
                returned_at=tx.now,
                returned_by=by,
                missing=command.missing,
                message=command.message,
            )
        )
    return case


def archive(report_id: UUID, command: Archiving, by: str, tx: Transaction) -> Decided:
    """End a report here."""
    details = {"reason_code": command.reason_code}
    case = _decide(report_id, State.ARCHIVED, command.version, by, command.reason, details, tx)
    if isinstance(case, Case):
        tx.publish(
            ReportArchived(
                report_id=report_id,
                tracking_id=case.report.tracking_id,
                archived_at=tx.now,
                archived_by=by,
                reason_code=command.reason_code,
                reason=command.reason,
            )
        )
    return case


def correct_marks(report_id: UUID, command: Correction, by: str, tx: Transaction) -> Decided:
    """Put right what the public must not read. The text stays as it is."""
    case = store.lock_case(tx, report_id)
    if case is None:
        return None
    outcome = corrected(case.marked, command)
    if isinstance(outcome, Refusal):
        return outcome
    # The latest counts, also where the clocks of two machines differ.
    earliest = max((each.redacted_at + timedelta(microseconds=1) for each in case.redactions), default=tx.now)
    redaction = Redaction(
        redaction_id=tx.new_id(),
        report_id=report_id,
        redacted_at=max(tx.now, earliest),
        redacted_by=by,
        reason=command.reason,
        marks=outcome.marks,
        fields=tuple(outcome.texts),
    )
    store.add_redaction(tx, redaction)
    tx.publish(
        ReportRedacted(
            report_id=report_id,
            tracking_id=case.report.tracking_id,
            redacted_at=redaction.redacted_at,
            redacted_by=by,
            reason=command.reason,
            marks=redaction.marks,
            fields=redaction.fields,
        )
    )
    return case


def _decide(
    report_id: UUID, to: State, seen: int | None, by: str, note: str, details: Mapping[str, Any], tx: Transaction
) -> Decided:
    case = store.lock_case(tx, report_id)
    if case is None:
        return None
    outcome = moved(case, to, seen)
    if isinstance(outcome, Refusal):
        return outcome
    store.save_cases(tx, [outcome])
    decision = Decision(
        decision_id=tx.new_id(),
        report_id=report_id,
        decided_at=tx.now,
        decided_by=by,
        state=to,
        note=note,
        details=details,
    )
    store.add_decision(tx, decision)
    return outcome
