"""What becomes of messages: receipts, addresses that take nothing any more, and browsers that are told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    delivered_at = sa.Column(
        "delivered_at",
        sa.DateTime(timezone=True),
        nullable=True,
        comment="when its provider said that it arrived, where it says so",
    )
    with op.batch_alter_table("notices") as batch_op:
        batch_op.add_column(delivered_at)
    op.create_table(
        "pauses",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "via"),
        comment="Addresses of reporters that take nothing any more, until another one is given.",
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("subscribed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscription_id"),
        comment="Browsers in which reporters want to hear that there is news, sealed.",
    )
    op.create_index("ix_push_subscriptions_report_id", "push_subscriptions", ["report_id"])


def downgrade() -> None:
    op.drop_index("ix_push_subscriptions_report_id", table_name="push_subscriptions")
    op.drop_table("push_subscriptions")
    op.drop_table("pauses")
    with op.batch_alter_table("notices") as batch_op:
        batch_op.drop_column("delivered_at")
