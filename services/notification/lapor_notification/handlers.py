"""What this service does when it hears something: it keeps a sealed contact, or plans a notice. It sends nothing."""

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ContactSealed, Event, IdentityForgotten
from lapor_notification import store
from lapor_notification.domain import Notice, draft_for


def plan_notice(event: Event, tx: Transaction) -> None:
    """Plan what the reporter should hear of this, if anything.

    The contact may not have arrived yet, so it is not looked for here: the sender brings the two together.
    """
    draft = draft_for(event)
    if draft is not None:
        notice = Notice(
            id=tx.new_id(),
            report_id=event.report_id,
            template=draft.template,
            data=draft.data,
            planned_at=tx.now,
            due_at=tx.now,
        )
        store.add_notice(notice, tx)


def keep_contact(event: ContactSealed, tx: Transaction) -> None:
    """Keep how to reach the reporter, sealed as it came."""
    store.add_contact(event, tx)


def forget_contact(event: IdentityForgotten, tx: Transaction) -> None:
    """Throw it away; notices that wait for it find nobody."""
    store.forget_contact(event.report_id, tx)
