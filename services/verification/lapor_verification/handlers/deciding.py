"""What happens when a verifier decides."""

from datetime import timedelta
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRedacted, ReportReturned
from lapor_verification import store
from lapor_verification.domain.case import Case, State, amended, as_verified
from lapor_verification.domain.commands import Return, Verification
from lapor_verification.domain.redaction import Correction, Redaction, corrected
from lapor_verification.handlers.moving import Decided, decide


def verify(report_id: UUID, command: Verification, by: str, tx: Transaction) -> Decided:
    """Pass a report on to routing, as its verifier completed it."""
    completed = {name: value for name, value in vars(command).items() if value and name not in ("note", "version")}
    case = decide(report_id, State.VERIFIED, by, tx, seen=command.version, note=command.note, details=completed)
    if isinstance(case, Case):
        reasons = ("Diperiksa dan dinyatakan lengkap oleh petugas verifikasi.",)
        tx.publish(as_verified(amended(case.report, command), reasons, by=by, at=tx.now))
    return case


def return_report(report_id: UUID, command: Return, by: str, tx: Transaction) -> Decided:
    """Ask the reporter for what is missing."""
    details = {"missing": list(command.missing)}
    case = decide(report_id, State.RETURNED, by, tx, seen=command.version, note=command.message, details=details)
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
