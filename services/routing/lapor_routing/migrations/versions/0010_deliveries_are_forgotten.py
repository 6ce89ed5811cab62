"""Deliveries are forgotten some time after bodies had them."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find those by when they were taken."""
    op.create_index("deliveries_done", "deliveries", ["done_at"])


def downgrade() -> None:
    """Back."""
    op.drop_index("deliveries_done", "deliveries")
