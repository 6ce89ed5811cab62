"""Reports are withdrawn and referred; what nobody has comes first."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IS_PART = sa.text("CASE WHEN (part IS NULL) THEN 0 ELSE 1 END")
IS_WAITING = sa.text("state = 'waiting'")


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
    op.create_index(
        "coordinators_queue", "dispositions", [IS_PART, "id"], postgresql_where=IS_WAITING, sqlite_where=IS_WAITING
    )


def downgrade() -> None:
    op.drop_index("coordinators_queue", "dispositions")
    op.execute("DELETE FROM escalations WHERE held = 0")
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index("escalations_unassigned_first")
        batch_op.create_index("escalations_highest_first", ["levels_above", "due_at", "deadline_id"])
        batch_op.drop_column("held")
    op.drop_table("departures")
