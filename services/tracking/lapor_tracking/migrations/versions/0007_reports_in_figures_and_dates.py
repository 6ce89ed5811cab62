"""Reports in figures and dates, to be looked for and counted; more events hold a sealed address."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = "'command.answered.v1', 'message.answered.v1', 'reporter.commanded.v1', 'reporter.contact_sealed.v1'"
ADDED = "'follow.requested.v1', 'reporter.push_subscribed.v1'"


def upgrade() -> None:
    with op.batch_alter_table("timelines", schema=None) as batch_op:
        for column in (
            sa.Column("kind", sa.Text()),
            sa.Column("supervised", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("channel", sa.Text()),
            sa.Column("region_code", sa.Text()),
            sa.Column("category", sa.Text()),
            sa.Column("received_at", sa.DateTime(timezone=True)),
            sa.Column("verified_at", sa.DateTime(timezone=True)),
            sa.Column("routed_at", sa.DateTime(timezone=True)),
            sa.Column("first_answered_at", sa.DateTime(timezone=True)),
            sa.Column("answered_at", sa.DateTime(timezone=True), comment="In substance."),
            sa.Column("closed_at", sa.DateTime(timezone=True)),
            sa.Column("closed_by", sa.Text()),
            sa.Column("hops", sa.Integer(), server_default="0", nullable=False),
            sa.Column("reopenings", sa.Integer(), server_default="0", nullable=False),
            sa.Column("rating", sa.Integer()),
        ):
            batch_op.add_column(column)
    _index_addresses(f"{BEFORE}, {ADDED}")


def downgrade() -> None:
    _index_addresses(BEFORE)
    with op.batch_alter_table("timelines", schema=None) as batch_op:
        for name in (
            "kind",
            "supervised",
            "channel",
            "region_code",
            "category",
            "received_at",
            "verified_at",
            "routed_at",
            "first_answered_at",
            "answered_at",
            "closed_at",
            "closed_by",
            "hops",
            "reopenings",
            "rating",
        ):
            batch_op.drop_column(name)


def _index_addresses(types: str) -> None:
    op.drop_index("events_with_address", table_name="events")
    wanted = sa.text(f"type IN ({types})")
    op.create_index("events_with_address", "events", ["report_id"], postgresql_where=wanted, sqlite_where=wanted)
