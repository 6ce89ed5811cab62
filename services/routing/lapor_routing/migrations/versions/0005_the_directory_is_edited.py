"""What people change in the directory, and officers who are away."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CODE = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "agency_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", _JSON, nullable=False, comment="what was otherwise"),
        sa.Column("after", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="What people changed in the directory. Only grows.",
    )
    op.create_index("changes_of_an_agency", "agency_changes", ["agency_code", "id"])
    op.create_table(
        "competences",
        sa.Column("subject", sa.String(40), nullable=False, comment="a topic's or a category's code"),
        sa.Column("region_code", sa.String(13), nullable=False, comment="with all regions in it; empty: everywhere"),
        sa.Column("agency_code", _CODE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "region_code"),
        comment="Who comes first for a topic in a place, whatever the rules say.",
    )
    op.create_index("ix_competences_agency_code", "competences", ["agency_code"])
    op.create_table(
        "directory_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="the file; empty once it is carried out"),
        sa.Column("outline", _JSON, nullable=False, comment="what it would change, as it was shown"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="Files that people handed in, from the first look to the last row.",
    )
    op.create_index("ix_directory_imports_state", "directory_imports", ["state"])
    with op.batch_alter_table("agencies") as table:
        table.add_column(sa.Column("origin", sa.String(10), server_default="shipped", nullable=False))
        table.add_column(sa.Column("verifies_itself", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("agency_words") as table:
        table.add_column(sa.Column("origin", sa.String(10), server_default="shipped", nullable=False))
        table.create_index("words_of_a_subject", ["subject", "word"])
    with op.batch_alter_table("officers") as table:
        table.add_column(sa.Column("signed_in_at", sa.DateTime(timezone=True), comment="the last time"))
        table.add_column(sa.Column("absent_from", sa.Date()))
        table.add_column(sa.Column("absent_until", sa.Date(), comment="the last day"))
        table.add_column(sa.Column("substitute_id", sa.Uuid(), comment="who acts meanwhile"))
        table.create_index("ix_officers_agency_code", ["agency_code"])
        table.create_table_comment("Who may sign in. Of the people behind the names nothing is kept.")


def downgrade() -> None:
    with op.batch_alter_table("officers") as table:
        table.drop_table_comment()
        table.drop_index("ix_officers_agency_code")
        for name in ("substitute_id", "absent_until", "absent_from", "signed_in_at"):
            table.drop_column(name)
    with op.batch_alter_table("agency_words") as table:
        table.drop_index("words_of_a_subject")
        table.drop_column("origin")
    with op.batch_alter_table("agencies") as table:
        table.drop_column("verifies_itself")
        table.drop_column("origin")
    op.drop_table("directory_imports")
    op.drop_table("competences")
    op.drop_table("agency_changes")
