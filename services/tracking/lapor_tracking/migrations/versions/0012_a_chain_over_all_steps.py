"""A chain over all steps, sealed day by day; a closing is named by the event that tells of it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: Until now a closing had a name of its own, which nobody could find again in what was said. Both were written in one
#: transaction, and so at the same moment.
_ITS_EVENT = (
    "steps.type = 'closed' AND events.type = 'report.closed.v1' "
    "AND events.report_id = steps.report_id AND events.said_at = steps.happened_at"
)


def upgrade() -> None:
    op.create_table(
        "unchained",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "report_id"),
        comment="Steps that were written, or written anew, and are not in the chain as they are now.",
    )
    op.create_table(
        "leaves",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        comment="A hash of each step, in the order of the chain. Only grows.",
    )
    op.create_index("leaves_of_report", "leaves", ["report_id", "event_id"])
    op.create_table(
        "seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("branches", sa.LargeBinary(), nullable=False, comment="The roots of every 256 leaves."),
        sa.PrimaryKeyConstraint("number"),
        comment="The signed roots of the chain, one for each day, and more where a day has very much. Only grows.",
    )
    op.execute(
        f"UPDATE told SET change_id = events.id FROM steps, events WHERE {_ITS_EVENT} "  # noqa: S608
        "AND told.report_id = steps.report_id AND told.change_id = steps.event_id"
    )
    op.execute(f"UPDATE steps SET event_id = events.id FROM events WHERE {_ITS_EVENT}")  # noqa: S608
    op.execute("INSERT INTO unchained (event_id, report_id) SELECT event_id, report_id FROM steps")


def downgrade() -> None:
    op.drop_table("seals")
    op.drop_index("leaves_of_report", table_name="leaves")
    op.drop_table("leaves")
    op.drop_table("unchained")
