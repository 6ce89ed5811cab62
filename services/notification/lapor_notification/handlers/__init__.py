"""What this service does when it hears something: it keeps what it must know, and plans notices. It sends nothing."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from lapor_chassis.service import Handler
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    CommandAnswered,
    ContactSealed,
    DeliveryReported,
    Event,
    FollowConfirmed,
    FollowEnded,
    FollowInvited,
    IdentityForgotten,
    MessageAnswered,
    PushSubscribed,
    ReporterStopped,
    ReportReceived,
    ReportVerified,
    StaffContactEnded,
)
from lapor_notification import store
from lapor_notification.domain import Rulebook
from lapor_notification.handlers import following, receipts, secrecy, staff, telling

#: What is done with an event before people are told of it.
FIRST: Mapping[type[Event], Handler] = {
    ReportReceived: secrecy.note_report,
    ReportVerified: secrecy.note_report,
    ContactSealed: telling.keep_contact,
    PushSubscribed: store.add_subscription,
    CommandAnswered: telling.answer_command,
    MessageAnswered: telling.answer_message,
    ReporterStopped: telling.forget_contact,
    IdentityForgotten: telling.forget_contact,
    FollowInvited: following.note_invitation,
    FollowConfirmed: following.note_confirmation,
    FollowEnded: following.note_end,
    **dict.fromkeys(staff.WORK, staff.note_work),
    StaffContactEnded: staff.forget_member,
}


def for_all(rules: Rulebook, ways: receipts.Ways, *, lease: timedelta) -> dict[type[Event], Handler]:
    """All that is heard: what must be known, and what somebody is told of by the rules."""
    wake = partial(store.wake, lease=lease)

    def hear(event: Event, tx: Transaction) -> None:
        if first := FIRST.get(type(event)):
            first(event, tx)
        telling.tell(rules, wake, event, tx)

    return {
        **dict.fromkeys([*FIRST, *rules.events()], hear),
        DeliveryReported: partial(receipts.hear_receipt, rules, ways),
    }
