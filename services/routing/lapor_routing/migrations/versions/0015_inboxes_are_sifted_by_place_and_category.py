"""Inboxes are sifted by place and category."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ("region_code", "category")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(f"reports_by_{column}", "reports", [column], postgresql_ops={column: "text_pattern_ops"})


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"reports_by_{column}", "reports")
