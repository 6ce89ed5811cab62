"""Reports are withdrawn and referred; what nobody has comes first."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

QUEUES = {
    "unassigned_reports": "state = 'waiting' AND part IS NULL",
    "waiting_parts": "state = 'waiting' AND part IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        "departures",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True, comment="Of the Ombudsman, where it has the report now."),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Reports that were withdrawn or referred, whether they are known here or not: nothing follows on that.",
    )
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "held", sa.Integer(), server_default="1", nullable=False, comment="0 where no body has the report."
            )
        )
        batch_op.drop_index("escalations_highest_first")
        batch_op.create_index("escalations_unassigned_first", ["held", "levels_above", "due_at", "deadline_id"])
    for name, rows in QUEUES.items():
        waiting = sa.text(rows)
        op.create_index(name, "dispositions", ["id"], postgresql_where=waiting, sqlite_where=waiting)


def downgrade() -> None:
    for name in QUEUES:
        op.drop_index(name, "dispositions")
    op.execute("DELETE FROM escalations WHERE held = 0")
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index("escalations_unassigned_first")
        batch_op.create_index("escalations_highest_first", ["levels_above", "due_at", "deadline_id"])
        batch_op.drop_column("held")
    op.drop_table("departures")
