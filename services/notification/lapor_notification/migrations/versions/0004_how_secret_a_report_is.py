"""How secret a report is and where it comes from: what decides how, and at which hour, its reporter is told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("secrecy", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False, comment="where it comes from"),
        sa.Column("round", sa.Integer(), nullable=False, comment="of the verification that said so; 0 as it came in"),
        sa.PrimaryKeyConstraint("report_id"),
        comment="What decides how, and at which hour, the reporter of a report may be told.",
    )


def downgrade() -> None:
    op.drop_table("reports")
