"""Who follows reports; one more event holds a sealed address."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = (
    "'command.answered.v1', 'message.answered.v1', 'reporter.commanded.v1', 'reporter.contact_sealed.v1', "
    "'follow.requested.v1', 'reporter.push_subscribed.v1'"
)
ADDED = "'follow.invited.v1'"


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("follower_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.String(length=14), nullable=False),
        sa.Column(
            "mark",
            sa.String(length=32),
            comment="Keyed fingerprint of the address; none once the follower is forgotten.",
        ),
        sa.Column("token_hash", sa.String(length=32), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("follower_id"),
        sa.UniqueConstraint("mark", "tracking_id"),
        sa.UniqueConstraint("token_hash"),
        comment="Who asked to follow a report. Whether there is such a report, intake does not look.",
    )
    waiting = sa.text("confirmed_at IS NULL AND ended_at IS NULL")
    op.create_index("followers_waiting", "followers", ["requested_at"], postgresql_where=waiting, sqlite_where=waiting)
    op.create_index("ix_followers_tracking_id", "followers", ["tracking_id"])
    _index_addresses(f"{BEFORE}, {ADDED}")


def downgrade() -> None:
    _index_addresses(BEFORE)
    op.drop_table("followers")


def _index_addresses(types: str) -> None:
    op.drop_index("events_with_address", table_name="events")
    wanted = sa.text(f"type IN ({types})")
    op.create_index("events_with_address", "events", ["report_id"], postgresql_where=wanted, sqlite_where=wanted)
