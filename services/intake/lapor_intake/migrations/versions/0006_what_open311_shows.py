"""What Open311 shows of its reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open311_updates",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("agency_name", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False, comment="Told again, it may be another."),
        sa.PrimaryKeyConstraint("change_id"),
        comment="The public steps of these reports.",
    )
    with op.batch_alter_table("open311_updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open311_updates_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index("ix_open311_updates_report_id", ["report_id", "changed_at"], unique=False)

    op.create_table(
        "open311_requests",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("long", sa.Float(), nullable=True),
        sa.Column(
            "marks",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
            comment="What the public must not read, where a verifier put it right.",
        ),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.report_id"],
        ),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Reports that came by Open311, which shows them again.",
    )
    with op.batch_alter_table("open311_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open311_requests_requested_at"), ["requested_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("open311_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open311_requests_requested_at"))

    op.drop_table("open311_requests")
    with op.batch_alter_table("open311_updates", schema=None) as batch_op:
        batch_op.drop_index("ix_open311_updates_report_id")
        batch_op.drop_index(batch_op.f("ix_open311_updates_changed_at"))

    op.drop_table("open311_updates")
