"""Names of bodies besides their own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What people add by hand, and names that bodies had."""
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("aliases", sa.Text(), server_default="", nullable=False, comment="separated by vertical bars")
        )


def downgrade() -> None:
    """Back; the words by which bodies are found stay."""
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.drop_column("aliases")
