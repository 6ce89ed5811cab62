"""Reports from ``lapor.submissions`` until tracking shows them as routed and notification has planned each notice."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from lapor_chassis.amqp import Publisher
from lapor_chassis.transactions import Outgoing
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import SUBMISSIONS, ReportSubmitted
from lapor_contracts.schema import load
from lapor_launcher.bench.stand import Stand, percentiles, report, stand
from lapor_launcher.bench.subjects import a_report
from lapor_launcher.services import NAMES

#: Published at once; a real adapter would also not send a thousand without waiting.
BURST = 250

#: Seconds of the steady part.
STEADY = 20


@dataclass
class Sent:
    """When each report was published, by the key it was published under."""

    at: dict[str, datetime] = field(default_factory=dict)


def measure(*, reports: int, rate: int, as_json: bool) -> None:
    """Print how many reports a second go through, and how long one takes."""
    with stand() as system:
        print(f"{reports} reports at full speed", flush=True)
        before = system.processor_seconds()
        sent, seconds = _full_speed(system, reports)
        busy = {name: after - before[name] for name, after in system.processor_seconds().items()}
        figures: dict[str, object] = {"reports": reports, "reports_per_second": round(reports / seconds, 1)}
        figures |= {f"full_speed_{name}": value for name, value in percentiles(_latencies(system, sent)).items()}
        figures["processor_ms_per_report"] = {name: round(1000 * one / reports, 2) for name, one in busy.items()}
        if rate:
            _settle(system)
            print(f"{rate} reports a second for {STEADY} s", flush=True)
            figures["steady_rate"] = rate
            figures |= percentiles(_latencies(system, _steady(system, rate, first=reports)))
        figures["memory_mb"] = system.memory()
        report(figures, as_json=as_json)


def _full_speed(system: Stand, count: int) -> tuple[Sent, float]:
    publisher, sent = Publisher(system.environment["AMQP_URI"]), Sent()
    begun = time.monotonic()
    for at in range(0, count, BURST):
        _publish(publisher, range(at, min(at + BURST, count)), sent)
    _await(system, count)
    seconds = time.monotonic() - begun
    publisher.close()
    return sent, seconds


def _steady(system: Stand, rate: int, first: int) -> Sent:
    publisher, sent = Publisher(system.environment["AMQP_URI"]), Sent()
    before = _routed(system)
    begun = time.monotonic()
    for number in range(rate * STEADY):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        _publish(publisher, range(first + number, first + number + 1), sent)
    _await(system, before + rate * STEADY)
    publisher.close()
    return sent


def _publish(publisher: Publisher, numbers: Sequence[int], sent: Sent) -> None:
    letters = []
    for number in numbers:
        key, now = uuid.uuid4().hex, datetime.now(UTC)
        submission = load(ReportSubmitted, {**a_report(number), "report_id": str(uuid.uuid4()), "idempotency_key": key})
        envelope = Envelope(id=uuid.uuid4(), source="adapter/bench", time=now, event=submission, correlation_id=key)
        sent.at[key] = now
        letters.append(Outgoing(envelope.id, submission.type, SUBMISSIONS, submission.type, encode(envelope).decode()))
    publisher.publish(letters)


def _await(system: Stand, count: int, patience: float = 600) -> None:
    """Until tracking shows so many as routed and notification has planned as many notices of it."""
    deadline = time.monotonic() + patience
    while (routed := _routed(system)) < count or (planned := _planned(system)) < count:
        if time.monotonic() > deadline:
            planned = _planned(system)
            raise RuntimeError(f"after {patience:.0f} s {routed} of {count} are routed, {planned} notices planned")
        time.sleep(0.1)


def _settle(system: Stand, patience: float = 120) -> None:
    """Until the first part has nothing more to say: the second is not to pay for it."""
    deadline = time.monotonic() + patience
    question = "SELECT count(*) FROM deadlines WHERE announced_at IS NULL AND stopped_at IS NULL"
    heard = [_heard(system)]
    while _count(system, "tracking", question) or len(heard) < 3 or heard[-1] != heard[-3]:
        if time.monotonic() > deadline:
            raise RuntimeError("the system does not come to rest")
        time.sleep(0.5)
        heard.append(_heard(system))


def _heard(system: Stand) -> int:
    return sum(_count(system, name, "SELECT count(*) FROM inbox") for name in NAMES)


def _routed(system: Stand) -> int:
    return _count(system, "tracking", "SELECT count(*) FROM timelines WHERE agency_code IS NOT NULL")


def _planned(system: Stand) -> int:
    return _count(system, "notification", "SELECT count(*) FROM notices WHERE template = 'routed'")


def _count(system: Stand, service: str, question: str) -> int:
    with system.service(service).transactions.read() as connection:
        return int(connection.execute(sa.text(question)).scalar_one())


def _latencies(system: Stand, sent: Sent) -> list[float]:
    """Seconds from publishing a report to tracking having heard that it is routed."""
    reports = sa.table("reports", sa.column("report_id", sa.Uuid), sa.column("idempotency_key"))
    with system.service("intake").transactions.read() as connection:
        rows = connection.execute(sa.select(reports.c.report_id, reports.c.idempotency_key))
        keys = {row.report_id: row.idempotency_key for row in rows}
    tracking = system.service("tracking").transactions
    inbox = tracking.tables.inbox
    steps = sa.table("steps", sa.column("event_id", sa.Uuid), sa.column("report_id", sa.Uuid), sa.column("type"))
    heard = (
        sa.select(steps.c.report_id, inbox.c.received_at)
        .join(inbox, inbox.c.event_id == steps.c.event_id)
        .where(steps.c.type == "routed")
    )
    with tracking.read() as connection:
        found = connection.execute(heard).all()
    return [
        (received_at - sent.at[keys[report_id]]).total_seconds()
        for report_id, received_at in found
        if keys.get(report_id) in sent.at
    ]
