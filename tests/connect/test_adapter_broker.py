"""Handing in reports over the broker."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from urllib.parse import urlsplit

import pika
import pytest

from lapor_connect import ChannelAdapter, Refused, Unavailable
from lapor_contracts.events import SUBMISSIONS, Event, ReportSubmitted, SubmissionRefused
from lapor_launcher.servers.rabbit import Rabbit
from tests.connect.cable import Cable
from tests.connect.intake import BrokerIntake, accept
from tests.support.builders import tracking_id
from tests.support.until import until

REPORT = {
    "title": "Lampu jalan mati",
    "body": "Lampu jalan mati di Jl. Mawar sudah tiga hari.",
    "occurred_on": date(2026, 1, 3),
    "reporter": {"phone": "0812 3456 7890"},
}

Connect = Callable[..., ChannelAdapter]


@pytest.fixture
def connect(cable: Cable) -> Iterator[Connect]:
    """Makes adapters that are in more of a hurry than they would be by default."""
    made: list[ChannelAdapter] = []

    def make(address: str = cable.uri, **options: float) -> ChannelAdapter:
        adapter = ChannelAdapter("jaki", address, **{"patience": 10, "first_pause": 0.05, **options})
        made.append(adapter)
        return adapter

    yield make
    for adapter in made:
        adapter.close()


def test_a_report_is_handed_in_and_its_tracking_id_comes_back(connect: Connect, intake: BrokerIntake) -> None:
    submitted = connect().submit(REPORT, idempotency_key="jaki-17")

    assert submitted.tracking_id == tracking_id("jaki-17")
    (heard,) = intake.heard
    assert heard.event.body == REPORT["body"]
    assert heard.event.occurred_on == date(2026, 1, 3)
    assert heard.event.idempotency_key == "jaki-17"
    assert heard.event.reporter
    assert heard.event.reporter.phone == "0812 3456 7890"


def test_a_submission_is_kept_by_the_broker_and_says_who_sent_it(
    connect: Connect, intake: BrokerIntake, cable: Cable
) -> None:
    connect().submit(REPORT)

    (heard,) = intake.heard
    assert heard.envelope.source == "adapter/jaki"
    assert heard.properties.user_id == urlsplit(cable.uri).username
    assert heard.properties.delivery_mode == 2
    assert heard.properties.content_type == "application/cloudevents+json"
    assert heard.properties.message_id == str(heard.envelope.id)


def test_each_report_without_a_key_gets_one_of_its_own(connect: Connect, intake: BrokerIntake) -> None:
    adapter = connect()

    keys = {adapter.submit(REPORT).idempotency_key for _ in range(3)}

    assert len(keys) == 3
    assert keys == {heard.event.idempotency_key for heard in intake.heard}


def test_a_report_is_durable_though_nobody_answers_in_time(connect: Connect, intake: BrokerIntake) -> None:
    intake.answer = lambda _: None

    submitted = connect(answer_within=0.2).submit(REPORT, "jaki-1")

    assert submitted.tracking_id is None
    assert submitted.idempotency_key == "jaki-1"
    until(lambda: len(intake.heard) == 1)


def test_an_answer_that_comes_too_late_is_not_taken_for_another_one(connect: Connect, intake: BrokerIntake) -> None:
    held: list[ReportSubmitted] = []

    def late(event: ReportSubmitted) -> Event | None:
        held.append(event)
        return accept(held[0]) if len(held) == 2 else None

    intake.answer = late
    adapter = connect(answer_within=0.3)
    adapter.submit(REPORT, "jaki-1")

    assert adapter.submit(REPORT, "jaki-2").tracking_id is None


def test_a_refusal_says_why(connect: Connect, intake: BrokerIntake) -> None:
    intake.answer = lambda event: SubmissionRefused(
        report_id=event.report_id, reason="region_code: unknown", idempotency_key=event.idempotency_key
    )

    with pytest.raises(Refused, match="region_code: unknown"):
        connect().submit(REPORT)


def test_what_nobody_takes_is_not_called_submitted(connect: Connect, vhost: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(vhost)) as connection:
        connection.channel().exchange_delete(SUBMISSIONS)
        connection.channel().exchange_declare(SUBMISSIONS, "fanout", durable=True)

    with pytest.raises(Unavailable, match="nobody takes"):
        connect(patience=0.3).submit(REPORT)


def test_an_adapter_goes_on_after_its_connection_was_cut(connect: Connect, intake: BrokerIntake, cable: Cable) -> None:
    adapter = connect()
    adapter.submit(REPORT, "jaki-1")

    cable.cut()

    assert adapter.submit(REPORT, "jaki-2").tracking_id == tracking_id("jaki-2")


def test_a_connection_cut_while_waiting_for_the_answer_costs_nothing(
    connect: Connect, intake: BrokerIntake, cable: Cable
) -> None:
    def cut_at_first(event: ReportSubmitted) -> Event | None:
        if len(intake.heard) == 1:
            cable.cut()
            return None
        return accept(event)

    intake.answer = cut_at_first

    submitted = connect().submit(REPORT, "jaki-1")

    assert submitted.tracking_id == tracking_id("jaki-1")
    assert {heard.event.idempotency_key for heard in intake.heard} == {"jaki-1"}
    assert len({heard.envelope.id for heard in intake.heard}) == 2


def test_an_adapter_waits_for_a_broker_that_is_away(connect: Connect, intake: BrokerIntake, cable: Cable) -> None:
    cable.unplug()
    threading.Timer(0.5, cable.plug_in).start()

    assert connect().submit(REPORT, "jaki-1").tracking_id == tracking_id("jaki-1")


def test_patience_has_an_end(connect: Connect, cable: Cable) -> None:
    cable.unplug()

    with pytest.raises(Unavailable):
        connect(patience=0.2).submit(REPORT)


def test_a_wrong_password_is_refused_at_once(connect: Connect, cable: Cable) -> None:
    address = urlsplit(cable.uri)
    wrong = address._replace(netloc=f"nobody:guess@{address.netloc.rpartition('@')[2]}").geturl()

    with pytest.raises(Refused, match="user name and password"):
        connect(wrong).submit(REPORT)


def test_an_adapter_needs_no_other_right_than_to_hand_in(connect: Connect, own_rabbitmq: Rabbit) -> None:
    vhost = own_rabbitmq.fresh_vhost()
    mine = own_rabbitmq.add_user("jaki", "secret", vhost, configure="^$", write=r"^lapor\.submissions$", read="^$")

    with BrokerIntake(vhost):
        assert connect(mine).submit(REPORT, "jaki-1").tracking_id == tracking_id("jaki-1")


def test_who_may_not_hand_in_is_told_so_at_once(connect: Connect, own_rabbitmq: Rabbit) -> None:
    vhost = own_rabbitmq.fresh_vhost()
    other = own_rabbitmq.add_user("other", "secret", vhost, configure="^$", write="^$", read="^$")

    with BrokerIntake(vhost), pytest.raises(Refused, match="ACCESS_REFUSED"):
        connect(other).submit(REPORT)


def test_threads_may_share_an_adapter(connect: Connect, intake: BrokerIntake) -> None:
    adapter = connect()
    keys = [str(uuid.uuid4()) for _ in range(40)]

    with ThreadPoolExecutor(8) as threads:
        submitted = list(threads.map(lambda key: adapter.submit(REPORT, key), keys))

    assert [each.tracking_id for each in submitted] == [tracking_id(key) for key in keys]
    assert len(intake.heard) == 40


def test_what_cannot_be_sent_is_named_before_anything_is_sent(connect: Connect) -> None:
    with pytest.raises(TypeError, match="object"):
        connect().submit({"body": object()})


def test_an_address_must_say_how_to_get_there() -> None:
    with pytest.raises(ValueError, match="amqp://"):
        ChannelAdapter("jaki", "lapor.go.id")
