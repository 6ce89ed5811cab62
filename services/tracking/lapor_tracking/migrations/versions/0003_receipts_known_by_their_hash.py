"""Receipts are known by their hash, and reports are looked up by it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "None: not heard yet, or a report of version 0.1."
    op.add_column("timelines", sa.Column("receipt_hash", sa.Text(), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("timelines", "receipt_hash")
