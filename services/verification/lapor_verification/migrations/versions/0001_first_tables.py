"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lapor_chassis.migration import chassis_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    chassis_v1.create()
    op.create_table(
        "cases",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("missing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "report", sa.Text(), nullable=False, comment="As received (report.received.v1), read whole or not at all."
        ),
        sa.PrimaryKeyConstraint("report_id"),
        comment="One row for each report; the row's key is why a report is verified only once.",
    )
    op.create_index("cases_in_state", "cases", ["state", "received_at", "report_id"])
    op.create_table(
        "deadlines",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "due_at", "missed"),
        comment="Until when a case should be decided, and whether that was missed, as tracking announced it.",
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("decision_id"),
        comment="What people decided. Rows are added and never changed.",
    )
    op.create_index(op.f("ix_decisions_report_id"), "decisions", ["report_id"])
    op.create_table(
        "supplements",
        sa.Column("supplement_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("supplement", sa.Text(), nullable=False, comment="As heard (report.supplemented.v1)."),
        sa.PrimaryKeyConstraint("supplement_id"),
        comment="What reporters added; may be here before the case.",
    )
    op.create_index(op.f("ix_supplements_report_id"), "supplements", ["report_id"])


def downgrade() -> None:
    for table in ("supplements", "decisions", "deadlines", "cases"):
        op.drop_table(table)
    chassis_v1.drop()
