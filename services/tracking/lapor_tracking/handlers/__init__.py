"""What tracking does: with what it hears, with what reporters ask for, and at the end of a report."""

from lapor_tracking.handlers.ending import ask_outcome, close_by_administrator, close_followers, close_silent
from lapor_tracking.handlers.hearing import (
    ANSWERED,
    APPEAL_DECIDED,
    CO_OWNED,
    HEARD,
    NOTING,
    Noted,
    Refold,
    note,
    step_of,
)
from lapor_tracking.handlers.referring import offer_referral
from lapor_tracking.handlers.reporter import Wish, do, too_early
from lapor_tracking.handlers.saying import SAID, say

__all__ = [
    "ANSWERED",
    "APPEAL_DECIDED",
    "CO_OWNED",
    "HEARD",
    "NOTING",
    "SAID",
    "Noted",
    "Refold",
    "Wish",
    "ask_outcome",
    "close_by_administrator",
    "close_followers",
    "close_silent",
    "do",
    "note",
    "offer_referral",
    "say",
    "step_of",
    "too_early",
]
