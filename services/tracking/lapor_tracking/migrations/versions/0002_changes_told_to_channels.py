"""What was told to channels that show how their reports stand."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "change_id"),
        comment="Changes that were told to channels which show them: told again where later news make them others.",
    )


def downgrade() -> None:
    op.drop_table("told")
