"""An audit log, disclosure of identities, retention; sealed addresses can be taken out of what was said."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDRESSED = sa.text(
    "type IN ('command.answered.v1', 'message.answered.v1', 'reporter.commanded.v1', 'reporter.contact_sealed.v1')"
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False, comment="ISO 8601 in UTC."),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="JSON, without identities."),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        comment="Requests, consents, refusals and looks: a chain of hashes. Only grows.",
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject", "seq"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="One row: how the chain ends. Who appends holds it, so that the chain never forks.",
    )
    op.create_table(
        "disclosures",
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.String(length=14), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("disclosure_id"),
        comment="Who asked to learn who a reporter is, why, and what came of it.",
    )
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.create_index(
            "disclosures_alive",
            ["requested_by", "tracking_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('waiting', 'open')"),
            sqlite_where=sa.text("state IN ('waiting', 'open')"),
        )
        batch_op.create_index(
            "disclosures_open",
            ["until"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_disclosures_report_id"), ["report_id"], unique=False)
        batch_op.create_index("ix_disclosures_requested_by", ["requested_by", "disclosure_id"], unique=False)
        batch_op.create_index("ix_disclosures_state", ["state", "disclosure_id"], unique=False)

    op.create_table(
        "endings",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Reports that are closed or archived and whose reporter is still known.",
    )
    with op.batch_alter_table("endings", schema=None) as batch_op:
        batch_op.create_index("ix_endings_kind", ["kind", "ended_at"], unique=False)

    op.create_table(
        "consents",
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"],
            ["disclosures.disclosure_id"],
        ),
        sa.PrimaryKeyConstraint("disclosure_id", "custodian"),
        comment="What custodians decided: each once. Only grows.",
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            "events_with_address", ["report_id"], unique=False, postgresql_where=ADDRESSED, sqlite_where=ADDRESSED
        )


def downgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("events_with_address", postgresql_where=ADDRESSED, sqlite_where=ADDRESSED)

    op.drop_table("consents")
    with op.batch_alter_table("endings", schema=None) as batch_op:
        batch_op.drop_index("ix_endings_kind")

    op.drop_table("endings")
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.drop_index("ix_disclosures_state")
        batch_op.drop_index("ix_disclosures_requested_by")
        batch_op.drop_index(batch_op.f("ix_disclosures_report_id"))
        batch_op.drop_index(
            "disclosures_open", postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "disclosures_alive",
            postgresql_where=sa.text("state IN ('waiting', 'open')"),
            sqlite_where=sa.text("state IN ('waiting', 'open')"),
        )

    op.drop_table("disclosures")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")

    op.drop_table("audit")
