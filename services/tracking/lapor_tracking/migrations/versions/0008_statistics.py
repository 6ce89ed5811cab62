"""Statistics are kept up as reports change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MEASURES = (
    "received",
    "verified_in_time",
    "verified_late",
    "answered_in_time",
    "answered_late",
    "resolved_in_time",
    "resolved_late",
    "closed_by_reporter",
    "closed_by_administrator",
    "closed_by_silence",
    "archived",
    "merged",
    "referred",
    "open",
    "reopened",
    "routed",
    "hops",
    "rated",
    "points",
)


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("by", sa.Text(), nullable=False, comment="By what the reports are grouped: see Grouping."),
        sa.Column("month", sa.Text(), nullable=False, comment="In which they came in: 2026-01, in Jakarta."),
        sa.Column("value", sa.Text(), nullable=False, comment="Of what they are grouped by."),
        *(sa.Column(measure, sa.BigInteger(), nullable=False) for measure in MEASURES),
        sa.PrimaryKeyConstraint("by", "month", "value"),
        comment="How many reports, by sort and month: the sum of what `counted` says of each, kept up as that changes.",
    )
    op.create_table(
        "backlog",
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False, comment="In Jakarta."),
        sa.Column("reports", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("by", "value", "received_on"),
        comment="How many reports are open, by the day on which they came in: kept up in the same way.",
    )
    used_up = sa.text("reports = 0")
    op.create_index("backlog_used_up", "backlog", ["received_on"], postgresql_where=used_up, sqlite_where=used_up)
    op.create_table(
        "counted",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        comment="What each report adds to tallies and backlog at present.",
    )
    op.create_table(
        "labels",
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("by", "value"),
        comment="What bodies and categories are called, as was heard last.",
    )
    with op.batch_alter_table("timelines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("category_name", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("agency_name", sa.Text()))
        batch_op.add_column(sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column(
                "is_counted",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="The statistics have what this row says.",
            )
        )
    op.create_index(
        "timelines_uncounted",
        "timelines",
        ["changed_at"],
        postgresql_where=sa.text("NOT is_counted"),
        sqlite_where=sa.text("is_counted = 0"),
    )


def downgrade() -> None:
    op.drop_index("timelines_uncounted", table_name="timelines")
    with op.batch_alter_table("timelines", schema=None) as batch_op:
        for name in ("is_counted", "sealed", "agency_name", "category_name"):
            batch_op.drop_column(name)
    for name in ("labels", "counted", "backlog", "tallies"):
        op.drop_table(name)
