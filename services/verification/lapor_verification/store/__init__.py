"""The only place of verification that speaks SQL."""

from lapor_verification.store.cases import (
    add_cases,
    add_deadline,
    add_decision,
    add_redaction,
    add_supplement,
    find_cases,
    lock_case,
    lock_supplemented,
    read_case,
    save_cases,
)
from lapor_verification.store.tables import cases, deadlines, decisions, metadata, redactions, supplements

__all__ = [
    "add_cases",
    "add_deadline",
    "add_decision",
    "add_redaction",
    "add_supplement",
    "cases",
    "deadlines",
    "decisions",
    "find_cases",
    "lock_case",
    "lock_supplemented",
    "metadata",
    "read_case",
    "redactions",
    "save_cases",
    "supplements",
]
