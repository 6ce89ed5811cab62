"""Files of messages."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_files",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
        sa.PrimaryKeyConstraint("file_id"),
        comment="Files of messages: where each is to be fetched, encrypted, until it is here or given up.",
    )
    op.create_index("ix_chat_files_due", "chat_files", ["channel", "due_at"])
    op.create_index("ix_chat_files_mark", "chat_files", ["mark"])
    op.create_index("ix_chat_files_report_id", "chat_files", ["report_id"])


def downgrade() -> None:
    op.drop_table("chat_files")
