"""The first tables."""

import sqlalchemy as sa
from alembic import op

from lapor_chassis.migration import chassis_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    chassis_v1.create()
    op.create_table(
        "adapters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("secret_hash"),
        comment="Who may hand in reports for others over HTTP.",
    )
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.String(length=14), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "app",
                "sms",
                "x",
                "facebook",
                "instagram",
                "whatsapp",
                "email",
                "counter",
                "open311",
                "partner",
                name="channel",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("complaint", "aspiration", "information_request", name="kind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("keyword", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        sa.UniqueConstraint("source", "idempotency_key"),
        sa.UniqueConstraint("tracking_id"),
        comment="Reports as they were given. A row never changes.",
    )
    op.create_table(
        "returns",
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("return_id"),
        comment="Reports that were sent back for completion. The last one waits as long as no supplement answers it.",
    )
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.create_index("ix_returns_report_id", ["report_id", "returned_at"], unique=False)
    op.create_table(
        "supplements",
        sa.Column("supplement_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("supplemented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["returns.return_id"],
        ),
        sa.PrimaryKeyConstraint("supplement_id"),
        sa.UniqueConstraint("return_id"),
        comment="What reporters added.",
    )
    op.create_table(
        "vault",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.report_id"],
        ),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Identities of reporters. No other table, event or log holds any of it.",
    )


def downgrade() -> None:
    for table in ("vault", "supplements", "returns", "reports", "adapters"):
        op.drop_table(table)
    chassis_v1.drop()
