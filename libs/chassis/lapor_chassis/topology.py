"""Every exchange, queue and binding of the system, declared in this one place.

A service has three queues whose names an operator can remember: ``lapor.routing`` (its inbox), ``lapor.routing.retry``
(messages wait here before they are tried again) and ``lapor.routing.dead`` (messages set aside, with the reason).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from lapor_chassis.service import Service
from lapor_contracts.events import AGENCIES, EVENTS, REPLIES, SUBMISSIONS, Event

#: Events that no queue is bound to are kept here: a confirm alone does not say that anybody has them.
UNROUTED = "lapor.unrouted"

#: How long a message that failed waits. One delay for all, because a queue's head holds back what is behind it.
RETRY_AFTER_MS = 5_000

#: A message is tried this often before it is set aside.
ATTEMPTS = 5

#: From RabbitMQ 4 on a quorum queue drops a message that was given back twenty times. A letter that operators look at
#: is given back each time, and so is what a worker had when it was killed: nothing is dropped for that.
QUORUM = {"x-queue-type": "quorum", "x-delivery-limit": 2**31 - 1}


@dataclass(frozen=True)
class Exchange:
    """An exchange; durable, as all of ours are."""

    name: str
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """A queue; durable and replicated (quorum), as all of ours are."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    """From an exchange to a queue, for one routing key."""

    exchange: str
    routing_key: str
    queue: str


@dataclass(frozen=True)
class Topology:
    """What must exist on the broker; declaring it again changes nothing."""

    exchanges: Sequence[Exchange]
    queues: Sequence[Queue]
    bindings: Sequence[Binding]


def inbox_of(service: str) -> str:
    """The queue of a service."""
    return f"lapor.{service}"


def retry_of(service: str) -> str:
    """Where messages that failed wait to be tried again."""
    return f"lapor.{service}.retry"


def dead_of(service: str) -> str:
    """Where messages that can never work are kept."""
    return f"lapor.{service}.dead"


def agency_queue(code: str) -> str:
    """The queue from which an agency's own system takes its reports."""
    return f"agency.{code}"


def user_of(amqp_uri: str) -> str:
    """The user as whom the broker knows us at this address."""
    return unquote(urlsplit(amqp_uri).username or "guest")


def routing_keys(service: Service, event: type[Event]) -> list[str]:
    """The keys under which a service's queue is bound for an event; the ways in from outside need none."""
    if event.exchange != EVENTS:
        return [""]
    if not event.topic:
        return [event.type]
    return [f"{event.type}.{topic}" for topic in service.only.get(event, "*")]


def hears(service: Service, event: str, routing_key: str) -> bool:
    """Whether an event of this type, published under this key, reaches the service."""
    for kind in service.handlers:
        if kind.type == event:
            return kind not in service.only or routing_key in routing_keys(service, kind)
    return False


def topology(services: Iterable[Service], agencies: Iterable[str] = ()) -> Topology:
    """All that the given services and connected agencies need."""
    queues = [Queue(UNROUTED, QUORUM)]
    bindings = [Binding(UNROUTED, "", UNROUTED)]
    for service in services:
        inbox = inbox_of(service.name)
        queues += [
            Queue(inbox, QUORUM),
            Queue(retry_of(service.name), _waiting_for(inbox)),
            Queue(dead_of(service.name), QUORUM),
        ]
        bindings += [
            Binding(event.exchange, key, inbox) for event in service.handlers for key in routing_keys(service, event)
        ]
    for code in agencies:
        queues.append(Queue(agency_queue(code), QUORUM))
        bindings.append(Binding(AGENCIES, code, agency_queue(code)))
    return Topology(_EXCHANGES, queues, bindings)


_EXCHANGES = (
    Exchange(UNROUTED, "fanout"),
    Exchange(EVENTS, "topic", {"alternate-exchange": UNROUTED}),
    Exchange(AGENCIES, "direct", {"alternate-exchange": UNROUTED}),
    Exchange(SUBMISSIONS, "fanout"),
    Exchange(REPLIES, "fanout"),
)


def _waiting_for(inbox: str) -> dict[str, Any]:
    """After the delay back to the inbox; at least once, so that a broker's crash in between loses nothing."""
    return {
        **QUORUM,
        "x-message-ttl": RETRY_AFTER_MS,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": inbox,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
