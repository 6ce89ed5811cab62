"""Answers go to whoever asked: the notice holds the address, sealed, until it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("sealed", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("notices", "sealed")
