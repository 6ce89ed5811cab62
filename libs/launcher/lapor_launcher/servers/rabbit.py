"""A RabbitMQ for tests and measurements."""

import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from lapor_launcher.servers.machine import Container, Machine, Private, Say, Ways, free_port, machine
from lapor_launcher.servers.server import Server

#: The real scripts, not Debian's on the PATH, which become the user rabbitmq and read the machine's configuration.
PLACES = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server",
    "/opt/rabbitmq*/sbin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
]

USER = "lapor"

#: The usual port of the management API.
MANAGEMENT = 15672

#: `rabbitmqctl` takes a second or two to start: it makes this many virtual hosts at once.
VHOSTS_AT_ONCE = 10


class Rabbit(Server):
    """A RabbitMQ that answers at ``amqp_uri``."""

    name, variable = "RabbitMQ", "AMQP_URI"

    def __init__(self, amqp_uri: str, machine: Machine | None = None) -> None:
        super().__init__(machine)
        self.amqp_uri = amqp_uri
        self._vhosts: list[str] = []

    def fresh_vhost(self) -> str:
        """The URI of a virtual host nobody has used; on a server that was given to us, of the one it has."""
        if not self.is_ours:
            return self.amqp_uri
        if not self._vhosts:
            self._vhosts = [f"test-{secrets.token_hex(4)}" for _ in range(VHOSTS_AT_ONCE)]
            everything = {"configure": ".*", "write": ".*", "read": ".*"}
            self._define(
                vhosts=[{"name": name} for name in self._vhosts],
                permissions=[{"user": USER, "vhost": name, **everything} for name in self._vhosts],
            )
        return urlsplit(self.amqp_uri)._replace(path=f"/{self._vhosts.pop()}").geturl()

    def add_user(self, name: str, password: str, vhost: str, configure: str, write: str, read: str) -> str:
        """The URI of a new user of the virtual host at the URI ``vhost``, with these permissions and no others."""
        uri = urlsplit(vhost)
        permissions = {"configure": configure, "write": write, "read": read}
        self._define(
            users=[{"name": name, "password": password, "tags": ""}],
            permissions=[{"user": name, "vhost": _name_of(vhost), **permissions}],
        )
        return uri._replace(
            netloc=f"{quote(name, safe='')}:{quote(password, safe='')}@{uri.hostname}:{uri.port}"
        ).geturl()

    def management(self) -> str:
        """The address of its management API, with a user who may do everything there; from now on it answers."""
        self._ours.run("rabbitmq-plugins", "--quiet", "enable", "rabbitmq_management")
        login = urlsplit(self.amqp_uri).netloc.rpartition("@")[0]
        return f"http://{login}@{self._ours.host}:{self._ours.port_of(MANAGEMENT)}"

    def rabbitmqctl(self, folder: Path) -> Mapping[str, str]:
        """The variables under which ``rabbitmqctl`` speaks to it; ``folder`` is for what that takes."""
        return self._ours.command("rabbitmqctl", folder)

    def listing(self, what: str, vhost: str, *columns: str) -> list[dict[str, Any]]:
        """What `rabbitmqctl` says of the ``queues``, ``exchanges`` or ``bindings`` in the virtual host at this URI."""
        answer = self._ours.run(
            "rabbitmqctl", "--quiet", "--formatter=json", f"list_{what}", f"--vhost={_name_of(vhost)}", *columns
        )
        found: list[dict[str, Any]] = json.loads(answer)
        return found

    def trace(self, vhost: str) -> None:
        """From now on the exchange ``amq.rabbitmq.trace`` has a copy of whatever is published in this virtual host."""
        self._ours.run("rabbitmqctl", "--quiet", "trace_on", f"--vhost={_name_of(vhost)}")

    def _define(self, **definitions: list[dict[str, str]]) -> None:
        self._ours.run("sh", "-c", 'printf %s "$0" | rabbitmqctl --quiet import_definitions', json.dumps(definitions))

    def _answers(self) -> bool:
        """Whether the broker greets a client. It opens its port last, when users and queues are there."""
        address = urlsplit(self.amqp_uri)
        try:
            with socket.create_connection((address.hostname, address.port), timeout=5) as client:
                client.sendall(b"AMQP\x00\x00\x09\x01")
                return client.recv(1) == b"\x01"  # a method frame: Connection.Start
        except OSError:
            return False


@contextmanager
def rabbitmq(*, given: bool = True, say: Say = print) -> Iterator[Rabbit]:
    """A RabbitMQ: the one at AMQP_URI, unless ``given`` is false, or one of our own that ends with the block."""
    if given and (uri := os.environ.get("AMQP_URI")):
        yield Rabbit(uri)
        return
    password = secrets.token_hex(16)
    ways = Ways(
        name=Rabbit.name,
        variable=Rabbit.variable,
        package="rabbitmq-server",
        places=PLACES,
        container=lambda: Container(
            "rabbitmq:3.13-alpine",
            5672,
            {"RABBITMQ_DEFAULT_USER": USER, "RABBITMQ_DEFAULT_PASS": password},
            MANAGEMENT,
        ),
        private=lambda programs: _PrivateRabbit(programs, password),
    )
    with machine(ways, say) as found:
        rabbit = Rabbit(f"amqp://{USER}:{password}@{found.host}:{found.port}/%2F", found)
        rabbit.await_answer()
        yield rabbit


class _PrivateRabbit(Private):
    """Its own node name, port mapper (epmd), cookie and folders, so that no other RabbitMQ is touched."""

    def __init__(self, programs: Path, password: str) -> None:
        super().__init__("rabbitmq", programs)
        self.other_ports = {MANAGEMENT: free_port()}
        configuration = self._write(
            "rabbitmq.conf",
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            "management.tcp.ip = 127.0.0.1",
            f"management.tcp.port = {self.other_ports[MANAGEMENT]}",
            f"default_user = {USER}",
            f"default_pass = {password}",
            "disk_free_limit.absolute = 64MB",
            "log.console = true",
            "log.file = false",
        )
        self._write(".erlang.cookie", secrets.token_hex(16)).chmod(0o400)
        self.environment |= {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # One that Erlang starts by itself would stay when everything else has gone.
            "ERL_FLAGS": "-start_epmd false",
            "RABBITMQ_NODENAME": f"{self.folder.name}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_CONFIG_FILE": str(configuration),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._write("advanced.config", "[].")),
            "RABBITMQ_CONF_ENV_FILE": str(self._write("rabbitmq-env.conf")),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._write("enabled_plugins", "[].")),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # Idle schedulers sleep instead of spinning: the processors are wanted by what is tested.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def start(self) -> None:
        self.keep(["epmd"], ["sh", "-c", "until epmd -names; do sleep 0.1; done; exec rabbitmq-server"])

    def _write(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return path


def _name_of(vhost: str) -> str:
    return unquote(urlsplit(vhost).path.removeprefix("/"))
