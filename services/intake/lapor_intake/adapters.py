"""Adapters written by others that hand in reports, each with a secret of its own."""

import hashlib
import secrets
from datetime import datetime

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_intake.store import metadata

adapters = sa.Table(
    "adapters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("added_at", UtcDateTime, nullable=False),
    comment="Who may hand in reports for others over HTTP.",
)


def add(tx: Transaction, name: str) -> str:
    """Admit an adapter, or give the one of that name a new secret; the secret is shown this once."""
    secret = secrets.token_urlsafe(32)
    tx.write(adapters, [{"name": name, "secret_hash": _hash(secret), "added_at": tx.now}], replacing)
    return secret


def remove(tx: Transaction, name: str) -> None:
    """Its secret opens nothing any more."""
    tx.execute(adapters.delete().where(adapters.c.name == name))


def names(connection: sa.Connection) -> dict[str, datetime]:
    """Who is admitted, and since when under the present secret."""
    found = connection.execute(sa.select(adapters.c.name, adapters.c.added_at).order_by(adapters.c.name))
    return {row.name: row.added_at for row in found}


def known_by(connection: sa.Connection, secret: str) -> str | None:
    """The adapter that holds this secret.

    Looked up by its hash, so how long that takes tells nothing of a secret: nobody can steer a hash towards
    another one. With 256 random bits it needs no salt and no slow function either.
    """
    return connection.execute(sa.select(adapters.c.name).where(adapters.c.secret_hash == _hash(secret))).scalar()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
