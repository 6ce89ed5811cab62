"""What tracking does: with what it hears, with what reporters ask for, and at the end of a report."""

from lapor_tracking.handlers.ending import close_by_administrator, close_followers, close_silent
from lapor_tracking.handlers.hearing import (
    ANSWERED,
    APPEAL_DECIDED,
    CO_OWNED,
    HEARD,
    Noted,
    Refold,
    note,
    note_answer,
    note_appeal_decision,
    note_forgetting,
    note_report,
    note_routing,
    step_of,
)
from lapor_tracking.handlers.referring import offer_referral, refer
from lapor_tracking.handlers.reporter import NOT_TO_APPEAL, appeal, close, reply, too_early
from lapor_tracking.handlers.saying import SAID, say

__all__ = [
    "ANSWERED",
    "APPEAL_DECIDED",
    "CO_OWNED",
    "HEARD",
    "NOT_TO_APPEAL",
    "SAID",
    "Noted",
    "Refold",
    "appeal",
    "close",
    "close_by_administrator",
    "close_followers",
    "close_silent",
    "note",
    "note_answer",
    "note_appeal_decision",
    "note_forgetting",
    "note_report",
    "note_routing",
    "offer_referral",
    "refer",
    "reply",
    "say",
    "step_of",
    "too_early",
]
