"""The verifier's desk: an order that an index serves, who has taken a case, edits, appeals, canned texts."""

import sqlalchemy as sa
from alembic import op

from lapor_chassis.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: What the columns hold of the report, which was only kept whole.
GIVEN = ("tracking_id", "kind", "channel", "region_code")


def upgrade() -> None:
    for column in (
        sa.Column(
            "rank", sa.SmallInteger(), nullable=False, server_default="1", comment="0: somebody may come to harm."
        ),
        sa.Column(
            "sort_at",
            UtcDateTime(),
            nullable=False,
            server_default="1970-01-01 00:00:00",
            comment="Until when it should be decided, of all that deadlines says the latest; unknown: when it came.",
        ),
        sa.Column("tracking_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("channel", sa.Text(), nullable=False, server_default=""),
        sa.Column("region_code", sa.Text()),
        sa.Column("taken_by", sa.Text(), comment="Who works on it; nobody else decides it meanwhile."),
        sa.Column("taken_until", UtcDateTime()),
    ):
        op.add_column("cases", column)
    _fill()
    op.drop_index("cases_in_state", "cases")
    op.create_index("cases_in_order", "cases", ["state", "rank", "sort_at", "report_id"])
    taken = sa.text("taken_by IS NOT NULL")
    op.create_index("cases_taken", "cases", ["taken_by"], postgresql_where=taken, sqlite_where=taken)
    op.create_index("ix_cases_tracking_id", "cases", ["tracking_id"])
    op.create_table(
        "edits",
        sa.Column("edit_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), comment="Null: the public reads the reporter's own."),
        sa.Column("body", sa.Text(), comment="Null: the public reads the reporter's own."),
        sa.PrimaryKeyConstraint("edit_id"),
        comment="What the public reads instead. Rows are added and never changed; the latest counts.",
    )
    op.create_index("ix_edits_report_id", "edits", ["report_id"])
    op.create_table(
        "appeals",
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("appealed_at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("appeal_id"),
        comment="What reporters said against the archiving; may be here before the case. Decisions stand in decisions.",
    )
    op.create_index("ix_appeals_report_id", "appeals", ["report_id"])
    op.create_table(
        "canned_texts",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("change_id"),
        comment="What coordinators made of the texts that verifiers begin with. "
        "Rows are only added; the latest counts.",
    )


def _fill() -> None:
    """Give the cases that are there what the new columns hold."""
    report = sa.column("report")
    if op.get_bind().dialect.name == "postgresql":
        given = {name: sa.cast(report, sa.JSON)[name].as_string() for name in GIVEN}
    else:
        given = {name: sa.func.json_extract(report, f"$.{name}") for name in GIVEN}
    cases = sa.table("cases", *map(sa.column, ("report_id", "received_at", "sort_at", "report", *GIVEN)))
    deadlines = sa.table("deadlines", sa.column("report_id"), sa.column("due_at"))
    due_at = sa.select(sa.func.max(deadlines.c.due_at)).where(deadlines.c.report_id == cases.c.report_id)
    sort_at = sa.func.coalesce(due_at.scalar_subquery(), cases.c.received_at)
    op.execute(sa.update(cases).values(sort_at=sort_at, **given))


def downgrade() -> None:
    for table in ("canned_texts", "appeals", "edits"):
        op.drop_table(table)
    for index in ("ix_cases_tracking_id", "cases_taken", "cases_in_order"):
        op.drop_index(index, "cases")
    for column in ("taken_until", "taken_by", "region_code", "channel", "kind", "tracking_id", "sort_at", "rank"):
        op.drop_column("cases", column)
    op.create_index("cases_in_state", "cases", ["state", "received_at", "report_id"])
