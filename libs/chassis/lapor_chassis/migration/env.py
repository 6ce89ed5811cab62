"""Alembic's way in, for every service: the connection and the tables come from ``lapor_chassis.migrate``."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.migrate import is_declared


def _render(kind: str, item: Any, autogenerate: Any) -> Any:
    """Write our own column types as what they are in the database, so that old migrations need none of our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.JSON):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _same_type(_context: Any, _inspected: Any, _declared: Any, inspected_type: Any, declared_type: Any) -> Any:
    """SQLite has few types of its own; there only the names of tables and columns are compared."""
    return False if context.get_context().dialect.name == "sqlite" else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_item=_render,
    compare_type=_same_type,
    include_name=is_declared,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
