"""How members of staff want to be told, and what they have to do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column(
            "digested_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="of what came later the next digest tells",
        ),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("officer_id"),
        comment="How members of staff want to be told, and their address, sealed for this service alone.",
    )
    op.create_index("ix_staff_digest_at", "staff", ["digest_at"])
    op.create_index("staff_of_agency", "staff", ["agency_code"])
    op.create_table(
        "work",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("tracking_id", sa.Text(), nullable=True),
        sa.Column("limited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_to", sa.Text(), nullable=True, comment="a body's code; empty for the coordinators"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("report_id"),
        comment="Who has what to do, for the digests; made of events alone, and nothing of a report's content.",
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index("work_of_agency", "work", ["agency_code"], postgresql_where=is_open, sqlite_where=is_open)
    op.create_index("work_escalated_to", "work", ["escalated_to"], postgresql_where=is_open, sqlite_where=is_open)


def downgrade() -> None:
    op.drop_table("work")
    op.drop_table("staff")
