"""What the public may look for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# All that is no blank belongs to a word, so the words are those that were written here.
FULL_TEXT = """
CREATE VIRTUAL TABLE listings_fts USING fts5(
    terms, content='listings', content_rowid='number', detail=none,
    tokenize="ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"
)
"""
ENTER = "INSERT INTO listings_fts(rowid, terms) VALUES (new.number, new.terms);"
REMOVE = "INSERT INTO listings_fts(listings_fts, rowid, terms) VALUES ('delete', old.number, old.terms);"
TRIGGERS = (
    f"CREATE TRIGGER listings_entered AFTER INSERT ON listings BEGIN {ENTER} END",
    f"CREATE TRIGGER listings_removed AFTER DELETE ON listings BEGIN {REMOVE} END",
    f"CREATE TRIGGER listings_renewed AFTER UPDATE OF terms ON listings BEGIN {REMOVE} {ENTER} END",
)


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "listings",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(),
            nullable=False,
            comment="In the order in which they became public.",
        ),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text()),
        sa.Column("agency_name", sa.Text()),
        sa.Column("region_code", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("category_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False, comment="When this row was last written."),
        sa.Column(
            "terms",
            sa.Text().with_variant(postgresql.ARRAY(sa.Text()), "postgresql"),
            nullable=False,
            comment="By which it is found.",
        ),
        sa.Column("received_day", sa.Integer(), nullable=False, comment="In Jakarta, counted from the year 1."),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("report_id"),
        comment="Public reports in public words; a row goes in the transaction in which its report becomes secret.",
    )
    op.create_index("listings_by_day", "listings", ["received_day", "number"])
    op.create_table(
        "to_list",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Reports of which the listing is behind. Whoever holds a row is the only one to change its listing.",
    )
    op.create_index("ix_to_list_since", "to_list", ["since"])
    if on_postgresql:
        # Without a list of what is still to be entered: every question would have to read through that.
        options = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
        op.create_index("listings_fts", "listings", ["terms"], **options)
    else:
        for statement in (FULL_TEXT, *TRIGGERS):
            op.get_bind().exec_driver_sql(statement)
    # The sweep that lists reports also folds those anew of which the last version kept nothing to be looked for.
    op.execute("INSERT INTO to_list (report_id, since) SELECT report_id, changed_at FROM timelines")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("listings_fts")
    op.drop_table("to_list")
    op.drop_table("listings")
