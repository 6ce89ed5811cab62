"""A PostgreSQL for tests and measurements."""

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from lapor_launcher.servers.machine import Container, Machine, Private, Say, Ways, machine
from lapor_launcher.servers.server import Server

PLACES = [
    "/usr/lib/postgresql/*/bin/initdb",
    "/usr/pgsql-*/bin/initdb",
    "/opt/homebrew/opt/postgresql*/bin/initdb",
    "/usr/local/opt/postgresql*/bin/initdb",
    "/Applications/Postgres.app/Contents/Versions/latest/bin/initdb",
    "/usr/local/pgsql/bin/initdb",
    "/usr/local/bin/initdb",
    "/usr/bin/initdb",
]

USER = "lapor"


class Postgres(Server):
    """A PostgreSQL that answers at ``url`` to somebody who may create databases."""

    name, variable = "PostgreSQL", "DATABASE_URL"

    def __init__(self, url: str, machine: Machine | None = None) -> None:
        super().__init__(machine)
        self.url = url
        self._created: list[str] = []

    def create_database(self, name: str) -> str:
        """The URL of a new, empty database; it goes when the server or our use of it ends."""
        unique = f"{name}_{secrets.token_hex(4)}"
        self._execute(f'CREATE DATABASE "{unique}"')
        self._created.append(unique)
        return sa.make_url(self.url).set(database=unique).render_as_string(hide_password=False)

    def drop_databases(self) -> None:
        while self._created:
            self._execute(f'DROP DATABASE IF EXISTS "{self._created.pop()}" WITH (FORCE)')

    def dump(self, database: str) -> str:
        """What ``pg_dump`` writes of the database at this URL: all that a backup holds."""
        inside = sa.make_url(database).set(drivername="postgresql", host="127.0.0.1", port=self._ours.inner_port)
        return self._ours.run("pg_dump", f"--dbname={inside.render_as_string(hide_password=False)}")

    def _execute(self, statement: str) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _answers(self) -> bool:
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            return False
        return True


@contextmanager
def postgresql(*, given: bool = True, say: Say = print) -> Iterator[Postgres]:
    """A PostgreSQL: the one at DATABASE_URL, unless ``given`` is false, or one of our own that ends with the block."""
    if given and (url := os.environ.get("DATABASE_URL")):
        postgres = Postgres(sa.make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
        try:
            yield postgres
        finally:
            postgres.drop_databases()
        return
    password = secrets.token_hex(16)
    ways = Ways(
        name=Postgres.name,
        variable=Postgres.variable,
        package="postgresql",
        places=PLACES,
        container=lambda: Container(
            "postgres:16-alpine",
            5432,
            {"POSTGRES_USER": USER, "POSTGRES_PASSWORD": password, "POSTGRES_DB": "postgres"},
        ),
        private=lambda programs: _PrivatePostgres(programs, password),
    )
    with machine(ways, say) as found:
        postgres = Postgres(f"postgresql+psycopg://{USER}:{password}@{found.host}:{found.port}/postgres", found)
        postgres.await_answer()
        yield postgres


class _PrivatePostgres(Private):
    """A cluster of its own, reached by TCP only; PostgreSQL refuses to run as root."""

    def __init__(self, programs: Path, password: str) -> None:
        super().__init__("postgresql", programs, user=_somebody_but_root())
        secret = self.folder / "password"
        secret.touch(0o600)
        secret.write_text(password)
        if self.user:
            shutil.chown(secret, self.user)

    def start(self) -> None:
        make = f"initdb --username={USER} --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync"
        run = f"postgres -p {self.port} -c listen_addresses={self.host} -c max_connections=200 -c shared_buffers=64MB"
        self.keep(
            ["sh", "-ec", f"test -d data || {make} --pgdata=data; exec {run} -D data -c unix_socket_directories="],
            stop_signal=signal.SIGINT,  # "fast": close the connections, then stop
        )


def _somebody_but_root() -> str | None:
    import pwd

    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
