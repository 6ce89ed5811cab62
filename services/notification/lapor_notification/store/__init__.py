"""What notification keeps: sealed contacts, notices, and what of reports decides how they are told."""

from lapor_notification.store.contacts import add_contact, forget_contact, replace_contact
from lapor_notification.store.following import (
    Owed,
    add_outcome,
    followers,
    note_follower,
    outcomes,
    owed_of,
    owed_to,
)
from lapor_notification.store.notices import (
    Due,
    add_notice,
    find_notices,
    lease,
    lock_due,
    lock_notice,
    save_notice,
    save_planned,
    wake,
)
from lapor_notification.store.pauses import pause, paused_ways
from lapor_notification.store.reports import Said, keep_reports
from lapor_notification.store.subscriptions import add_pushes, add_subscription, end_subscription
from lapor_notification.store.tables import contacts, metadata, notices, reports
from lapor_notification.store.wordings import (
    add_change,
    changed_words,
    changes_of,
    latest_changes,
    wordings_version,
)

__all__ = [
    "Due",
    "Owed",
    "Said",
    "add_change",
    "add_contact",
    "add_notice",
    "add_outcome",
    "add_pushes",
    "add_subscription",
    "changed_words",
    "changes_of",
    "contacts",
    "end_subscription",
    "find_notices",
    "followers",
    "forget_contact",
    "keep_reports",
    "latest_changes",
    "lease",
    "lock_due",
    "lock_notice",
    "metadata",
    "note_follower",
    "notices",
    "outcomes",
    "owed_of",
    "owed_to",
    "pause",
    "paused_ways",
    "replace_contact",
    "reports",
    "save_notice",
    "save_planned",
    "wake",
    "wordings_version",
]
