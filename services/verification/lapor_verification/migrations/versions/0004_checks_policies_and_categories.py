"""Checks, policies and categories."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BY_PEOPLE = "What people decided. Rows are added and never changed."
BY_POLICY_TOO = "What was decided, by people and by the policy. Rows are added and never changed."


def upgrade() -> None:
    _describe_decisions(BY_POLICY_TOO)
    op.create_table(
        "categories",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=False, comment="Empty for a root."),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column(
            "agency_code", sa.Text(), nullable=True, comment="Of whose own sub-tree; empty in the national tree."
        ),
        sa.PrimaryKeyConstraint("code"),
        comment="Categories that were loaded; they lie over the shipped ones. Rows are never removed.",
    )
    op.create_table(
        "category_loads",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        comment="Each load that changed something.",
    )
    op.create_table(
        "policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        comment="What is decided without a person. The latest counts; rows are added and never changed.",
    )
    op.create_table(
        "self_verifying",
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("verifies_itself", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency_code"),
        comment="Whose own verifiers decide about reports for which this body was chosen. The latest news counts.",
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("agency_code", sa.Text(), nullable=True, comment="The body that the reporter chose.")
        )
        batch_op.add_column(
            sa.Column(
                "hints",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="[]",
                nullable=False,
                comment="What the checks found.",
            )
        )
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("sensitive", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column("round", sa.Integer(), server_default="1", nullable=False, comment="One more with each recall.")
        )
        batch_op.create_index("cases_of_agency", ["agency_code", "state", "rank", "sort_at", "report_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("cases_of_agency")
        batch_op.drop_column("round")
        batch_op.drop_column("sensitive")
        batch_op.drop_column("urgent")
        batch_op.drop_column("hints")
        batch_op.drop_column("agency_code")

    op.drop_table("self_verifying")
    op.drop_table("policies")
    op.drop_table("category_loads")
    op.drop_table("categories")
    _describe_decisions(BY_PEOPLE)


def _describe_decisions(comment: str) -> None:
    if op.get_context().dialect.supports_comments:
        op.create_table_comment("decisions", comment)
