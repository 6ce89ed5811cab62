"""Marks put right."""

import sqlalchemy as sa
from alembic import op

from lapor_chassis.columns import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "redactions",
        sa.Column("redaction_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("redacted_at", UtcDateTime(), nullable=False),
        sa.Column("redacted_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("fields", Json, nullable=False, comment="The texts that were there."),
        sa.PrimaryKeyConstraint("redaction_id"),
        comment="What people put right in what the public must not read. Rows are added and never changed.",
    )
    op.create_index("ix_redactions_report_id", "redactions", ["report_id"])


def downgrade() -> None:
    op.drop_table("redactions")
