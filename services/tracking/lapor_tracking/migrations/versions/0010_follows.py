"""Who follows reports, and what they were told; one more event holds a sealed address."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = (
    "'command.answered.v1', 'message.answered.v1', 'reporter.commanded.v1', 'reporter.contact_sealed.v1', "
    "'follow.requested.v1', 'reporter.push_subscribed.v1'"
)
ADDED = "'follow.invited.v1'"


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("follower_id"),
        comment="Followers of reports, by an id that says nothing of who they are. Each column is written once.",
    )
    counts = sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL")
    op.create_index("follows_of_report", "follows", ["tracking_id"], postgresql_where=counts, sqlite_where=counts)
    op.create_table(
        "published_outcomes",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "change_id"),
        comment="Changes that followers were told of: each once.",
    )
    _index_addresses(f"{BEFORE}, {ADDED}")


def downgrade() -> None:
    _index_addresses(BEFORE)
    op.drop_table("published_outcomes")
    op.drop_table("follows")


def _index_addresses(types: str) -> None:
    op.drop_index("events_with_address", table_name="events")
    wanted = sa.text(f"type IN ({types})")
    op.create_index("events_with_address", "events", ["report_id"], postgresql_where=wanted, sqlite_where=wanted)
