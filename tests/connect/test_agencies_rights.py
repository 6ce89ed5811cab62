"""What a body's own system may do on the broker once it is connected, and what it may not, on a real one."""

import stat
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pika
import pytest
from click.testing import CliRunner, Result
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from lapor_chassis.amqp import declare
from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_chassis.service import Service
from lapor_chassis.topology import topology
from lapor_chassis.transactions import Transactions
from lapor_connect import AgencySubscriber, Refused
from lapor_contracts.envelope import Envelope, decode, encode
from lapor_contracts.events import (
    AGENCIES,
    DIRECT,
    EVENTS,
    REPLIES,
    SUBMISSIONS,
    AgencyReplied,
    DispositionAssigned,
    DispositionReplied,
    Event,
)
from lapor_contracts.vocabulary import Kind
from lapor_launcher.broker_users import MANAGEMENT
from lapor_launcher.cli import main
from lapor_launcher.servers.rabbit import Rabbit
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.domain.agencies import Agency, AgencyKind
from lapor_routing.reference.agencies import AgencyRow
from tests.connect.test_adapters_rights import cut_off, publish
from tests.support.builders import tracking_id
from tests.support.until import until


class Operator:
    """Whoever runs LAPOR!, with a broker, and routing's database with two bodies."""

    def __init__(self, rabbit: Rabbit, folder: Path) -> None:
        self.folder, self.uri = folder, rabbit.fresh_vhost()
        here = urlsplit(self.uri).path[-4:].upper()  # the broker knows others from other tests
        self.roads, self.power = f"PEMDA-14.02/JALAN-{here}", f"LISTRIK-{here}"
        declare(self.uri, topology([Service("routing", service.metadata, {AgencyReplied: print})]))
        url = f"sqlite:///{folder}/routing.db"
        self._environment = {
            MANAGEMENT: rabbit.management(),
            "AMQP_URI": self.uri,
            "LAPOR_ROUTING_DATABASE_URL": url,
        }
        engine = create_engine(url)
        upgrade("routing", engine)
        bodies = [Agency(code, code, AgencyKind.STATE_ENTERPRISE) for code in (self.roads, self.power)]
        with Transactions(engine, service.metadata, source="test").begin() as tx:
            load_directory(tx, [AgencyRow(body, (body.name,)) for body in bodies])
        engine.dispose()

    def lapor(self, *arguments: str) -> Result:
        """Give a command."""
        return CliRunner(env=self._environment).invoke(main, ["--folder", str(self.folder), "agency", *arguments])

    def connect(self, code: str) -> str:
        """The address at which a body's system finds the broker, with its password."""
        path = self.folder / uuid.uuid4().hex
        done = self.lapor("connect", code, "--secret-file", str(path))
        assert done.exit_code == 0, done.output
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "amqp://" not in done.output
        return path.read_text().strip()

    def say(self, event: Event, code: str) -> None:
        """Tell a body's system something, as routing does."""
        envelope = Envelope(id=uuid.uuid4(), source="test", time=datetime.now(UTC), event=event, correlation_id="1")
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            connection.channel().basic_publish(AGENCIES, code, encode(envelope))

    def hear(self) -> tuple[AgencyReplied, str]:
        """What came to routing, and who the broker says sent it."""
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            channel = connection.channel()
            _, properties, body = until(lambda: _found(channel.basic_get("lapor.routing", auto_ack=True)))
        event = decode(body).event
        assert isinstance(event, AgencyReplied)
        return event, properties.user_id


def _found(got: tuple[Any, Any, bytes]) -> tuple[Any, Any, bytes] | None:
    return got if got[0] else None


