"""To the reporter, and to whoever asked."""

from collections.abc import Callable
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    CommandAnswered,
    ContactSealed,
    EscalationRaised,
    Event,
    IdentityForgotten,
    MessageAnswered,
    OutcomePublished,
    ReporterStopped,
)
from lapor_notification import store
from lapor_notification.domain import Audience, Data, Notice, Rulebook
from lapor_notification.domain.answers import answer_to
from lapor_notification.domain.rules import values_of
from lapor_notification.domain.templates import TemplateName
from lapor_notification.handlers.following import tell_followers
from lapor_notification.handlers.secrecy import conceal
from lapor_notification.handlers.staff import tell_responsible

#: Lets what waits for the day be told now.
Wake = Callable[[Transaction, list[UUID]], None]


def tell(rules: Rulebook, wake: Wake, event: Event, tx: Transaction) -> None:
    """Plan what people should hear of this, by the rules.

    A contact may not have arrived yet, so it is not looked for here: the sender brings the two together.
    """
    for audience, template in rules.said_of(event):
        match audience:
            case Audience.REPORTER | Audience.FOLLOWER:
                _plan(template, values_of(event), event.report_id, tx.new_id(), tx)
                if not hasattr(event, "sealed"):
                    tx.once(conceal, event.report_id)
                if template in rules.urgent():
                    tx.once(wake, event.report_id)
            case Audience.FOLLOWERS if isinstance(event, OutcomePublished):
                tell_followers(template, event, tx)
            case Audience.RESPONSIBLE if isinstance(event, EscalationRaised):
                tell_responsible(template, event, values_of(event), tx)


def answer_command(event: CommandAnswered, tx: Transaction) -> None:
    """Tell whoever asked, once however often the same command was heard; some are told by their own app."""
    if event.sealed:
        _plan(*answer_to(event), event.report_id, event.command_id, tx, sealed=event.sealed)


def answer_message(event: MessageAnswered, tx: Transaction) -> None:
    """Tell whoever wrote, once however often the same message came."""
    _plan(*answer_to(event), event.report_id, event.report_id, tx, sealed=event.sealed)


def _plan(
    template: TemplateName,
    data: Data,
    report_id: UUID,
    notice_id: UUID,
    tx: Transaction,
    *,
    sealed: str | None = None,
) -> None:
    notice = Notice(
        id=notice_id,
        report_id=report_id,
        template=template,
        data=data,
        planned_at=tx.now,
        due_at=tx.now,
        sealed=sealed,
    )
    store.add_notice(notice, tx)


def keep_contact(event: ContactSealed, tx: Transaction) -> None:
    """Keep how to reach the reporter, sealed as it came."""
    if event.given_at:
        store.replace_contact(event, event.given_at, tx)
    else:
        store.add_contact(event, tx)


def forget_contact(event: IdentityForgotten | ReporterStopped, tx: Transaction) -> None:
    """Throw it away; notices that wait for it find nobody. Who wants no more notices needs none kept either."""
    stopped_at = event.stopped_at if isinstance(event, ReporterStopped) else None
    store.forget_contact(event.report_id, tx, stopped_at=stopped_at)
