"""Many rows in one statement, on both databases.

PostgreSQL gets all rows as one JSON parameter: a parameter for each value costs the client several times as much as the
server needs to store it. SQLite runs in this process, so there a prepared statement for each row is quickest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]

#: What to do about rows whose key is already there: from an INSERT to an INSERT … ON CONFLICT.
Conflict = Callable[[Any], Any]


def unless_exists(insert: Any) -> Any:
    """Pass over rows whose key is already there."""
    return insert.on_conflict_do_nothing()


def replacing(insert: Any) -> Any:
    """Replace all other columns of rows whose primary key is already there."""
    keys = [column.name for column in insert.table.primary_key]
    values = {name: column for name, column in insert.excluded.items() if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=values)


def write(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Row],
    conflict: Conflict | None = None,
    returning: tuple[sa.Column[Any], ...] = (),
) -> sa.CursorResult[Any]:
    """Insert ``rows``, which all have the same keys; with ``returning`` the result holds these columns."""
    if connection.dialect.name == "postgresql":
        statement = _from_json(table, tuple(rows[0]), conflict, returning)
        return connection.execute(statement, {"rows": orjson.dumps(rows, default=_as_json).decode()})
    return connection.execute(_one_by_one(table, conflict, returning), rows)


def among(column: Any, values: Iterable[Any], dialect: str) -> sa.ColumnElement[bool]:
    """``column IN (values)``, as one parameter where the database has arrays."""
    if dialect == "postgresql":
        array = sa.bindparam(None, list(values), sa.ARRAY(column.type))
        return column == sa.any_(array)
    return column.in_(list(values))


@lru_cache(maxsize=256)
def _from_json(
    table: sa.Table, names: tuple[str, ...], conflict: Conflict | None, returning: tuple[sa.Column[Any], ...]
) -> Any:
    columns = ", ".join(f'"{name}"' for name in names)
    records = f'json_populate_recordset(NULL::"{table.name}", CAST(:rows AS json))'
    # All names are our own: of tables and columns in the code.
    rows = sa.text(f"SELECT {columns} FROM {records}").columns(*map(sa.column, names))  # noqa: S608
    return _complete(postgresql.insert(table).from_select(names, rows), conflict, returning)


@lru_cache(maxsize=256)
def _one_by_one(table: sa.Table, conflict: Conflict | None, returning: tuple[sa.Column[Any], ...]) -> Any:
    return _complete(sqlite.insert(table), conflict, returning)


def _complete(insert: Any, conflict: Conflict | None, returning: tuple[sa.Column[Any], ...]) -> Any:
    statement = conflict(insert) if conflict else insert
    return statement.returning(*returning) if returning else statement


def _as_json(value: Any) -> Any:
    """What JSON does not know, as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written as a row")
