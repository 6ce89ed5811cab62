"""What verification does with what it hears, and with what verifiers decide."""

from lapor_verification.handlers.deciding import Decide, Decided, archive, correct_marks, return_report, verify
from lapor_verification.handlers.receiving import (
    SYSTEM,
    complete_report,
    note_agency,
    note_deadline,
    open_cases,
    receive_report,
    reopen_cases,
)

__all__ = [
    "SYSTEM",
    "Decide",
    "Decided",
    "archive",
    "complete_report",
    "correct_marks",
    "note_agency",
    "note_deadline",
    "open_cases",
    "receive_report",
    "reopen_cases",
    "return_report",
    "verify",
]
