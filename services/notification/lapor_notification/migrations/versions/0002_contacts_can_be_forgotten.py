"""A contact can be forgotten before it has come: a row without it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.alter_column("sealed", existing_type=sa.Text(), nullable=True)
        batch_op.alter_column("key_id", existing_type=sa.Text(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM contacts WHERE sealed IS NULL")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.alter_column("key_id", existing_type=sa.Text(), nullable=False)
        batch_op.alter_column("sealed", existing_type=sa.Text(), nullable=False)
