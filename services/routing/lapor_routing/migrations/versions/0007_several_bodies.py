"""Several bodies with a report, recalls, and what officers do among themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_HOLDING = "state IN ('answered', 'closed', 'in_progress', 'open', 'waiting')"


def _one(table: str, name: str, columns: list[str], rows: str) -> None:
    op.create_index(name, table, columns, unique=True, postgresql_where=sa.text(rows), sqlite_where=sa.text(rows))


def _moment(name: str, **options: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **{"nullable": False, **options})


def upgrade() -> None:
    op.create_table(
        "checked_agencies",
        sa.Column("code", sa.Text(), nullable=False),
        _moment("since"),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        comment="Bodies of which, and of whose units, nothing goes out that a second officer has not approved.",
    )
    op.create_table(
        "recalls",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        _moment("recalled_at"),
        sa.Column("recalled_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "round"),
        comment="Verifications that were undone, whether they are known here or not.",
    )
    op.create_table(
        "copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("agency_name", sa.Text(), nullable=False),
        _moment("sent_at"),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("report_id", "round", "agency_code", name="one_copy_per_body"),
        comment="Bodies that may read a report and need not act on it (tembusan).",
    )
    op.create_index("copies_of_an_agency", "copies", ["agency_code", "id"])
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("working_days", sa.Integer()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        _moment("changed_at"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.ForeignKeyConstraint(["disposition_id"], ["dispositions.id"]),
        sa.PrimaryKeyConstraint("id"),
        comment="Answers and extensions that another officer must approve before they go out.",
    )
    op.create_index("ix_drafts_disposition_id", "drafts", ["disposition_id"])
    op.create_table(
        "extensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("granted_at"),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["disposition_id"], ["dispositions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_extensions_disposition_id", "extensions", ["disposition_id"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("written_at"),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["disposition_id"], ["dispositions.id"]),
        sa.PrimaryKeyConstraint("id"),
        comment="What officers write for each other; neither the reporter nor other bodies read it.",
    )
    op.create_index("ix_notes_disposition_id", "notes", ["disposition_id"])
    with op.batch_alter_table("deadlines") as table:
        table.add_column(sa.Column("agency_code", sa.Text(), comment="Whose clock it is, where that was said."))
        table.add_column(
            sa.Column("said_at", sa.DateTime(timezone=True), comment="When tracking said so: what it said last counts.")
        )
    with op.batch_alter_table("reports") as table:
        table.add_column(sa.Column("point", _JSON))
        table.add_column(
            sa.Column("round", sa.Integer(), server_default="1", nullable=False, comment="Of which verification.")
        )
        for name in ("supervised", "urgent", "sensitive"):
            table.add_column(sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(
            sa.Column(
                "reported_agency_code", sa.Text(), comment="Whom a whistleblower complains of; never to see the report."
            )
        )
    complains = sa.text("reported_agency_code IS NOT NULL")
    op.create_index(
        "reported_bodies", "reports", ["reported_agency_code"], postgresql_where=complains, sqlite_where=complains
    )
    op.drop_index("one_holder_per_report", "dispositions")
    with op.batch_alter_table("dispositions") as table:
        table.add_column(
            sa.Column(
                "part",
                sa.Uuid(),
                comment="Of a co-owner: which part of the report it is. Empty for the owner's turns.",
            )
        )
        table.add_column(
            sa.Column("round", sa.Integer(), server_default="1", nullable=False, comment="Of which verification.")
        )
        table.add_column(sa.Column("model_version", sa.Text()))
        table.add_column(sa.Column("officer", sa.Text(), comment="Who of the body has taken it on."))
    _one("dispositions", "one_holder_per_report", ["report_id"], f"{_HOLDING} AND part IS NULL")
    _one("dispositions", "one_holder_per_part", ["part"], f"{_HOLDING} AND part IS NOT NULL")
    _one("dispositions", "one_part_per_body", ["report_id", "agency_code"], _HOLDING)


def downgrade() -> None:
    for name in ("one_part_per_body", "one_holder_per_part", "one_holder_per_report"):
        op.drop_index(name, "dispositions")
    with op.batch_alter_table("dispositions") as table:
        for name in ("officer", "model_version", "round", "part"):
            table.drop_column(name)
    _one("dispositions", "one_holder_per_report", ["report_id"], _HOLDING)
    op.drop_index("reported_bodies", "reports")
    with op.batch_alter_table("reports") as table:
        for name in ("reported_agency_code", "sensitive", "urgent", "supervised", "round", "point"):
            table.drop_column(name)
    with op.batch_alter_table("deadlines") as table:
        table.drop_column("said_at")
        table.drop_column("agency_code")
    for name in ("notes", "extensions", "drafts", "copies", "recalls", "checked_agencies"):
        op.drop_table(name)
