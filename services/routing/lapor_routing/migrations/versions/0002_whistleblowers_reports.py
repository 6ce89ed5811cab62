"""What whistleblowers write, sealed for one body."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealed_reports",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("oversight_key", sa.Text(), nullable=False),
        sa.Column("reporter_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("report_id"),
        comment="What whistleblowers wrote, as only the body that they chose can open it.",
    )
    comment = "The only body that may see a whistleblower's report."
    op.add_column("reports", sa.Column("sealed_for", sa.Text(), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("reports", "sealed_for")
    op.drop_table("sealed_reports")
