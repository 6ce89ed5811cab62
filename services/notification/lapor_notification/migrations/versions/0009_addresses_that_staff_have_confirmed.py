"""Addresses that staff have confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as batch_op:
        batch_op.add_column(
            sa.Column(
                "offered",
                sa.Text(),
                nullable=True,
                comment="an address of which it is not proved yet that it is theirs",
            )
        )
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("proof_hash", sa.Text(), nullable=True, comment="of what was sent there"))


def downgrade() -> None:
    with op.batch_alter_table("staff") as batch_op:
        batch_op.drop_column("proof_hash")
        batch_op.drop_column("offered_at")
        batch_op.drop_column("offered")
