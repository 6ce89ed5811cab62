"""Of what adapters hand in over a real broker nothing that tells who reported stays there, handled or not."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pika
import pytest

from lapor_connect import ChannelAdapter
from lapor_connect.broker import Publisher, cloud_event
from lapor_contracts.events import SUBMISSIONS, ReportSubmitted
from tests.support.real_system import RealSystem, unique
from tests.support.until import until
from tests.system.canary import NAME, REPORTER, SIGNED, traces

pytestmark = pytest.mark.system

REPORT = {"title": f"Lampu mati, {NAME}", "body": SIGNED, "place": f"Rumah {NAME}", "reporter": REPORTER}


@pytest.fixture
def system(real_system: RealSystem) -> Iterator[RealSystem]:
    """All queues, and intake at work. Nobody takes from the other services' queues."""
    real_system.lapor("topology", "--declare")
    real_system.start("intake worker")
    yield real_system
    for letter in real_system.dead_letters("intake"):
        real_system.lapor("deadletters", "discard", "--yes", letter.id)
    real_system.stop_all()


def admitted(system: RealSystem, name: str) -> str:
    """The address of an adapter that the operator has let in."""
    told = system.lapor("adapter", "add", name, **system.rabbit.rabbitmqctl(system.folder))
    assert told.returncode == 0, told.stderr
    return next(word for word in told.stdout.split() if word.startswith("amqp://"))


def hand_in_without_waiting(address: str, **changes: Any) -> None:
    """Hand in what can never become a report; whoever waited would be told so, and nothing would be set aside."""

    def event() -> dict[str, Any]:
        name = str(uuid.uuid4())
        data = {**REPORT, "report_id": name, "idempotency_key": name, **changes}
        return cloud_event(ReportSubmitted.type, "adapter/kota", name, data)

    with closing(Publisher(address, patience=10, first_pause=0.1)) as publisher:
        publisher.publish(SUBMISSIONS, event)


def everything_on_the_broker(system: RealSystem) -> dict[str, list[str]]:
    """Each message of each queue, with its properties; all go back."""
    found: dict[str, list[str]] = {}
    with pika.BlockingConnection(pika.URLParameters(system.uri)) as connection:
        channel = connection.channel()
        for queue in system.rabbit.listing("queues", system.uri, "name"):
            taken = found.setdefault(queue["name"], [])
            while True:
                method, properties, body = channel.basic_get(queue["name"])
                if method is None:
                    break
                taken.append(f"{properties} {body.decode('utf-8', 'replace')}")
    return found


def test_nothing_that_tells_who_reported_stays_on_the_broker(system: RealSystem) -> None:
    address = admitted(system, unique("kota"))
    with closing(ChannelAdapter("kota", address, answer_within=30)) as adapter:
        assert adapter.submit(REPORT).tracking_id
    for wrong in ({"region_code": "99.99"}, {"kind": NAME}, {"reporter": json.dumps(REPORTER)}):
        hand_in_without_waiting(address, **wrong)
    until(lambda: len(system.dead_letters("intake")) == 3, 30)

    found = everything_on_the_broker(system)

    assert {name: queue for name, queue in found.items() if traces("".join(queue))} == {}
    assert found["lapor.intake"] == found["lapor.intake.retry"] == []
    assert any("Lampu mati, [nama pelapor]" in letter for letter in found["lapor.intake.dead"])
    assert any("Lampu mati, [nama pelapor]" in event for event in found["lapor.verification"])
    assert traces(system.log("intake worker").read_bytes()) == []
