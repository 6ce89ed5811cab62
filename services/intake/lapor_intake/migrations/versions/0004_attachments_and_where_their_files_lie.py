"""Attachments, and where their files lie."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
        sa.PrimaryKeyConstraint("attachment_id"),
        comment="Files that were sent, or are being sent. Complete with a media type; of a report once that names it.",
    )
    op.create_index("ix_attachments_report_id", "attachments", ["report_id"])
    unclaimed = sa.text("report_id IS NULL")
    op.create_index(
        "ix_attachments_unclaimed",
        "attachments",
        ["created_at"],
        postgresql_where=unclaimed,
        sqlite_where=unclaimed,
    )
    op.create_table(
        "attachment_files",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.attachment_id"]),
        sa.PrimaryKeyConstraint("file_id"),
        sa.UniqueConstraint("sha256"),
        comment="Encrypted files in the store, by the hash of what is stored: "
        "named here before they are written there.",
    )
    op.create_index("ix_attachment_files_attachment_id", "attachment_files", ["attachment_id"])
    passing = sa.text("NOT stays")
    op.create_index(
        "ix_attachment_files_passing",
        "attachment_files",
        ["attachment_id"],
        postgresql_where=passing,
        sqlite_where=passing,
    )
    with op.batch_alter_table("supplements", schema=None) as batch_op:
        json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
        batch_op.add_column(sa.Column("attachments", json, server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("supplements", schema=None) as batch_op:
        batch_op.drop_column("attachments")
    op.drop_table("attachment_files")
    op.drop_table("attachments")
