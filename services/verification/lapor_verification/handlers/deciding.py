"""What happens when a verifier decides."""

from dataclasses import replace
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRedacted, ReportReturned
from lapor_verification import store
from lapor_verification.domain.case import Case, State, amended, as_verified, cared_for
from lapor_verification.domain.commands import Return, Verification
from lapor_verification.domain.redaction import Correction, Redaction, corrected
from lapor_verification.handlers.moving import Decided, behind, decide, lock_for, move
from lapor_verification.handlers.taking import go_on


def verify(report_id: UUID, command: Verification, by: str, tx: Transaction) -> Decided:
    """Pass a report on to routing, as its verifier completed it."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    care = cared_for(case, command)
    if isinstance(care, Refusal):
        return care
    filed = _filed(case, command, tx)
    if isinstance(filed, Refusal):
        return filed
    if filed.secret and store.followers_of(tx.execute, report_id):
        return Refusal(
            "Laporan lain mengikuti laporan ini; pisahkan dahulu sebelum dirahasiakan. "
            "(Others follow this report: split them off before it becomes secret.)",
            code="followed",
        )
    report = amended(case.report, filed)
    kept = replace(filed, **vars(care), secret=report.secret, anonymous=report.anonymous)
    marked = replace(case, care=care, filed=kept)
    outcome = move(marked, State.VERIFIED, by, tx, seen=filed.version, note=filed.note, details=filed.completed)
    if isinstance(outcome, Case):
        if filed.secret:
            store.drop_signature(tx, report_id)
        reasons = ("Diperiksa dan dinyatakan lengkap oleh petugas verifikasi.",)
        tx.publish(as_verified(report, reasons, by=by, at=tx.now, case=outcome, tree=store.read_tree(tx)))
    return outcome


def _filed(case: Case, command: Verification, tx: Transaction) -> Verification | Refusal:
    """The command with its category's code; what the reporter wrote may stay, though it is no code."""
    if command.category in (None, case.report.category):
        return command
    chosen = store.read_tree(tx).chosen(command.category or "", case.report.agency_code)
    if chosen is None:
        reason = "Kategori ini tidak ada untuk laporan ini. (There is no such category for this report.)"
        return Refusal(reason, code="no_such_category", errors={"category": [reason]})
    return replace(command, category=chosen.code)


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
    redaction = Redaction(
        redaction_id=tx.new_id(),
        report_id=report_id,
        redacted_at=behind(tx.now, (each.redacted_at for each in case.redactions)),
        redacted_by=by,
        reason=command.reason,
        marks=outcome.marks,
        fields=tuple(outcome.texts),
    )
    store.add_redaction(tx, redaction)
    go_on(case, by, tx)
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
