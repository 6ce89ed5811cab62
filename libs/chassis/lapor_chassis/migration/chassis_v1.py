"""The chassis' tables in their first version, for the first migration of a service. Never changed: add a ``v2``."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """Create the inbox, the event log, the outbox and the shelf for dead letters."""
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        comment="Messages already handled: a message whose id is here has had its effect.",
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        comment="All that this service ever said, as it stood on the wire. Only grows.",
    )
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("publish_after", sa.DateTime(timezone=True), nullable=False),
        comment="Events not yet confirmed by the bus. A row leaves when the bus has it.",
    )
    op.create_index("ix_outbox_publish_after", "outbox", ["publish_after"])
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("type", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        comment="Messages set aside in the embedded mode; with a broker they are in its dead-letter queue.",
    )
    op.create_index("ix_dead_letters_failed_at", "dead_letters", ["failed_at"])


def drop() -> None:
    """Drop them again."""
    for table in ("dead_letters", "outbox", "events", "inbox"):
        op.drop_table(table)
