"""How bodies' own systems are doing, for people who look: what lies in their queues, and figures for alarms.

The broker's client is loaded where there is a broker: the embedded mode does without.
"""

from collections.abc import Sequence
from dataclasses import replace

from prometheus_client import Gauge

from lapor_chassis.topology import agency_queue
from lapor_chassis.transactions import Transactions
from lapor_routing.domain.delivering import ALARM_AFTER, Means
from lapor_routing.outbound import store
from lapor_routing.outbound.store import Line

systems = Gauge(
    "lapor_agency_systems",
    "Bodies' systems that failed for a day, are asked no more, or take nothing from a queue in which something lies.",
    ["state"],
)


def with_queues(lines: Sequence[Line], amqp_uri: str | None) -> list[Line]:
    """The connections, and what lies in the queues of those over the broker, where it tells."""
    queues = {line.code: agency_queue(line.code) for line in lines if line.means is Means.BROKER}
    if not amqp_uri or not queues:
        return list(lines)
    from lapor_chassis.amqp import AWAY, look_into

    try:
        found = look_into(amqp_uri, queues.values())
    except AWAY:
        return list(lines)
    return [replace(line, queue=found.get(queues.get(line.code, ""))) for line in lines]


def measure(transactions: Transactions, amqp_uri: str | None) -> int:
    """Keep the figures."""
    with transactions.read() as connection:
        failing, disabled = store.failing(connection, transactions.clock.now() - ALARM_AFTER)
        connected = store.connected(connection)
    systems.labels("failing").set(failing)
    systems.labels("disabled").set(disabled)
    if amqp_uri:
        from lapor_chassis.amqp import look_into

        queues = look_into(amqp_uri, [agency_queue(code) for code, by in connected.items() if by is Means.BROKER])
        systems.labels("untaken").set(sum(queue.messages > 0 and not queue.readers for queue in queues.values()))
    return 0
