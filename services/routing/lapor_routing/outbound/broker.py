"""Into the queues of bodies' own systems, a few messages at a time.

A queue gives back what came first, and knows no deadlines. So most of what a system does not take waits in the table,
as with the other means, and in the order that it has there.
"""

from datetime import datetime
from threading import Lock

from lapor_chassis.amqp import AWAY, Publisher
from lapor_chassis.topology import agency_queue
from lapor_chassis.transactions import Outgoing
from lapor_contracts.events import AGENCIES
from lapor_routing.domain.delivering import Connection, Delivered, Fault, Outcome, Undelivered
from lapor_routing.outbound.store import Delivery

#: So many messages may lie in a body's queue: as many as `AgencySubscriber` takes in hand.
ROOM = 20


class Broker:
    """Puts deliveries into queues, over one connection: the broker is ours, and no queue is slower than another."""

    def __init__(self, amqp_uri: str) -> None:
        self._publisher = Publisher(amqp_uri)
        self._lock = Lock()

    def send(self, connection: Connection, delivery: Delivery, *, reference: str | None, at: datetime) -> Outcome:
        """Put it into the body's queue if there is room."""
        letter = Outgoing(delivery.id, delivery.type, AGENCIES, connection.agency_code, delivery.body)
        try:
            with self._lock:
                if self._publisher.look_into(agency_queue(connection.agency_code)).messages >= ROOM:
                    return Undelivered("does not take what lies in its queue", Fault.BROKER)
                self._publisher.publish([letter])
        except AWAY as error:
            return Undelivered(f"the broker does not take it ({type(error).__name__})", Fault.BROKER)
        return Delivered()
