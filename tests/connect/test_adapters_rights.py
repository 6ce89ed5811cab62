"""What an adapter may do on the broker once the operator has let it in, and what it may not, on a real one."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pika
import pytest
from click.testing import CliRunner, Result
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker

from lapor_chassis.amqp import declare
from lapor_chassis.service import Service
from lapor_chassis.topology import topology
from lapor_connect import ChannelAdapter, Refused
from lapor_connect.broker import CONTENT_TYPE, REPLY_TO
from lapor_connect.submitted import Submitted
from lapor_contracts.events import AGENCIES, DIRECT, EVENTS, REPLIES, SUBMISSIONS, ReportReceived, ReportSubmitted
from lapor_intake.store import metadata
from lapor_launcher.broker_users import MANAGEMENT
from lapor_launcher.cli import main
from lapor_launcher.servers.rabbit import Rabbit
from tests.connect.intake import BrokerIntake
from tests.support.builders import tracking_id
from tests.support.until import until

Attempt = Callable[[BlockingChannel], object]

REPORT = {"body": "Lampu jalan mati di Jl. Mawar sudah tiga hari."}


class Operator:
    """Whoever runs LAPOR!, with a broker and intake's database."""

    def __init__(self, rabbit: Rabbit, folder: Path, **variables: str) -> None:
        self.rabbit, self.folder, self.uri = rabbit, folder, rabbit.fresh_vhost()
        declare(self.uri, topology([Service("intake", metadata, {ReportSubmitted: print, ReportReceived: print})]))
        self._environment = {
            **variables,
            "AMQP_URI": self.uri,
            "LAPOR_INTAKE_DATABASE_URL": f"sqlite:///{folder}/intake.db",
        }

    def lapor(self, *arguments: str, **variables: str) -> Result:
        """Give a command."""
        return CliRunner(env={**self._environment, **variables}).invoke(
            main, ["--folder", str(self.folder), *arguments]
        )

    def called(self, name: str) -> str:
        """The name as it stands on the broker, which knows others from other tests."""
        return f"{name}-{urlsplit(self.uri).path[-4:]}"

    def admit(self, name: str) -> str:
        """The address at which an adapter that was just let in finds the broker, with its secret."""
        done = self.lapor("adapter", "add", self.called(name))
        assert done.exit_code == 0, done.output
        return next(word for word in done.output.split() if word.startswith("amqp://"))


@pytest.fixture(scope="module", params=["rabbitmqctl", "management API"])
def operator(
    request: pytest.FixtureRequest, own_rabbitmq: Rabbit, tmp_path_factory: pytest.TempPathFactory
) -> Operator:
    """An operator who has either way to the broker's users."""
    folder = tmp_path_factory.mktemp("operator")
    if request.param == "rabbitmqctl":
        return Operator(own_rabbitmq, folder, **own_rabbitmq.rabbitmqctl(folder))
    return Operator(own_rabbitmq, folder, **{MANAGEMENT: own_rabbitmq.management()})


@pytest.fixture(scope="module")
def jaki(operator: Operator) -> str:
    """An adapter that was let in."""
    return operator.admit("jaki")


@pytest.fixture
def channel(jaki: str) -> Iterator[BlockingChannel]:
    """What the adapter has on the broker, used by somebody who wants more."""
    with pika.BlockingConnection(pika.URLParameters(jaki)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


def hand_in(address: str, key: str | None = None) -> Submitted:
    """Hand in a report, and let go of the connection."""
    adapter = ChannelAdapter("an adapter", address)
    with closing(adapter):
        return adapter.submit(REPORT, key)


def publish(exchange: str, key: str = "", **properties: Any) -> Attempt:
    """An attempt to say something."""
    carried = pika.BasicProperties(content_type=CONTENT_TYPE, **properties)
    return lambda channel: channel.basic_publish(exchange, key, b"{}", carried)


def test_an_adapter_that_was_let_in_hands_in_and_hears_its_tracking_id(operator: Operator, jaki: str) -> None:
    with BrokerIntake(operator.uri) as intake:
        submitted = hand_in(jaki, "jaki-1")

    assert submitted.tracking_id == tracking_id("jaki-1")
    assert [heard.properties.user_id for heard in intake.heard] == [operator.called("jaki")]


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda channel: channel.basic_get("lapor.intake"), id="take what others handed in"),
        pytest.param(lambda channel: channel.basic_consume("lapor.intake", print), id="listen to what others hand in"),
        pytest.param(lambda channel: channel.basic_get("lapor.intake.retry"), id="take what failed"),
        pytest.param(lambda channel: channel.basic_get("lapor.intake.dead"), id="take what was set aside"),
        pytest.param(lambda channel: channel.basic_get("lapor.unrouted"), id="take what nobody heard"),
        pytest.param(lambda channel: channel.queue_purge("lapor.intake"), id="throw reports away"),
        pytest.param(lambda channel: channel.queue_delete("lapor.intake"), id="delete a queue"),
        pytest.param(lambda channel: channel.queue_declare("mine"), id="declare a queue"),
        pytest.param(lambda channel: channel.queue_declare("", exclusive=True), id="declare a queue of its own"),
        pytest.param(lambda channel: channel.queue_bind("lapor.intake", EVENTS, "#"), id="bind a queue"),
        pytest.param(lambda channel: channel.exchange_bind(SUBMISSIONS, EVENTS, "#"), id="bind an exchange"),
        pytest.param(lambda channel: channel.exchange_declare("mine", "fanout"), id="declare an exchange"),
        pytest.param(lambda channel: channel.exchange_delete(SUBMISSIONS), id="delete an exchange"),
        pytest.param(publish(EVENTS, "report.closed.v1"), id="say what only services say"),
        pytest.param(publish(REPLIES), id="answer for an agency"),
        pytest.param(publish(AGENCIES, "BUMN-PLN"), id="give an agency a report"),
        pytest.param(publish(DIRECT, "lapor.routing"), id="write into a service's queue"),
    ],
)
def test_whatever_else_it_tries_is_refused(
    channel: BlockingChannel, attempt: Callable[[BlockingChannel], None]
) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        attempt(channel)

    assert refused.value.reply_code == 403


