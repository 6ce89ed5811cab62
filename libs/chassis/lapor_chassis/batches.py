"""A batch of messages in one transaction; if one of them fails, each in a transaction of its own.

Handlers do not know any of this. Whoever brings the messages (RabbitMQ or the embedded bus) learns what became of
each: done, to be tried again, or never to be tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from lapor_chassis.database import is_away
from lapor_chassis.errors import PermanentError
from lapor_chassis.service import Service
from lapor_chassis.telemetry import fault, log, messages_handled
from lapor_chassis.transactions import Outgoing, Transactions
from lapor_contracts.envelope import Envelope, decode
from lapor_contracts.schema import ContractError


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it arrived."""

    body: bytes | str
    reply_to: str | None = None
    sender: str | None = None


class Fate(Enum):
    """What is to become of a message."""

    DONE = "done"
    RETRY = "retry"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, and why where it did not work."""

    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Readable:
    position: int
    envelope: Envelope
    message: Incoming


DONE = Outcome(Fate.DONE)


def process(
    service: Service,
    transactions: Transactions,
    messages: Sequence[Incoming],
    *,
    lease: timedelta = timedelta(0),
) -> tuple[list[Outcome], list[Outgoing]]:
    """Handle messages: what became of each, in their order, and what was said on the way.

    Raises only where the database is away: then nothing has happened, and the batch may be brought again.
    """
    outcomes: list[Outcome] = [DONE] * len(messages)
    readable: list[_Readable] = []
    for position, message in enumerate(messages):
        try:
            envelope = decode(message.body)
            if type(envelope.event) not in service.handlers:
                raise ContractError(f"{service.name} does not hear {envelope.type}")
            readable.append(_Readable(position, envelope, message))
        except ContractError as error:
            outcomes[position] = Outcome(Fate.DEAD, str(error))
    outgoing: list[Outgoing] = []
    try:
        outgoing += _together(service, transactions, readable, lease)
    except Exception as error:
        if is_away(error):
            raise
        for item in readable:
            try:
                outgoing += _together(service, transactions, [item], lease)
            except Exception as single:
                if is_away(single):
                    raise
                outcomes[item.position] = _judge(service, item.envelope, single)
    for outcome in outcomes:
        messages_handled.labels(service.name, outcome.fate.value).inc()
    return outcomes, outgoing


def _together(
    service: Service, transactions: Transactions, items: Sequence[_Readable], lease: timedelta
) -> list[Outgoing]:
    if not items:
        return []
    with transactions.begin(lease=lease) as tx:
        unhandled: set[UUID] = tx.claim(list({item.envelope.id: None for item in items}))
        for item in items:
            if item.envelope.id in unhandled:
                unhandled.remove(item.envelope.id)  # the same message may stand twice in one batch
                tx.handling(item.envelope, reply_to=item.message.reply_to, sender=item.message.sender)
                service.handlers[type(item.envelope.event)](item.envelope.event, tx)
    return tx.outgoing


def _judge(service: Service, envelope: Envelope, error: Exception) -> Outcome:
    """Whether to try again."""
    if isinstance(error, PermanentError | ContractError):
        return Outcome(Fate.DEAD, str(error))
    log.warning(
        "message failed",
        service=service.name,
        type=envelope.type,
        event_id=str(envelope.id),
        report_id=str(envelope.event.report_id),
        **fault(error),
    )
    return Outcome(Fate.RETRY, "{error} at {where}".format(**fault(error)))
