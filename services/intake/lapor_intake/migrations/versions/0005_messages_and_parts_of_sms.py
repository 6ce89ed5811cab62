"""Messages and parts of SMS."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_messages",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
        comment="Keyed fingerprints by which an SMS that comes again is known, until it counts as a new one.",
    )
    op.create_index("ix_sms_messages_until", "sms_messages", ["until"])
    op.create_table(
        "sms_parts",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_part", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
        comment="Parts of long SMS, encrypted, until all are here or their time is over; then only their fingerprints.",
    )
    op.create_index("ix_sms_parts_due_at", "sms_parts", ["due_at"])


def downgrade() -> None:
    for table in ("sms_parts", "sms_messages"):
        op.drop_table(table)
