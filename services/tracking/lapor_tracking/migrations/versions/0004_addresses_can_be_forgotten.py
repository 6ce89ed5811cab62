"""The sealed addresses in what was said can be found by their report, to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ADDRESSED = sa.text(
    "type IN ('command.answered.v1', 'message.answered.v1', 'reporter.commanded.v1', 'reporter.contact_sealed.v1')"
)


def upgrade() -> None:
    op.create_index("events_with_address", "events", ["report_id"], postgresql_where=ADDRESSED, sqlite_where=ADDRESSED)


def downgrade() -> None:
    op.drop_index("events_with_address", table_name="events")
