"""By what repeats are found, and which report follows which."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("band", "report_id"),
        comment="MinHash: reports that share a band may be alike. Found by the key, the latest first.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closings",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Reports that are at their end; may be here before the case.",
    )
    op.create_table(
        "merges",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=False, comment="Follows no other itself."),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Which report follows which, as it is now; who merged or split them stands in decisions.",
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "signatures",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("traits", sa.Text(), nullable=False, comment="What is compared, as JSON."),
        sa.PrimaryKeyConstraint("report_id"),
        comment="What of each report is compared with others. Those of secret reports are not here.",
    )


def downgrade() -> None:
    op.drop_table("signatures")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_parent_id"))

    op.drop_table("merges")
    op.drop_table("closings")
    op.drop_table("bands")
