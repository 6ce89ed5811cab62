"""Bodies give evidence of what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agency_code", sa.Text(), comment="Of evidence: the body whose officer gave it."))
        batch_op.add_column(
            sa.Column("named_at", sa.DateTime(timezone=True), comment="Of evidence: when an answer named it.")
        )
        batch_op.add_column(sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_column("public")
        batch_op.drop_column("named_at")
        batch_op.drop_column("agency_code")
