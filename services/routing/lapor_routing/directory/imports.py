"""Files that people hand in, from the first look to the last row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_routing.directory.reading import Asked
from lapor_routing.directory.tables import directory_imports


class ImportState(StrEnum):
    """How far it is."""

    CHECKED = "checked"
    """It is right, and somebody looks at what it would change."""
    CONFIRMED = "confirmed"
    """It is being carried out."""
    DONE = "done"
    FAILED = "failed"
    """The directory had changed meanwhile, so that it was no longer right; what was done until then stays."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """A file that somebody handed in, without its content."""

    id: UUID
    state: ImportState
    uploaded_at: datetime
    uploaded_by: str
    reason: str
    outline: Mapping[str, Any]
    total: int
    done: int


_KEPT = [column for column in directory_imports.c if column.name != "content"]


def add_import(tx: Transaction, one: Import, content: str) -> None:
    """Keep a file, and what it would change."""
    tx.add(directory_imports, {**vars(one), "content": content})


def find_import(connection: Asked, import_id: UUID) -> Import | None:
    """A file that somebody handed in."""
    row = connection.execute(sa.select(*_KEPT).where(directory_imports.c.id == import_id)).mappings().one_or_none()
    return _import(row) if row else None


def latest_imports(connection: Asked, limit: int) -> list[Import]:
    """The files that were handed in last."""
    query = sa.select(*_KEPT).order_by(directory_imports.c.id.desc()).limit(limit)
    return [_import(row) for row in connection.execute(query).mappings()]


def next_confirmed(connection: Asked) -> tuple[Import, str] | None:
    """The oldest file that is to be carried out, with its content."""
    wanted = directory_imports.c.state == ImportState.CONFIRMED
    query = sa.select(directory_imports).where(wanted).order_by(directory_imports.c.id).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return (_import(row), row["content"]) if row else None


def step(tx: Transaction, one: Import, **changed: Any) -> bool:
    """Go on with it; False where somebody else has gone on meanwhile."""
    own = directory_imports.c
    as_it_was = sa.and_(own.id == one.id, own.state == one.state, own.done == one.done)
    statement = sa.update(directory_imports).where(as_it_was).values(**changed).returning(own.id)
    return tx.execute(statement).first() is not None


def forget_unconfirmed(tx: Transaction, before: datetime) -> None:
    """Throw files away that nobody wanted after all."""
    own = directory_imports.c
    tx.execute(directory_imports.delete().where(own.state == ImportState.CHECKED, own.uploaded_at < before))


def _import(row: sa.RowMapping) -> Import:
    kept = {column.name: row[column.name] for column in _KEPT}
    return Import(**{**kept, "state": ImportState(kept["state"])})
