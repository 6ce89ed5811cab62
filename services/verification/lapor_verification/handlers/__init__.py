"""What verification does with what it hears, and with what verifiers decide."""

from lapor_verification.handlers.appealing import decide_appeal, hear_appeal
from lapor_verification.handlers.archiving import archive, review_archiving
from lapor_verification.handlers.deciding import correct_marks, return_report, verify
from lapor_verification.handlers.editing import edit_public_text, save_canned_text
from lapor_verification.handlers.leaving import hear_leaving
from lapor_verification.handlers.moving import SYSTEM, Decide, Decided
from lapor_verification.handlers.recalling import recall
from lapor_verification.handlers.receiving import (
    complete_report,
    note_agency,
    note_deadline,
    open_cases,
    receive_report,
    reopen_cases,
)
from lapor_verification.handlers.repeats import hear_reopening, merge, note_closing, split
from lapor_verification.handlers.taking import hand_back, take, take_next

__all__ = [
    "SYSTEM",
    "Decide",
    "Decided",
    "archive",
    "complete_report",
    "correct_marks",
    "decide_appeal",
    "edit_public_text",
    "hand_back",
    "hear_appeal",
    "hear_leaving",
    "hear_reopening",
    "merge",
    "note_agency",
    "note_closing",
    "note_deadline",
    "open_cases",
    "recall",
    "receive_report",
    "reopen_cases",
    "return_report",
    "review_archiving",
    "save_canned_text",
    "split",
    "take",
    "take_next",
    "verify",
]
