"""How bodies' own systems are reached, and how they have been doing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_routing.domain.delivering import Health, Means
from lapor_routing.outbound.tables import connected_agencies, deliveries, waiting

if TYPE_CHECKING:  # in the embedded mode nothing needs the broker's client
    from lapor_chassis.amqp import Lying

_lines = connected_agencies
#: Those connected by an earlier version have none.
_next_at = sa.func.coalesce(_lines.c.next_at, _lines.c.connected_at)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A body's connection, and how it has been doing."""

    code: str
    connected_at: datetime
    means: Means
    address: str
    settings: Mapping[str, Any]
    health: Health
    succeeded_at: datetime | None
    fetch_at: datetime | None
    locked: str | None
    """Its secrets, which only the connection key opens."""
    waiting: int = 0
    """What it has not been brought yet."""
    waiting_since: datetime | None = None
    """When the oldest of that was made."""
    queue: "Lying | None" = None
    """Over the broker: what lies in its queue beside that, where somebody has looked."""


def connect(
    tx: Transaction,
    code: str,
    means: Means = Means.BROKER,
    *,
    address: str = "",
    settings: Mapping[str, Any] | None = None,
    locked: str | None = None,
) -> None:
    """From now on this body's own system is told of its dispositions, by these means and no others."""
    row = {
        "code": code,
        "connected_at": tx.now,
        "means": means.value,
        "address": address,
        "settings": dict(settings or {}),
        "secrets": locked,
        "fetch_at": tx.now if means is Means.OPEN311 else None,
        "succeeded_at": None,
        **vars(Health(next_at=tx.now)),
    }
    tx.write(_lines, [row], replacing)


def disconnect(tx: Transaction, code: str) -> bool:
    """No more from now on; what waits for it stays. Whether it was connected."""
    gone = tx.execute(_lines.delete().where(_lines.c.code == code).returning(_lines.c.code))
    return gone.scalar() is not None


def connected(connection: sa.Connection) -> Mapping[str, Means]:
    """The bodies whose own systems are connected, and how."""
    return {code: Means(means) for code, means in connection.execute(sa.select(_lines.c.code, _lines.c.means))}


def find_line(connection: sa.Connection | Transaction, code: str) -> Line | None:
    """One connection."""
    row = connection.execute(_with_waiting().where(_lines.c.code == code)).mappings().one_or_none()
    return _line(row) if row else None


def list_lines(connection: sa.Connection, after: Sequence[str] | None, limit: int) -> list[Line]:
    """All connections by code, from behind the one named."""
    query = _with_waiting().order_by(_lines.c.code).limit(limit)
    if after:
        query = query.where(_lines.c.code > after[0])
    return [_line(row) for row in connection.execute(query).mappings()]


def save_secrets(tx: Transaction, code: str, locked: str) -> None:
    """The connection goes on with these."""
    tx.execute(_lines.update().where(_lines.c.code == code).values(secrets=locked))


def resume(tx: Transaction, code: str) -> None:
    """Forget the connection's failures, and go on at once."""
    tx.execute(_lines.update().where(_lines.c.code == code).values(vars(Health(next_at=tx.now))))


def failing(connection: sa.Connection, before: datetime) -> tuple[int, int]:
    """How many bodies' systems have failed since before then, and to how many nothing is brought any more."""
    counts = sa.select(
        sa.func.count().filter(_lines.c.failing_since < before),
        sa.func.count().filter(_lines.c.disabled_at.is_not(None)),
    )
    failing, disabled = connection.execute(counts).one()
    return failing, disabled


def take_lines(tx: Transaction, means: Collection[Means], *, limit: int, until: datetime) -> list[Line]:
    """Connections for which there is something to do, each for one sender alone ``until`` then."""
    something = deliveries.c.agency_code == _lines.c.code
    due = sa.exists().where(something, waiting, deliveries.c.due_at <= tx.now)
    query = (
        sa.select(_lines)
        .where(
            _lines.c.means.in_(sorted(means)),
            _lines.c.disabled_at.is_(None),
            _next_at <= tx.now,
            due | (_lines.c.fetch_at <= tx.now),
        )
        .order_by(_next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [_line(row) for row in tx.execute(query).mappings()]
    if taken:
        codes = [line.code for line in taken]
        tx.execute(_lines.update().where(_lines.c.code.in_(codes)).values(next_at=until))
    return taken


def prolong(tx: Transaction, code: str, *, until: datetime) -> None:
    """A round goes on: nobody else takes the connection before then."""
    tx.execute(_lines.update().where(_lines.c.code == code).values(next_at=until))


def save_health(
    tx: Transaction, code: str, health: Health, *, succeeded_at: datetime | None, fetch_at: datetime | None
) -> None:
    """How the body's system is doing, at the end of a round; it may be taken again from ``health.next_at`` on."""
    values = {**vars(health), "succeeded_at": succeeded_at, "fetch_at": fetch_at}
    tx.execute(_lines.update().where(_lines.c.code == code).values(values))


def _with_waiting() -> sa.Select[Any]:
    def of_what_waits(figure: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
        return sa.select(figure).where(deliveries.c.agency_code == _lines.c.code, waiting).scalar_subquery()

    return sa.select(
        _lines,
        of_what_waits(sa.func.count()).label("waiting"),
        of_what_waits(sa.func.min(deliveries.c.made_at)).label("waiting_since"),
    )


def _line(row: sa.RowMapping) -> Line:
    return Line(
        code=row["code"],
        connected_at=row["connected_at"],
        means=Means(row["means"]),
        address=row["address"],
        settings=row["settings"],
        health=Health(
            next_at=row["next_at"] or row["connected_at"],
            failures=row["failures"],
            failing_since=row["failing_since"],
            disabled_at=row["disabled_at"],
            trouble=row["trouble"],
        ),
        succeeded_at=row["succeeded_at"],
        fetch_at=row["fetch_at"],
        locked=row["secrets"],
        waiting=row.get("waiting", 0),
        waiting_since=row.get("waiting_since"),
    )