@pytest.fixture(scope="module")
def operator(own_rabbitmq: Rabbit, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """An operator who has the way to the broker's users."""
    return Operator(own_rabbitmq, tmp_path_factory.mktemp("operator"))


@pytest.fixture(scope="module")
def roads(operator: Operator) -> str:
    """A body that is connected; its neighbour is too."""
    operator.connect(operator.power)
    return operator.connect(operator.roads)


@pytest.fixture
def channel(roads: str) -> Iterator[BlockingChannel]:
    """What the body has on the broker, used by somebody who wants more."""
    with pika.BlockingConnection(pika.URLParameters(roads)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


def assigned(code: str) -> DispositionAssigned:
    """A report for a body."""
    report_id = uuid.uuid4()
    return DispositionAssigned(
        report_id=report_id,
        tracking_id=tracking_id(report_id),
        disposition_id=uuid.uuid4(),
        agency_code=code,
        assigned_at=datetime.now(UTC),
        kind=Kind.COMPLAINT,
        title="Jalan berlubang",
        body="Jalan berlubang di depan pasar.",
    )


def replied(assignment: DispositionAssigned) -> DispositionReplied:
    """Its reporter wrote."""
    return DispositionReplied(
        report_id=assignment.report_id,
        tracking_id=assignment.tracking_id,
        disposition_id=assignment.disposition_id,
        agency_code=assignment.agency_code,
        reply_id=uuid.uuid4(),
        replied_at=datetime.now(UTC),
        text="Masih berlubang.",
    )


def test_a_body_that_is_connected_gets_its_reports_answers_them_and_hears_of_the_reporter(
    operator: Operator, roads: str
) -> None:
    given, news = assigned(operator.roads), list[Any]()
    operator.say(given, operator.roads)
    operator.say(replied(given), operator.roads)

    subscriber = AgencySubscriber(operator.roads, roads)
    thread = threading.Thread(
        target=subscriber.run, args=(lambda assignment: assignment.answer("Sudah ditambal."), news.append)
    )
    thread.start()
    reply, sender = operator.hear()
    until(lambda: news)
    subscriber.stop()
    thread.join()
    subscriber.close()

    assert (reply.disposition_id, reply.text) == (given.disposition_id, "Sudah ditambal.")
    assert sender == reply.agency_code == operator.roads
    assert (news[0].type, news[0].data["text"]) == ("disposition.replied.v1", "Masih berlubang.")


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda channel, _: channel.basic_get("lapor.routing"), id="take what others answer"),
        pytest.param(lambda channel, _: channel.basic_get("lapor.routing.dead"), id="take what was set aside"),
        pytest.param(lambda channel, _: channel.basic_get("lapor.unrouted"), id="take what nobody heard"),
        pytest.param(lambda channel, other: channel.basic_get(f"agency.{other}"), id="read the neighbour's queue"),
        pytest.param(lambda channel, other: channel.basic_consume(f"agency.{other}", print), id="listen to it"),
        pytest.param(lambda channel, other: channel.queue_purge(f"agency.{other}"), id="empty it"),
        pytest.param(lambda channel, other: channel.queue_delete(f"agency.{other}"), id="delete it"),
        pytest.param(lambda channel, _: channel.queue_declare("mine"), id="declare a queue"),
        pytest.param(lambda channel, _: channel.queue_declare("", exclusive=True), id="declare one of its own"),
        pytest.param(lambda channel, other: channel.queue_bind(f"agency.{other}", AGENCIES, other), id="bind"),
        pytest.param(lambda channel, _: channel.exchange_declare("mine", "fanout"), id="declare an exchange"),
        pytest.param(lambda channel, _: channel.exchange_bind(REPLIES, EVENTS, "#"), id="bind an exchange"),
        pytest.param(lambda channel, _: publish(EVENTS, "report.closed.v1")(channel), id="say what services say"),
        pytest.param(lambda channel, _: publish(SUBMISSIONS)(channel), id="hand in a report"),
        pytest.param(lambda channel, other: publish(AGENCIES, other)(channel), id="give the neighbour a report"),
        pytest.param(lambda channel, other: publish(DIRECT, f"agency.{other}")(channel), id="write into its queue"),
    ],
)
def test_whatever_else_its_system_tries_is_refused(
    operator: Operator, channel: BlockingChannel, attempt: Callable[[BlockingChannel, str], None]
) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        attempt(channel, operator.power)

    assert refused.value.reply_code == 403


def test_it_cannot_bind_its_own_queue_to_what_is_not_its_own(operator: Operator, channel: BlockingChannel) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        channel.queue_bind(f"agency.{operator.roads}", AGENCIES, operator.power)

    assert refused.value.reply_code == 403


def test_it_forges_no_answer_of_its_neighbours(operator: Operator, channel: BlockingChannel) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        publish(REPLIES, user_id=operator.power)(channel)

    assert refused.value.reply_code == 406


def test_connecting_again_gives_another_password_and_ends_who_came_in_with_the_old_one(operator: Operator) -> None:
    old = operator.connect(operator.power)
    connection = pika.BlockingConnection(pika.URLParameters(old))

    new = operator.connect(operator.power)

    assert cut_off(connection)
    with pytest.raises(Refused, match="user name and password"):
        AgencySubscriber(operator.power, old).run(print)
    pika.BlockingConnection(pika.URLParameters(new)).close()


def test_a_body_that_is_disconnected_is_let_in_no_more_and_loses_nothing(operator: Operator) -> None:
    address = operator.connect(operator.power)
    operator.say(assigned(operator.power), operator.power)
    password = str(urlsplit(address).password)
    until(lambda: "1 in its queue" in operator.lapor("list").output)
    listed = operator.lapor("list").output

    done = operator.lapor("disconnect", "--yes", operator.power)

    assert f"agency.{operator.power}" in done.output
    assert operator.power in listed
    assert "nobody takes from its queue" in listed
    assert password not in listed
    with pytest.raises(Refused, match="user name and password"):
        AgencySubscriber(operator.power, address).run(print)
    assert operator.power not in operator.lapor("list").output
    again = operator.connect(operator.power)
    with pika.BlockingConnection(pika.URLParameters(again)) as connection:
        assert until(lambda: connection.channel().basic_get(f"agency.{operator.power}", auto_ack=True)[0])


def test_nobody_is_connected_who_is_not_in_the_directory(operator: Operator) -> None:
    unknown = operator.lapor("connect", "TIDAK-ADA")

    assert (unknown.exit_code, unknown.stderr) == (1, "Error: TIDAK-ADA: there is no such body in the directory\n")


def test_other_means_need_the_key_that_locks_their_secrets(operator: Operator) -> None:
    done = operator.lapor("connect", operator.power, "--webhook", "https://pln.example/lapor")

    assert done.exit_code == 1
    assert "LAPOR_ROUTING_CONNECTION_KEY: is not set" in done.stderr
