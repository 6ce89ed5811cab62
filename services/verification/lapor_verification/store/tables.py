"""The tables of verification."""

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.transactions import chassis_tables

metadata = sa.MetaData()
chassis_tables(metadata)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reasons", Json, nullable=False),
    sa.Column("missing", Json, nullable=False),
    sa.Column("report", sa.Text, nullable=False, comment="As received (report.received.v1), read whole or not at all."),
    sa.Index("cases_in_state", "state", "received_at", "report_id"),
    comment="One row for each report; the row's key is why a report is verified only once.",
)

supplements = sa.Table(
    "supplements",
    metadata,
    sa.Column("supplement_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("supplement", sa.Text, nullable=False, comment="As heard (report.supplemented.v1)."),
    comment="What reporters added; may be here before the case.",
)

# Facts and no state: each row is true for ever, so that their order does not matter. What is due is worked out
# when somebody looks, because the row of the case may be written at the same moment by another instance.
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("due_at", UtcDateTime, primary_key=True),
    sa.Column("missed", sa.Boolean, primary_key=True),
    comment="Until when a case should be decided, and whether that was missed, as tracking announced it.",
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("decision_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("decided_at", UtcDateTime, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("details", Json, nullable=False),
    comment="What people decided. Rows are added and never changed.",
)

redactions = sa.Table(
    "redactions",
    metadata,
    sa.Column("redaction_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("redacted_at", UtcDateTime, nullable=False),
    sa.Column("redacted_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("marks", Json, nullable=False),
    sa.Column("fields", Json, nullable=False, comment="The texts that were there."),
    comment="What people put right in what the public must not read. Rows are added and never changed.",
)
