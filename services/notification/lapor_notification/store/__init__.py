"""What notification keeps: sealed contacts, notices, and what of reports decides how they are told."""

from lapor_notification.store.contacts import add_contact, forget_contact
from lapor_notification.store.notices import Due, add_notice, find_notices, lease, lock_due, save_planned, wake
from lapor_notification.store.reports import Said, keep_reports
from lapor_notification.store.tables import contacts, metadata, notices, reports

__all__ = [
    "Due",
    "Said",
    "add_contact",
    "add_notice",
    "contacts",
    "find_notices",
    "forget_contact",
    "keep_reports",
    "lease",
    "lock_due",
    "metadata",
    "notices",
    "reports",
    "save_planned",
    "wake",
]
