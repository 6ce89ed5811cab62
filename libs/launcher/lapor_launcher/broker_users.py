"""Users of the broker for systems of others: made and ended through its management API, or by ``rabbitmqctl``."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

import click
import requests

#: ``http://USER:PASSWORD@HOST:15672``, of a user with RabbitMQ's tag ``administrator``.
MANAGEMENT = "LAPOR_RABBITMQ_MANAGEMENT_URL"

#: Seconds that the broker may take for one of these.
PATIENCE = 30


@dataclass(frozen=True)
class BrokerUser:
    """A user, and all that it may do. Its name is what the broker vouches for."""

    name: str
    vhost: str
    may_write: str
    may_read: str | None = None

    @property
    def permissions(self) -> tuple[str, str, str]:
        """What it may configure, write and read, as the patterns that the broker asks for."""
        return "^$", _only(self.may_write), _only(self.may_read)

    def commands(self) -> list[str]:
        """How the broker's administrator makes it by hand; the first one asks for the password."""
        add = ["rabbitmqctl", "add_user", self.name]
        permit = ["rabbitmqctl", "set_permissions", "--vhost", self.vhost, self.name, *self.permissions]
        return [shlex.join(add), shlex.join(permit)]

    def definitions(self, password: str) -> dict[str, Any]:
        """The user as RabbitMQ imports it: new, or with another password than before."""
        names = ("configure", "write", "read")
        return {
            "users": [{"name": self.name, "password": password, "tags": ""}],
            "permissions": [
                {"user": self.name, "vhost": self.vhost, **dict(zip(names, self.permissions, strict=True))}
            ],
        }


class BrokerUsers(Protocol):
    """Those whom the broker knows."""

    def names(self) -> set[str]:
        """All of them."""

    def make(self, user: BrokerUser, password: str) -> None:
        """Let it in, with these rights and no others."""

    def end(self, name: str) -> None:
        """Let it in no more; the broker closes its connections."""


def broker_users(amqp_uri: str) -> BrokerUsers | None:
    """The way to the users of the broker at this address that there is here, if any."""
    if url := os.environ.get(MANAGEMENT):
        return Management(url)
    # The command speaks to the broker of its own machine, whatever our services use.
    is_here = urlsplit(amqp_uri).hostname in ("localhost", "127.0.0.1", "::1", socket.gethostname())
    return Rabbitmqctl() if is_here and shutil.which("rabbitmqctl") and _is_reached() else None


def _is_reached() -> bool:
    """Whether the command finds a broker of its own: it may be there for another one, which is none of ours."""
    try:
        _rabbitmqctl("await_online_nodes", "1", "--timeout", "5")
    except click.ClickException:
        return False
    return True


class Management:
    """RabbitMQ's management API."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise click.ClickException(f"{MANAGEMENT}: must begin with http:// or https://")
        self._api = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/") + "/api"
        self._session = requests.Session()
        self._session.auth = (unquote(parts.username or ""), unquote(parts.password or ""))

    def names(self) -> set[str]:
        """All of them."""
        return {user["name"] for user in self._call("GET", "/users").json()}

    def make(self, user: BrokerUser, password: str) -> None:
        """One call, so that no user stands there with half its rights."""
        self._call("POST", "/definitions", json=user.definitions(password))

    def end(self, name: str) -> None:
        """Let it in no more."""
        self._call("DELETE", f"/users/{quote(name, safe='')}")

    def _call(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            answer = self._session.request(method, self._api + path, timeout=PATIENCE, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise click.ClickException(f"{MANAGEMENT}: does not answer ({type(error).__name__})") from None
        if answer.status_code >= 300:
            raise click.ClickException(f"{MANAGEMENT}: answers {answer.status_code} {answer.reason}")
        return answer


class Rabbitmqctl:
    """RabbitMQ's own command, where the broker runs on this machine."""

    def names(self) -> set[str]:
        """All of them."""
        return {user["user"] for user in json.loads(_rabbitmqctl("--formatter=json", "list_users"))}

    def make(self, user: BrokerUser, password: str) -> None:
        """Over standard input: everybody on the machine can read the arguments of a process."""
        _rabbitmqctl("import_definitions", given=json.dumps(user.definitions(password)))

    def end(self, name: str) -> None:
        """Let it in no more."""
        _rabbitmqctl("delete_user", name)


def _rabbitmqctl(*arguments: str, given: str = "") -> str:
    try:
        done = subprocess.run(
            ["rabbitmqctl", "--quiet", *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise click.ClickException(f"rabbitmqctl: no answer within {PATIENCE} s") from None
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())
        raise click.ClickException(f"rabbitmqctl {arguments[-1 if given else 0]}: {said[:300]}")
    return done.stdout


def _only(name: str | None) -> str:
    """The pattern of one name, or of none at all."""
    return f"^{re.escape(name)}$" if name else "^$"
