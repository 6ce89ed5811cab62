"""Engines for PostgreSQL and SQLite that behave alike, and whether a database is away."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from lapor_chassis.errors import AwayError

#: Execution option of a connection that is going to write.
WRITING = "lapor_writing"


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


_COMMON: dict[str, Any] = {"hide_parameters": True, "json_serializer": _to_json, "json_deserializer": orjson.loads}


def create_engine(url: str, *, pool_size: int = 8) -> sa.Engine:
    """An engine for ``postgresql://…`` (with psycopg 3) or ``sqlite:///file``.

    Errors do not show parameters: these are what people wrote.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
        # A pre-ping costs a round trip each time; a lost connection instead fails one batch, which is done again.
        return sa.create_engine(
            address, pool_size=pool_size, max_overflow=10, connect_args={"connect_timeout": 5}, **_COMMON
        )
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(address, connect_args={"timeout": 15}, **_COMMON)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    raise ValueError(f"neither postgresql nor sqlite: {address.get_backend_name()}")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is ours to send, see below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a tracking ID that was handed out survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later cannot be made to wait in SQLite: it fails. So a writer
    # takes its place in the queue at once.
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def is_away(error: BaseException) -> bool:
    """Whether the error says that the database cannot be reached, and not that the statement is wrong.

    So does an `AwayError`: whoever waits for the one waits for the other in the same way.
    """
    if isinstance(error, (PoolTimeout, AwayError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    # PostgreSQL's class 08 (connection), 53 (resources), 57P (shutting down); without a code nobody answered.
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error.orig, sqlite3.Error):
        return "locked" in str(error.orig) or "unable to open" in str(error.orig) or "disk" in str(error.orig)
    return state is None or state[:2] in ("08", "53") or state.startswith("57P")
