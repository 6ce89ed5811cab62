"""Answers are of a type and show evidence; what reporters think of them; reports are reopened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: Of answers and of drafts of them.
SUBSTANCE = (
    sa.Column("answer_type", sa.String(40)),
    sa.Column("planned_on", sa.Date()),
    sa.Column("legal_basis", sa.Text(), server_default="", nullable=False),
    sa.Column("needed_agency_code", sa.Text()),
    sa.Column("evidence", JSON, server_default="[]", nullable=False, comment="Ids of files."),
)
NOT_BY = "Whose answer the reporter did not accept: who does not answer next."


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "id"),
        comment="Files by which officers show what was done; public once an answer names them.",
    )
    op.create_table(
        "reactions",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "id"),
        comment="What is known of the reporter besides words: how content, whether it holds, "
        "whether they can be reached.",
    )
    for table in ("answers", "drafts"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in SUBSTANCE:
                batch_op.add_column(column._copy())
    op.add_column("dispositions", sa.Column("not_by", sa.Text(), comment=NOT_BY))
    op.create_index("ix_reports_tracking_id", "reports", ["tracking_id"])


def downgrade() -> None:
    op.drop_index("ix_reports_tracking_id", "reports")
    op.drop_column("dispositions", "not_by")
    for table in ("answers", "drafts"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in SUBSTANCE:
                batch_op.drop_column(column.name)
    op.drop_table("reactions")
    op.drop_table("evidence")
