"""Into the queues of bodies' own systems, a few messages at a time.

A queue gives back what came first, and knows no deadlines. So most of what a system does not take waits in the table,
as with the other means, and in the order that it has there.
"""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from lapor_chassis.amqp import AWAY, Publisher, look_into
from lapor_chassis.topology import agency_queue
from lapor_chassis.transactions import Outgoing
from lapor_contracts.events import AGENCIES
from lapor_routing.domain.delivering import Connection, Delivered, Fault, Outcome, Undelivered
from lapor_routing.outbound.store import Delivery

#: So many messages may lie in a body's queue: as many as `AgencySubscriber` takes in hand.
ROOM = 20


@dataclass(frozen=True)
class Broker:
    """Puts deliveries into queues. Each over a connection of its own: there are few, and rounds run side by side."""

    uri: str = field(repr=False)

    def send(self, connection: Connection, delivery: Delivery, *, reference: str | None, at: datetime) -> Outcome:
        """Put it into the body's queue if there is room."""
        code = connection.agency_code
        queue = agency_queue(code)
        try:
            lying = look_into(self.uri, [queue]).get(queue)
            if lying is None:
                return Undelivered("has no queue", Fault.BROKER)
            if lying.messages >= ROOM:
                return Undelivered("does not take what lies in its queue", Fault.BROKER)
            with closing(Publisher(self.uri)) as publisher:
                publisher.publish([Outgoing(delivery.id, delivery.type, AGENCIES, code, delivery.body)])
        except AWAY as error:
            return Undelivered(f"the broker does not take it ({type(error).__name__})", Fault.BROKER)
        return Delivered()
