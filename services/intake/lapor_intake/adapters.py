"""Adapters written by others that hand in reports over HTTP, each with a secret of its own."""

import hashlib
import secrets

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


def known_by(connection: sa.Connection, secret: str) -> str | None:
    """The adapter that holds this secret.

    Looked up by its hash, so how long that takes tells nothing of a secret: nobody can steer a hash towards
    another one. With 256 random bits it needs no salt and no slow function either.
    """
    return connection.execute(sa.select(adapters.c.name).where(adapters.c.secret_hash == _hash(secret))).scalar()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
