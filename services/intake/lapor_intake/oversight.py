"""The bodies that whistleblowers may choose, with the public keys for which their reports are sealed."""

from collections.abc import Sequence

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction
from lapor_intake.domain import OversightBody
from lapor_intake.store import metadata

oversight_bodies = sa.Table(
    "oversight_bodies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("public_key", sa.String(64), nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    comment="Who can be chosen for a whistleblower's report. The private keys are with the bodies alone.",
)


def add(tx: Transaction, body: OversightBody) -> bool:
    """Let whistleblowers choose a body; False where it is one already, and keeps its key."""
    row = {**vars(body), "added_at": tx.now}
    return tx.write(oversight_bodies, [row], unless_exists, returning=(oversight_bodies.c.code,)).first() is not None


def remove(tx: Transaction, code: str) -> bool:
    """No new report goes there; False where it was no such body."""
    gone = oversight_bodies.delete().where(oversight_bodies.c.code == code).returning(oversight_bodies.c.code)
    return tx.execute(gone).first() is not None


def bodies(connection: sa.Connection) -> Sequence[OversightBody]:
    """All of them, by name."""
    columns = (oversight_bodies.c.code, oversight_bodies.c.name, oversight_bodies.c.public_key)
    return [OversightBody(*row) for row in connection.execute(sa.select(*columns).order_by(oversight_bodies.c.name))]
