"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lapor_chassis.migration import chassis_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    chassis_v1.create()
    op.create_table(
        "agencies",
        sa.Column(
            "code", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column(
            "parent_code",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("region_code", sa.String(length=13), nullable=True),
        sa.Column(
            "type_code",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("successor_codes", sa.Text(), nullable=False, comment="separated by vertical bars"),
        sa.PrimaryKeyConstraint("code"),
        comment="Every body that is or was competent for something. Rows are never removed.",
    )
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agencies_parent_code"), ["parent_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_agencies_region_code"), ["region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_agencies_type_code"), ["type_code"], unique=False)
    op.create_table(
        "agency_replies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="Replies of agencies' own systems that have had their effect: the same id again has none.",
    )
    op.create_table(
        "agency_words",
        sa.Column(
            "word", sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "subject",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("word", "subject"),
        comment="The words by which a body, a type of office or a region is called, one row each.",
    )
    op.create_table(
        "closures",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "closed_by",
            sa.Enum("reporter", "administrator", "silence", name="closedby", native_enum=False, length=40),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_table(
        "connected_agencies",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        comment="Bodies whose own system takes dispositions over the broker.",
    )
    op.create_table(
        "deadlines",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "clock",
            sa.Enum(
                "verify",
                "first_answer",
                "resolve",
                "completion",
                "reporter_silence",
                name="clock",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "id"),
    )
    op.create_table(
        "directory_loads",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        comment="Each load that changed something.",
    )
    op.create_table(
        "messages",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "id"),
        comment="What the reporter wrote to the body that holds the report.",
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=False),
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
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        comment="What officers read of a report; nothing of who reported.",
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username"),
        comment="Attempts since the last success, whether or not there is such an officer.",
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempts_last_at"), ["last_at"], unique=False)
    op.create_table(
        "dispositions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("agency_name", sa.Text(), nullable=False),
        sa.Column("hop", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "open",
                "in_progress",
                "answered",
                "refused",
                "passed_on",
                "closed",
                name="state",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("candidates", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("next_agency_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        comment="The turns that bodies, or without agency_code the coordinator, have with a report, and why.",
    )
    with op.batch_alter_table("dispositions", schema=None) as batch_op:
        batch_op.create_index("inbox_of_an_agency", ["agency_code", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dispositions_report_id"), ["report_id"], unique=False)
        batch_op.create_index(
            "one_holder_per_report",
            ["report_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('answered', 'closed', 'in_progress', 'open', 'waiting')"),
            sqlite_where=sa.text("state IN ('answered', 'closed', 'in_progress', 'open', 'waiting')"),
        )
    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", sa.Enum("initial", "substantive", name="answerkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disposition_id"],
            ["dispositions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_disposition_id"), ["disposition_id"], unique=False)


def downgrade() -> None:
    for table in (
        "answers",
        "dispositions",
        "sign_in_attempts",
        "reports",
        "officers",
        "messages",
        "directory_loads",
        "deadlines",
        "connected_agencies",
        "closures",
        "agency_words",
        "agency_replies",
        "agencies",
    ):
        op.drop_table(table)
    chassis_v1.drop()
