"""Who follows which report, and what followers are told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("follower_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("follower_id"),
        comment="Followers of reports, by the id under which their contact lies. Each column is written once.",
    )
    listens = sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL")
    op.create_index("followers_of_report", "followers", ["tracking_id"], postgresql_where=listens, sqlite_where=listens)
    op.create_table(
        "outcomes",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("stem", sa.Uuid(), nullable=False, comment="With what the ids of its notices begin."),
        sa.PrimaryKeyConstraint("change_id"),
        comment="What followers are told of reports: kept, because a follower's confirmation may be heard later.",
    )
    op.create_index("ix_outcomes_tracking_id", "outcomes", ["tracking_id"])


def downgrade() -> None:
    op.drop_table("outcomes")
    op.drop_table("followers")
