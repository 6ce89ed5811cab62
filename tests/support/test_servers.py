"""The servers that the tests stand on come up, do what is promised, and leave nothing behind."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pika
import psycopg
import pytest
from pika.exceptions import ChannelClosedByBroker

from lapor_launcher import servers
from lapor_launcher.servers.machine import Ways, machine
from tests.support.until import until

linux = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="looks at processes through /proc")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where servers started in this test put their files; the user that runs PostgreSQL may pass through it."""
    with tempfile.TemporaryDirectory(prefix="rig-") as name:
        path = Path(name)
        path.chmod(0o711)
        monkeypatch.setattr(tempfile, "tempdir", name)
        monkeypatch.setenv("TMPDIR", name)
        yield path


def processes_in(folder: Path) -> list[Path]:
    """Every process of a server works in the server's folder, or was told of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place, told = (process / "cwd").readlink(), (process / "environ").read_bytes()
        except OSError:  # it has ended, or is somebody else's
            continue
        if place.is_relative_to(folder) or bytes(folder) in told:
            found.append(process)
    return found


def publish(uri: str, queue: str, body: bytes) -> None:
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(queue, durable=True)
        channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def fetch(uri: str, queue: str) -> bytes | None:
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        _, _, body = connection.channel().basic_get(queue, auto_ack=True)
        return body


def plain(url: str) -> str:
    """SQLAlchemy's URL as psycopg reads it."""
    return url.replace("+psycopg", "")


@linux
def test_a_message_goes_through_a_private_broker_and_no_process_is_left(folder: Path) -> None:
    with servers.rabbitmq(given=False) as rabbit:
        publish(rabbit.amqp_uri, "reports", b"Jalan rusak")

        received = fetch(rabbit.amqp_uri, "reports")

    assert received == b"Jalan rusak"
    assert processes_in(folder) == []
    assert list(folder.iterdir()) == []


@linux
def test_a_row_goes_through_a_private_database_and_no_process_is_left(folder: Path) -> None:
    with (
        servers.postgresql(given=False) as postgres,
        psycopg.connect(plain(postgres.create_database("intake"))) as connection,
    ):
        connection.execute("CREATE TABLE reports (title text)")
        connection.execute("INSERT INTO reports VALUES ('Jalan rusak')")

        stored = connection.execute("SELECT title FROM reports").fetchall()

    assert stored == [("Jalan rusak",)]
    assert processes_in(folder) == []
    assert list(folder.iterdir()) == []


@linux
@pytest.mark.parametrize("server", ["postgresql", "rabbitmq"])
@pytest.mark.parametrize("moment", ["while it starts", "when it runs"])
def test_a_server_goes_even_when_the_tests_are_killed(folder: Path, server: str, moment: str) -> None:
    program = (
        f"from lapor_launcher import servers\n"
        f"with servers.{server}(given=False):\n"
        f"    print('up', flush=True)\n"
        f"    input()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tests:
        until(lambda: [process for process in processes_in(folder) if process.name != str(tests.pid)])
        if moment == "when it runs":
            assert tests.stdout is not None
            assert tests.stdout.readline() == b"up\n"

        tests.kill()

    until(lambda: not processes_in(folder) and not list(folder.iterdir()), seconds=30)


def test_a_broker_that_was_restarted_has_its_messages(own_rabbitmq: servers.Rabbit) -> None:
    uri = own_rabbitmq.fresh_vhost()
    publish(uri, "reports", b"Jalan rusak")

    own_rabbitmq.restart()

    assert fetch(uri, "reports") == b"Jalan rusak"


def test_a_database_that_was_away_has_its_rows(own_postgresql: servers.Postgres) -> None:
    url = plain(own_postgresql.create_database("intake"))
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE reports (title text)")

    with own_postgresql.away(), pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM reports").fetchone() == (0,)


def test_tests_do_not_see_each_others_messages(own_rabbitmq: servers.Rabbit) -> None:
    mine, yours = own_rabbitmq.fresh_vhost(), own_rabbitmq.fresh_vhost()

    publish(mine, "reports", b"Jalan rusak")

    with pytest.raises(ChannelClosedByBroker, match="no queue"):
        fetch(yours, "reports")


def test_a_user_may_do_what_was_permitted_and_no_more(own_rabbitmq: servers.Rabbit) -> None:
    uri = own_rabbitmq.fresh_vhost()
    publish(uri, "reports", b"Jalan rusak")

    adapter = own_rabbitmq.add_user("adapter", "kata/sandi", uri, configure="^$", write="^$", read="^reports$")

    assert fetch(adapter, "reports") == b"Jalan rusak"
    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        publish(adapter, "reports", b"Palsu")


def test_a_server_that_was_given_is_used_and_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMQP_URI", "amqp://somebody:secret@broker.example/lapor")

    with servers.rabbitmq() as rabbit:
        assert rabbit.amqp_uri == rabbit.fresh_vhost() == "amqp://somebody:secret@broker.example/lapor"
        with pytest.raises(servers.ServerError, match="unset AMQP_URI"):
            rabbit.stop()


def test_a_given_database_server_has_no_database_more_afterwards(
    monkeypatch: pytest.MonkeyPatch, postgresql: servers.Postgres
) -> None:
    monkeypatch.setenv("DATABASE_URL", plain(postgresql.url))

    with servers.postgresql() as given:
        url = given.create_database("intake")
        psycopg.connect(plain(url)).close()

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain(url))


def test_without_any_way_to_have_a_server_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")  # neither docker nor apt-get
    ways = Ways(
        name="Server",
        variable="SERVER_URI",
        package="server",
        places=["/nowhere/server"],
        container=NotImplemented,
        private=NotImplemented,
    )

    advice = r"set SERVER_URI .* start Docker; .* package server .* as root"
    with pytest.raises(servers.ServerError, match=advice), machine(ways, print):
        pass
