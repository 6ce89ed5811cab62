"""Real servers for the tests, started once, and only when a test asks for one."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from lapor_launcher import servers


@pytest.fixture(scope="session")
def rabbitmq(pytestconfig: pytest.Config) -> Iterator[servers.Rabbit]:
    """A RabbitMQ, perhaps somebody else's: a test keeps to its `vhost`."""
    with servers.rabbitmq(say=pytestconfig.get_terminal_writer().line) as rabbit:
        yield rabbit


@pytest.fixture(scope="session")
def own_rabbitmq(rabbitmq: servers.Rabbit, pytestconfig: pytest.Config) -> Iterator[servers.Rabbit]:
    """A RabbitMQ that may be stopped, and given users."""
    if rabbitmq.is_ours:
        yield rabbitmq
        return
    with servers.rabbitmq(given=False, say=pytestconfig.get_terminal_writer().line) as rabbit:
        yield rabbit


@pytest.fixture
def vhost(rabbitmq: servers.Rabbit) -> str:
    """The URI of a virtual host for one test."""
    return rabbitmq.fresh_vhost()


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config) -> Iterator[servers.Postgres]:
    """A PostgreSQL, perhaps somebody else's: a test keeps to databases it created."""
    with servers.postgresql(say=pytestconfig.get_terminal_writer().line) as postgres:
        if postgres.is_ours:
            _forgo_the_disk(postgres)
        yield postgres


def _forgo_the_disk(postgres: servers.Postgres) -> None:
    """Tests kill processes and never the machine, so nothing is lost if the disk is not waited for."""
    engine = sa.create_engine(postgres.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def own_postgresql(postgresql: servers.Postgres, pytestconfig: pytest.Config) -> Iterator[servers.Postgres]:
    """A PostgreSQL that may be stopped."""
    if postgresql.is_ours:
        yield postgresql
        return
    with servers.postgresql(given=False, say=pytestconfig.get_terminal_writer().line) as postgres:
        yield postgres
