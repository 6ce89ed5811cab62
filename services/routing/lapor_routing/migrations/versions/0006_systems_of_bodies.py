"""Systems of bodies: by other means than the broker too, and what is due to them."""

import sqlalchemy as sa
from alembic import op

from lapor_chassis.columns import Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WAITING = sa.text("done_at IS NULL")


def upgrade() -> None:
    for column in (
        sa.Column("means", sa.Text(), nullable=False, server_default="broker"),
        sa.Column("address", sa.Text(), nullable=False, server_default=""),
        sa.Column("settings", Json, nullable=False, server_default="{}"),
        sa.Column("secrets", sa.Text(), comment="Encrypted with LAPOR_ROUTING_CONNECTION_KEY."),
        sa.Column(
            "next_at", UtcDateTime(), comment="Until then it is left alone: a pause, or somebody has it in hand."
        ),
        sa.Column("fetch_at", UtcDateTime(), comment="When its updates are fetched next, where they are."),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failing_since", UtcDateTime()),
        sa.Column("disabled_at", UtcDateTime()),
        sa.Column("trouble", sa.Text(), nullable=False, server_default=""),
        sa.Column("succeeded_at", UtcDateTime()),
    ):
        op.add_column("connected_agencies", column)
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.create_table_comment(
            "connected_agencies",
            "Bodies whose own system is told of their dispositions, how it is reached, and how it has been doing.",
        )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("result", sa.Text(), nullable=False, server_default=""),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("reference", sa.Text(), comment="What the body's system calls it."),
        sa.PrimaryKeyConstraint("id"),
        comment="What bodies' own systems are to be told, as it stands on the wire; what is not done is due.",
    )
    op.create_index("ix_deliveries_disposition_id", "deliveries", ["disposition_id"])
    op.create_index("deliveries_of_an_agency", "deliveries", ["agency_code", "id"])
    op.create_index(
        "deliveries_waiting",
        "deliveries",
        ["agency_code", "due_at"],
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_table("deliveries")
    for name in [
        "succeeded_at",
        "trouble",
        "disabled_at",
        "failing_since",
        "failures",
        "fetch_at",
        "next_at",
        "secrets",
        "settings",
        "address",
        "means",
    ]:
        op.drop_column("connected_agencies", name)
