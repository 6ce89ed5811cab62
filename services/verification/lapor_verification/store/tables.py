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
    sa.Column("rank", sa.SmallInteger, nullable=False, server_default="1", comment="0: somebody may come to harm."),
    sa.Column(
        "sort_at",
        UtcDateTime,
        nullable=False,
        server_default="1970-01-01 00:00:00",
        comment="Until when it should be decided, of all that deadlines says the latest; unknown: when it came.",
    ),
    sa.Column("tracking_id", sa.Text, nullable=False, server_default="", index=True),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("channel", sa.Text, nullable=False, server_default=""),
    sa.Column("region_code", sa.Text),
    sa.Column("agency_code", sa.Text, comment="The body that the reporter chose."),
    sa.Column("hints", Json, nullable=False, server_default="[]", comment="What the checks found."),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sensitive", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("filed", Json, nullable=False, server_default="{}", comment="What its latest verification completed."),
    sa.Column("round", sa.Integer, nullable=False, server_default="1", comment="One more with each recall."),
    sa.Column("taken_by", sa.Text, comment="Who works on it; nobody else decides it meanwhile."),
    sa.Column("taken_until", UtcDateTime),
    # First the order of the queue, then all by which it is sifted: what is passed over is not looked up in the table.
    sa.Index(
        "cases_in_order",
        *("state", "rank", "sort_at", "report_id"),
        *("kind", "channel", "region_code", "agency_code", "taken_by", "taken_until"),
    ),
    sa.Index("cases_of_agency", "agency_code", "state", "rank", "sort_at", "report_id"),
    sa.Index(
        "cases_taken",
        "taken_by",
        postgresql_where=sa.text("taken_by IS NOT NULL"),
        sqlite_where=sa.text("taken_by IS NOT NULL"),
    ),
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

# Facts and no state: each row is true for ever, so that their order does not matter.
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("due_at", UtcDateTime, primary_key=True),
    sa.Column("missed", sa.Boolean, primary_key=True),
    comment="Until when a case should be decided, and whether that was missed, as tracking announced it.",
)

departures = sa.Table(
    "departures",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    comment="Reports that were withdrawn or referred; may be here before the case.",
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
    comment="What was decided, by people and by the policy. Rows are added and never changed.",
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

edits = sa.Table(
    "edits",
    metadata,
    sa.Column("edit_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("edited_at", UtcDateTime, nullable=False),
    sa.Column("edited_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("title", sa.Text, comment="Null: the public reads the reporter's own."),
    sa.Column("body", sa.Text, comment="Null: the public reads the reporter's own."),
    comment="What the public reads instead. Rows are added and never changed; the latest counts.",
)

appeals = sa.Table(
    "appeals",
    metadata,
    sa.Column("appeal_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("appealed_at", UtcDateTime, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    comment="What reporters said against the archiving; may be here before the case. Decisions stand in decisions.",
)

canned_texts = sa.Table(
    "canned_texts",
    metadata,
    sa.Column("change_id", sa.Uuid, primary_key=True),
    sa.Column("text_id", sa.Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    comment="What coordinators made of the texts that verifiers begin with. Rows are only added; the latest counts.",
)

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", Json, nullable=False),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    comment="What is decided without a person. The latest counts; rows are added and never changed.",
)

categories = sa.Table(
    "categories",
    metadata,
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("parent", sa.String(40), nullable=False, comment="Empty for a root."),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("agency_code", sa.Text, comment="Of whose own sub-tree; empty in the national tree."),
    comment="Categories that were loaded; they lie over the shipped ones. Rows are never removed.",
)

category_loads = sa.Table(
    "category_loads",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("loaded_at", UtcDateTime, nullable=False),
    sa.Column("agency_code", sa.Text),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    comment="Each load that changed something.",
)

self_verifying = sa.Table(
    "self_verifying",
    metadata,
    sa.Column("agency_code", sa.Text, primary_key=True),
    sa.Column("verifies_itself", sa.Boolean, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    comment="Whose own verifiers decide about reports for which this body was chosen. The latest news counts.",
)
