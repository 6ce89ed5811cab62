"""What verification does with what it hears, and with what verifiers decide."""

from lapor_verification.handlers.deciding import Decide, Decided, archive, correct_marks, return_report, verify
from lapor_verification.handlers.receiving import SYSTEM, complete_report, note_deadline, receive_report

__all__ = [
    "SYSTEM",
    "Decide",
    "Decided",
    "archive",
    "complete_report",
    "correct_marks",
    "note_deadline",
    "receive_report",
    "return_report",
    "verify",
]
