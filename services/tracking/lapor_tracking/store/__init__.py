"""What tracking keeps: the steps, which are the truth, and what they add up to, which can be made again from them."""

from lapor_tracking.store.clocks import (
    OpenDeadline,
    count_running,
    lock_unannounced,
    lock_unsaid,
    mark_announced,
    mark_said,
    reckoned_otherwise,
    silent_reports,
)
from lapor_tracking.store.folding import (
    Lock,
    add_step,
    find_lock,
    find_timeline,
    lock_timeline,
    mark_told,
    refold,
    take_endings,
    texts_of,
    told_changes,
)
from lapor_tracking.store.rules import Rules, add_calendar, present_days, present_version
from lapor_tracking.store.tables import calendars, deadlines, endings, metadata, steps, timelines, told

__all__ = [
    "Lock",
    "OpenDeadline",
    "Rules",
    "add_calendar",
    "add_step",
    "calendars",
    "count_running",
    "deadlines",
    "endings",
    "find_lock",
    "find_timeline",
    "lock_timeline",
    "lock_unannounced",
    "lock_unsaid",
    "mark_announced",
    "mark_said",
    "mark_told",
    "metadata",
    "present_days",
    "present_version",
    "reckoned_otherwise",
    "refold",
    "silent_reports",
    "steps",
    "take_endings",
    "texts_of",
    "timelines",
    "told",
    "told_changes",
]
