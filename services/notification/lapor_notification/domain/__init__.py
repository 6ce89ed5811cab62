"""Who is told what, and what becomes of a notice on its way. Pure: no clock, no database, no network."""

from lapor_notification.domain.contacts import Contact, Via
from lapor_notification.domain.notices import (
    MOST_ATTEMPTS,
    Data,
    Notice,
    State,
    after,
    after_receipt,
    forgotten,
    pause_after,
    without_contact,
)
from lapor_notification.domain.outcomes import Delivered, Held, Outcome, Receipt, Undelivered
from lapor_notification.domain.rules import Audience, Rulebook, shipped_rules
from lapor_notification.domain.templates import Delivery, Purpose, Secrecy, Template

__all__ = [
    "MOST_ATTEMPTS",
    "Audience",
    "Contact",
    "Data",
    "Delivered",
    "Delivery",
    "Held",
    "Notice",
    "Outcome",
    "Purpose",
    "Receipt",
    "Rulebook",
    "Secrecy",
    "State",
    "Template",
    "Undelivered",
    "Via",
    "after",
    "after_receipt",
    "forgotten",
    "pause_after",
    "shipped_rules",
    "without_contact",
]
