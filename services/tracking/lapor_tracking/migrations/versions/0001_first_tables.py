"""The first tables of tracking."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lapor_chassis.migration import chassis_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UNANNOUNCED = sa.text("announced_at IS NULL AND stopped_at IS NULL")
UNMET = sa.text("clock != 'reporter_silence' AND missed_at IS NULL AND (stopped_at IS NULL OR stopped_at > due_at)")
SILENT = sa.text("clock = 'reporter_silence' AND stopped_at IS NULL")


def upgrade() -> None:
    chassis_v1.create()
    op.create_table(
        "deadlines",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("regulation", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="When we first knew of it."),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("report_id", "deadline_id"),
        comment="The clocks of each report: folded from its steps; the last three columns say what came of it.",
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(
            "deadlines_unannounced", ["noted_at"], unique=False, postgresql_where=UNANNOUNCED, sqlite_where=UNANNOUNCED
        )
        batch_op.create_index(
            "deadlines_silent", ["due_at"], unique=False, postgresql_where=SILENT, sqlite_where=SILENT
        )
        batch_op.create_index("deadlines_unmet", ["due_at"], unique=False, postgresql_where=UNMET, sqlite_where=UNMET)
    op.create_table(
        "steps",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "text", sa.Text(), nullable=True, comment="What somebody wrote: apart, because folding does not need it."
        ),
        sa.PrimaryKeyConstraint("report_id", "event_id"),
        comment="Everything that happened to each report. Only grows.",
    )
    op.create_table(
        "timelines",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        sa.UniqueConstraint("tracking_id"),
        comment="Where each report stands: folded from its steps.",
    )


def downgrade() -> None:
    for table in ("timelines", "steps", "deadlines"):
        op.drop_table(table)
    chassis_v1.drop()
