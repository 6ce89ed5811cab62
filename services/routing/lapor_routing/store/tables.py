"""The tables of the desk: reports as officers read them, whose turn it was, what was said."""

from typing import Any

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_contracts.vocabulary import AnswerKind, Channel, Clock, ClosedBy, Kind
from lapor_routing.domain.disposition import HOLDING, State
from lapor_routing.tables import metadata


def _word(vocabulary: type[Any]) -> sa.Enum:
    """A column of a fixed list of words, written as on the wire."""
    return sa.Enum(vocabulary, native_enum=False, length=40, values_callable=lambda words: [w.value for w in words])


reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False),
    sa.Column("channel", _word(Channel), nullable=False),
    sa.Column("kind", _word(Kind), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("occurred_on", sa.Date),
    sa.Column("region_code", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("anonymous", sa.Boolean, nullable=False),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("verified_at", UtcDateTime, nullable=False),
    sa.Column("attachments", Json, nullable=False, server_default="[]"),
    sa.Column("sealed_for", sa.Text, comment="The only body that may see a whistleblower's report."),
    comment="What officers read of a report; nothing of who reported.",
)

sealed_reports = sa.Table(
    "sealed_reports",
    metadata,
    sa.Column("report_id", sa.Uuid, sa.ForeignKey("reports.id"), primary_key=True),
    sa.Column("agency_code", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("oversight_key", sa.Text, nullable=False),
    sa.Column("reporter_key", sa.Text, nullable=False),
    comment="What whistleblowers wrote, as only the body that they chose can open it.",
)

dispositions = sa.Table(
    "dispositions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey("reports.id"), nullable=False, index=True),
    sa.Column("agency_code", sa.Text),
    sa.Column("agency_name", sa.Text, nullable=False),
    sa.Column("hop", sa.Integer, nullable=False),
    sa.Column("state", _word(State), nullable=False),
    sa.Column("assigned_at", UtcDateTime, nullable=False),
    sa.Column("assigned_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("candidates", Json, nullable=False),
    sa.Column("rules_version", sa.Text, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_by", sa.Text),
    sa.Column("ended_reason", sa.Text),
    sa.Column("next_agency_code", sa.Text),
    comment="The turns that bodies, or without agency_code the coordinator, have with a report, and why.",
)
_holding = sa.text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(HOLDING))))
# "No wrong door" as far as a database can hold it: never two holders of one report.
sa.Index(
    "one_holder_per_report",
    dispositions.c.report_id,
    unique=True,
    postgresql_where=_holding,
    sqlite_where=_holding,
)
sa.Index("inbox_of_an_agency", dispositions.c.agency_code, dispositions.c.state, dispositions.c.id)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, sa.ForeignKey("dispositions.id"), nullable=False, index=True),
    sa.Column("kind", _word(AnswerKind), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False),
    sa.Column("answered_by", sa.Text, nullable=False),
)

# What tracking says may arrive before the report itself does: so these tables refer to no other.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("replied_at", UtcDateTime, nullable=False),
    comment="What the reporter wrote to the body that holds the report.",
)
added_files = sa.Table(
    "added_files",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    comment="Files that the reporter added; those that came before the verification are in the report too.",
)
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("clock", _word(Clock), nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
)
closures = sa.Table(
    "closures",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("closed_at", UtcDateTime, nullable=False),
    sa.Column("closed_by", _word(ClosedBy), nullable=False),
)

agency_replies = sa.Table(
    "agency_replies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, nullable=False),
    comment="Replies of agencies' own systems that have had their effect: the same id again has none.",
)
connected_agencies = sa.Table(
    "connected_agencies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("connected_at", UtcDateTime, nullable=False),
    comment="Bodies whose own system takes dispositions over the broker.",
)
