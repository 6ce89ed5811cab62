"""When reporters are asked whether what was done holds. What was closed before is not asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timelines") as timelines:
        timelines.add_column(
            sa.Column(
                "ask_at",
                sa.DateTime(timezone=True),
                comment="When its reporter is asked whether it holds; None: not any more.",
            )
        )
    waiting = sa.text("ask_at IS NOT NULL")
    op.create_index("timelines_to_be_asked", "timelines", ["ask_at"], postgresql_where=waiting, sqlite_where=waiting)


def downgrade() -> None:
    op.drop_index("timelines_to_be_asked", table_name="timelines")
    with op.batch_alter_table("timelines") as timelines:
        timelines.drop_column("ask_at")
