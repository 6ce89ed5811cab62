"""How officers like to see their inbox: filters that they saved under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import Json
from lapor_chassis.transactions import Transaction
from lapor_routing.tables import metadata

views = sa.Table(
    "views",
    metadata,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("query", Json, nullable=False, comment="As it stands in the address."),
    comment="Filters of the inbox that officers saved under a name.",
)

#: So many each; more nobody finds again.
MOST = 20


@dataclass(frozen=True)
class View:
    """Filters under a name."""

    id: UUID
    name: str
    query: Mapping[str, Any]


def list_views(connection: sa.Connection, officer: str) -> list[View]:
    """What an officer saved, by name."""
    statement = sa.select(views.c.id, views.c.name, views.c.query).where(views.c.officer == officer)
    return [View(*row) for row in connection.execute(statement.order_by(views.c.name))]


def save_view(tx: Transaction, officer: str, name: str, query: Mapping[str, str]) -> bool:
    """Keep filters under a name, instead of what had that name; False if there are too many already."""
    of_officer = views.c.officer == officer
    tx.execute(views.delete().where(of_officer, views.c.name == name))
    if tx.execute(sa.select(sa.func.count()).where(of_officer)).scalar_one() >= MOST:
        return False
    tx.execute(views.insert(), {"id": tx.new_id(), "officer": officer, "name": name, "query": dict(query)})
    return True


def forget_view(tx: Transaction, officer: str, view_id: UUID) -> None:
    """Somebody else's stays."""
    tx.execute(views.delete().where(views.c.officer == officer, views.c.id == view_id))
