"""Reports that go on again after their end."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("endings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "resumed_at",
                sa.DateTime(timezone=True),
                comment="When it last went on again: no end before that counts any more.",
            )
        )
        batch_op.alter_column(
            "ended_at",
            existing_type=sa.DateTime(timezone=True),
            nullable=True,
            comment="None where the report went on again after all its ends.",
        )
        batch_op.create_table_comment(
            "Reports that have ended, be it for a while, and whose reporter is still known.",
            existing_comment="Reports that are closed or archived and whose reporter is still known.",
        )


def downgrade() -> None:
    op.execute("DELETE FROM endings WHERE ended_at IS NULL")
    with op.batch_alter_table("endings", schema=None) as batch_op:
        batch_op.create_table_comment("Reports that are closed or archived and whose reporter is still known.")
        batch_op.alter_column("ended_at", existing_type=sa.DateTime(timezone=True), nullable=False, comment=None)
        batch_op.drop_column("resumed_at")
