"""More events hold a sealed address: followers' and browsers' to be pushed to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "'command.answered.v1', 'message.answered.v1', 'reporter.commanded.v1', 'reporter.contact_sealed.v1'"
ADDED = "'follow.requested.v1', 'reporter.push_subscribed.v1'"


def upgrade() -> None:
    _index_addresses(f"{BEFORE}, {ADDED}")


def downgrade() -> None:
    _index_addresses(BEFORE)


def _index_addresses(types: str) -> None:
    op.drop_index("events_with_address", table_name="events")
    wanted = sa.text(f"type IN ({types})")
    op.create_index("events_with_address", "events", ["report_id"], postgresql_where=wanted, sqlite_where=wanted)