@pytest.mark.parametrize("name", ["medan", "lapor", "BUMN-PLN"])
def test_it_hands_in_under_no_name_but_its_own(channel: BlockingChannel, name: str) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        publish(SUBMISSIONS, user_id=name)(channel)

    assert refused.value.reply_code == 406


def test_it_cannot_tell_another_adapter_a_wrong_tracking_id(operator: Operator, channel: BlockingChannel) -> None:
    with BrokerIntake(operator.uri) as intake:
        hand_in(operator.admit("medan"))
        (heard,) = intake.heard
    assert heard.properties.reply_to.startswith(f"{REPLY_TO}.")

    with pytest.raises(ChannelClosedByBroker) as refused:
        publish(DIRECT, heard.properties.reply_to)(channel)

    assert refused.value.reply_code == 403


def test_a_new_secret_ends_the_old_one_and_who_came_in_with_it(operator: Operator) -> None:
    old = operator.admit("kota")
    connection = pika.BlockingConnection(pika.URLParameters(old))

    new = operator.admit("kota")

    assert cut_off(connection)
    with pytest.raises(Refused, match="user name and password"):
        hand_in(old)
    with BrokerIntake(operator.uri):
        assert hand_in(new).tracking_id


def test_an_adapter_that_was_removed_can_do_nothing_from_then_on(operator: Operator) -> None:
    name, address = operator.called("lama"), operator.admit("lama")
    connection = pika.BlockingConnection(pika.URLParameters(address))

    done = operator.lapor("adapter", "remove", "--yes", name)

    assert done.output == f"{name}: is let in no more\n"
    assert cut_off(connection)
    with pytest.raises(Refused, match="user name and password"):
        hand_in(address)
    assert name not in operator.lapor("adapter", "list").output
    assert operator.lapor("adapter", "remove", "--yes", name).stderr == f"Error: {name}: there is no such adapter\n"


def test_removing_is_asked_for_twice(operator: Operator, jaki: str) -> None:
    done = operator.lapor("adapter", "remove", operator.called("jaki"))

    assert done.exit_code == 1
    pika.BlockingConnection(pika.URLParameters(jaki)).close()


def test_the_list_says_who_is_let_in_and_no_secret(operator: Operator, jaki: str) -> None:
    listed = operator.lapor("adapter", "list").output

    (line,) = (line for line in listed.splitlines() if operator.called("jaki") in line)
    assert "yes" in line
    assert str(urlsplit(jaki).password) not in listed


def test_a_secret_is_kept_nowhere(operator: Operator) -> None:
    secret = str(urlsplit(operator.admit("rahasia")).password)

    kept = [path.read_bytes() for path in operator.folder.rglob("*") if path.is_file()]

    assert kept
    assert not any(secret.encode() in content for content in kept)


def test_nobody_elses_user_becomes_an_adapters(operator: Operator) -> None:
    name = operator.called("tetangga")
    theirs = operator.rabbit.add_user(name, "theirs", operator.uri, "^$", "^$", "^$")
    ours = unquote(urlsplit(operator.uri).username or "")

    refusals = [operator.lapor("adapter", *command) for command in (["add", name], ["add", ours])]

    assert [done.exit_code for done in refusals] == [1, 1]
    assert all("this is somebody else" in done.stderr for done in refusals)
    pika.BlockingConnection(pika.URLParameters(theirs)).close()


def cut_off(connection: pika.BlockingConnection) -> bool:
    """Whether the broker ends the connection."""

    def is_over() -> bool:
        try:
            connection.process_data_events(time_limit=0.1)
        except AMQPConnectionError:
            return True
        return connection.is_closed

    return bool(until(is_over))
