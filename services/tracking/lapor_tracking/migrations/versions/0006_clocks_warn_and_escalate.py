"""Clocks pause, warn and escalate; the calendar has versions."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RUNNING = "stopped_at IS NULL"
UNMET = f"clock != 'reporter_silence' AND missed_at IS NULL AND ({RUNNING} OR stopped_at > due_at)"


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="From then on it is known; what was due before stays.",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "days",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="All days off, not only the new ones.",
        ),
        sa.PrimaryKeyConstraint("version"),
        comment="Every version of the calendar after the one that is shipped.",
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "paused_at", sa.DateTime(timezone=True), nullable=True, comment="It waits for the reporter since then."
            )
        )
        batch_op.add_column(sa.Column("time_zone", sa.Text(), server_default="Asia/Jakarta", nullable=False))
        batch_op.add_column(
            sa.Column(
                "region_code", sa.Text(), nullable=True, comment="Whose holidays count besides the national ones."
            )
        )
        batch_op.add_column(
            sa.Column(
                "calendar_version",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="By which it was reckoned.",
            )
        )
        batch_op.add_column(
            sa.Column("reason", sa.Text(), nullable=True, comment="Why it is due on another day than was said before.")
        )
        batch_op.add_column(
            sa.Column("rung", sa.Integer(), server_default="0", nullable=False, comment="The last that was said of it.")
        )
        batch_op.add_column(
            sa.Column(
                "next_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="When there may be something more to be said of it.",
            )
        )
    # Who was told that a clock ran out is not told again; of all others the next sweep finds out what is to be said.
    op.execute("UPDATE deadlines SET rung = 3 WHERE missed_at IS NOT NULL")
    op.execute(
        "UPDATE deadlines SET next_at = due_at WHERE stopped_at IS NULL OR (missed_at IS NULL AND stopped_at > due_at)"
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.drop_index("deadlines_unmet")
        batch_op.drop_column("missed_at")
        _index(batch_op, "deadlines_reckoned", "calendar_version", RUNNING)
        _index(batch_op, "deadlines_unsaid", "next_at", "next_at IS NOT NULL")

    _comment("four")


def downgrade() -> None:
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        for index in ("deadlines_unsaid", "deadlines_reckoned"):
            batch_op.drop_index(index)
        batch_op.add_column(sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE deadlines SET missed_at = due_at WHERE rung >= 3")
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        for column in (
            "next_at",
            "rung",
            "reason",
            "calendar_version",
            "region_code",
            "time_zone",
            "paused_at",
        ):
            batch_op.drop_column(column)
        _index(batch_op, "deadlines_unmet", "due_at", UNMET)
    op.drop_table("calendars")
    _comment("three")


def _comment(columns: str) -> None:
    if op.get_context().dialect.supports_comments:
        told = f"The clocks of each report: folded from its steps; the last {columns} columns say what came of it."
        op.create_table_comment("deadlines", told)


def _index(batch_op: Any, name: str, column: str, rows: str) -> None:
    batch_op.create_index(name, [column], postgresql_where=sa.text(rows), sqlite_where=sa.text(rows))
