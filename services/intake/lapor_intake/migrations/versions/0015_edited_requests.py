"""What Open311 shows where a verifier edited it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("open311_requests", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("edited_title", sa.Text(), comment="What the public reads instead, where a verifier wrote that.")
        )
        batch_op.add_column(sa.Column("edited_body", sa.Text()))
        batch_op.add_column(sa.Column("edited_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("open311_requests", schema=None) as batch_op:
        batch_op.drop_column("edited_at")
        batch_op.drop_column("edited_body")
        batch_op.drop_column("edited_title")
