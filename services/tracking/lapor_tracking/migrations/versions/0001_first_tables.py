"""The first tables of tracking."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UNANNOUNCED = sa.text("announced_at IS NULL AND stopped_at IS NULL")
UNMET = sa.text("clock != 'reporter_silence' AND missed_at IS NULL AND (stopped_at IS NULL OR stopped_at > due_at)")
SILENT = sa.text("clock = 'reporter_silence' AND stopped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="Messages set aside in the embedded mode; with a broker they are in its dead-letter queue.",
    )
    with op.batch_alter_table("dead_letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dead_letters_failed_at"), ["failed_at"], unique=False)

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
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="All that this service ever said, as it stood on the wire. Only grows.",
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
        comment="Messages already handled: a message whose id is here has had its effect.",
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_received_at"), ["received_at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("routing_key", sa.Text(), nullable=False),
        sa.Column("publish_after", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
        comment="Events not yet confirmed by the bus. A row leaves when the bus has it.",
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_publish_after"), ["publish_after"], unique=False)

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
    for table in ("timelines", "steps", "outbox", "inbox", "events", "deadlines", "dead_letters"):
        op.drop_table(table)
