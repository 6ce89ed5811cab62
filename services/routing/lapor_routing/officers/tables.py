"""The tables of those who may sign in."""

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_routing.tables import metadata

officers = sa.Table(
    "officers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("username", sa.Text, nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("roles", Json, nullable=False),
    sa.Column("agency_code", sa.Text, index=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("signed_in_at", UtcDateTime, comment="the last time"),
    sa.Column("absent_from", sa.Date),
    sa.Column("absent_until", sa.Date, comment="the last day"),
    sa.Column("substitute_id", sa.Uuid, comment="who acts meanwhile"),
    comment="Who may sign in. Of the people behind the names nothing is kept.",
)
sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("username", sa.Text, primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
    comment="Attempts since the last success, whether or not there is such an officer.",
)
