"""An index by which the queue is sifted, too."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORDER = ["state", "rank", "sort_at", "report_id"]


def upgrade() -> None:
    op.drop_index("cases_in_order", "cases")
    sieves = ["kind", "channel", "region_code", "agency_code", "taken_by", "taken_until"]
    op.create_index("cases_in_order", "cases", ORDER + sieves)


def downgrade() -> None:
    op.drop_index("cases_in_order", "cases")
    op.create_index("cases_in_order", "cases", ORDER)
