"""What happens when a report comes in or is completed, and when a verifier decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import (
    DeadlineMissed,
    DeadlineSet,
    ReportArchived,
    ReportReceived,
    ReportRedacted,
    ReportReturned,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import Clock
from lapor_verification import store
from lapor_verification.domain import (
    Archiving,
    Case,
    Decision,
    Return,
    State,
    Verification,
    amended,
    as_verified,
    moved,
    opened,
    reopened,
)
from lapor_verification.redaction import Correction, Redaction, corrected

#: Who decided, where no person did.
SYSTEM = "system"

#: The case as decided, or why not; None where there is no such case.
Decided = Case | Refusal | None

#: A way to decide: about a report, with a command, by somebody.
Decide = Callable[[UUID, Any, str, Transaction], Decided]

#: Where the day begins first: what is dated tomorrow in Jakarta may be today in Papua.
EASTERNMOST = ZoneInfo("Asia/Jayapura")


def receive_report(event: ReportReceived, tx: Transaction) -> None:
    """Examine a report: what is sure passes alone, the rest waits for a verifier.

    A whistleblower's can only be read by the body that it is sealed for, so it passes, and is never a case here.
    """
    if event.sealed:
        tx.publish(as_verified(event, ("Tersegel (sealed).",), by=SYSTEM, at=tx.now))
    else:
        tx.once(open_cases, tx.envelope)


def complete_report(event: ReportSupplemented, tx: Transaction) -> None:
    """Keep what the reporter added, and look at the case again; the case may not be here yet."""
    store.add_supplement(tx, event)
    tx.once(reopen_cases, tx.envelope)


def note_deadline(event: DeadlineSet | DeadlineMissed, tx: Transaction) -> None:
    """Keep until when the case should be decided, and whether that has passed; the case may not be here yet."""
    if event.clock is Clock.VERIFY:
        store.add_deadline(tx, event)


def open_cases(tx: Transaction, envelopes: Sequence[Envelope]) -> None:
    """Open a case for each report. The row's key decides who is first, so a report is verified once."""
    today = _latest_date(tx.now)
    causes = {envelope.event.report_id: envelope for envelope in envelopes}
    made = [opened(cast(ReportReceived, envelope.event), today) for envelope in causes.values()]
    new = store.add_cases(tx, made)
    _announce(tx, [case for case in made if case.report_id in new], causes)
    reopen_cases(tx, [causes[case.report_id] for case in made if case.state is State.WAITING])


def reopen_cases(tx: Transaction, envelopes: Sequence[Envelope]) -> None:
    """Examine again the open cases to which their reporters have added something.

    Where the case and its supplement are written at the same moment by two instances, neither may see the other:
    then a person finds both in the queue, as every reading of a case puts them together.
    """
    if not envelopes:
        return
    causes = {envelope.event.report_id: envelope for envelope in envelopes}
    today = _latest_date(tx.now)
    again = [reopened(case, case.report, today) for case in store.lock_supplemented(tx, causes)]
    if again:
        store.save_cases(tx, again)
        _announce(tx, again, causes)


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


def _announce(tx: Transaction, cases: Iterable[Case], causes: Mapping[UUID, Envelope]) -> None:
    """Say which cases passed alone, each because of the message that made it pass."""
    for case in cases:
        if case.state is State.VERIFIED:
            tx.handling(causes[case.report_id], reply_to=None, sender=None)
            tx.publish(as_verified(case.report, case.finding.reasons, by=SYSTEM, at=tx.now))


def _latest_date(now: datetime) -> date:
    return now.astimezone(EASTERNMOST).date()
