"""What a verification completed, for the one after its recall."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    filed = sa.Column(
        "filed",
        sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
        nullable=False,
        server_default="{}",
        comment="What its latest verification completed.",
    )
    op.add_column("cases", filed)


def downgrade() -> None:
    op.drop_column("cases", "filed")
