"""The tables of the desk: reports as officers read them, whose turn it was, what was said."""

from typing import Any

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_contracts.vocabulary import AnswerKind, AnswerType, Channel, Clock, ClosedBy, Kind, Level
from lapor_routing.domain.corrections import ProposalState
from lapor_routing.domain.disposition import HOLDING, State
from lapor_routing.domain.drafts import DraftKind, DraftState
from lapor_routing.domain.reactions import ReactionKind
from lapor_routing.tables import metadata


def _substance() -> list[sa.Column[Any]]:
    """The columns of what an answer says besides its words."""
    return [
        sa.Column("answer_type", _word(AnswerType)),
        sa.Column("planned_on", sa.Date),
        sa.Column("legal_basis", sa.Text, nullable=False, server_default=""),
        sa.Column("needed_agency_code", sa.Text),
        sa.Column("evidence", Json, nullable=False, server_default="[]", comment="Ids of files."),
    ]


def _word(vocabulary: type[Any]) -> sa.Enum:
    """A column of a fixed list of words, written as on the wire."""
    return sa.Enum(vocabulary, native_enum=False, length=40, values_callable=lambda words: [w.value for w in words])


reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False, index=True),
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
    sa.Column("point", Json),
    sa.Column("round", sa.Integer, nullable=False, server_default="1", comment="Of which verification."),
    sa.Column("supervised", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sensitive", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("reported_agency_code", sa.Text, comment="Whom a whistleblower complains of; never to see the report."),
    sa.Column("wanted_agency_code", sa.Text, comment="The reporter's own choice."),
    sa.Column("keyword", sa.Text, comment="Of an SMS: so that the choice can be made again."),
    comment="What officers read of a report; nothing of who reported.",
)

# By the beginnings of their codes; the usual order of a language would not find these.
for _column in (reports.c.region_code, reports.c.category):
    sa.Index(f"reports_by_{_column.name}", _column, postgresql_ops={_column.name: "text_pattern_ops"})

_complains_of_a_body = reports.c.reported_agency_code.is_not(None)
sa.Index(
    "reported_bodies",
    reports.c.reported_agency_code,
    postgresql_where=_complains_of_a_body,
    sqlite_where=_complains_of_a_body,
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
    sa.Column("part", sa.Uuid, comment="Of a co-owner: which part of the report it is. Empty for the owner's turns."),
    sa.Column("round", sa.Integer, nullable=False, server_default="1", comment="Of which verification."),
    sa.Column("model_version", sa.Text),
    sa.Column("officer", sa.Text, comment="Who of the body has taken it on."),
    sa.Column("not_by", sa.Text, comment="Whose answer the reporter did not accept: who does not answer next."),
    comment="The turns that bodies, or without agency_code the coordinator, have with a report, and why.",
)
_holding = "state IN ({})".format(", ".join(f"'{state}'" for state in sorted(HOLDING)))
# "No wrong door" as far as a database can hold it: never two owners of one report, never two bodies with one part of
# it, and no body with two.
for _name, _columns, _rows in (
    ("one_holder_per_report", (dispositions.c.report_id,), f"{_holding} AND part IS NULL"),
    ("one_holder_per_part", (dispositions.c.part,), f"{_holding} AND part IS NOT NULL"),
    ("one_part_per_body", (dispositions.c.report_id, dispositions.c.agency_code), _holding),
):
    sa.Index(_name, *_columns, unique=True, postgresql_where=sa.text(_rows), sqlite_where=sa.text(_rows))
sa.Index("inbox_of_an_agency", dispositions.c.agency_code, dispositions.c.state, dispositions.c.id)
# The coordinator's queue: reports that nobody holds, and behind them parts of what somebody does.
_is_waiting = dispositions.c.state == sa.literal_column(f"'{State.WAITING}'")
is_unassigned = _is_waiting & dispositions.c.part.is_(None)
is_waiting_part = _is_waiting & dispositions.c.part.is_not(None)
for _name, _condition in (("unassigned_reports", is_unassigned), ("waiting_parts", is_waiting_part)):
    sa.Index(_name, dispositions.c.id, postgresql_where=_condition, sqlite_where=_condition)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, sa.ForeignKey("dispositions.id"), nullable=False, index=True),
    sa.Column("kind", _word(AnswerKind), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False),
    sa.Column("answered_by", sa.Text, nullable=False),
    *_substance(),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, sa.ForeignKey("dispositions.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", UtcDateTime, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    comment="What officers write for each other; neither the reporter nor other bodies read it.",
)
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, sa.ForeignKey("dispositions.id"), nullable=False, index=True),
    sa.Column("kind", _word(DraftKind), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("working_days", sa.Integer),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("state", _word(DraftState), nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text),
    *_substance(),
    comment="Answers and extensions that another officer must approve before they go out.",
)
extensions = sa.Table(
    "extensions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, sa.ForeignKey("dispositions.id"), nullable=False, index=True),
    sa.Column("working_days", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("granted_at", UtcDateTime, nullable=False),
    sa.Column("granted_by", sa.Text, nullable=False),
)
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey("reports.id"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("agency_code", sa.Text, nullable=False),
    sa.Column("agency_name", sa.Text, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("sent_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.UniqueConstraint("report_id", "round", "agency_code", name="one_copy_per_body"),
    sa.Index("copies_of_an_agency", "agency_code", "id"),
    comment="Bodies that may read a report and need not act on it (tembusan).",
)
checked_agencies = sa.Table(
    "checked_agencies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    comment="Bodies of which, and of whose units, nothing goes out that a second officer has not approved.",
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
evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("agency_code", sa.Text, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    comment="Files by which officers show what was done; public once an answer names them.",
)
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("clock", _word(Clock), nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("agency_code", sa.Text, comment="Whose clock it is, where that was said."),
    sa.Column("said_at", UtcDateTime, comment="When tracking said so: what it said last counts."),
)
escalations = sa.Table(
    "escalations",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("deadline_id", sa.Uuid, primary_key=True),
    sa.Column("clock", _word(Clock), nullable=False),
    sa.Column("level", _word(Level), nullable=False),
    sa.Column("held", sa.Integer, nullable=False, server_default="1", comment="0 where no body has the report."),
    sa.Column("levels_above", sa.Integer, nullable=False, comment="How many are left above it."),
    sa.Column("agency_code", sa.Text),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("escalated_at", UtcDateTime, nullable=False),
    sa.Index("escalations_unassigned_first", "held", "levels_above", "due_at", "deadline_id"),
    comment="Clocks that ran out, and how far up they have gone.",
)
recalls = sa.Table(
    "recalls",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("recalled_at", UtcDateTime, nullable=False),
    sa.Column("recalled_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    comment="Verifications that were undone, whether they are known here or not.",
)
closures = sa.Table(
    "closures",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("closed_at", UtcDateTime, nullable=False),
    sa.Column("closed_by", _word(ClosedBy), nullable=False),
)
departures = sa.Table(
    "departures",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("left_at", UtcDateTime, nullable=False),
    sa.Column("state", _word(State), nullable=False),
    sa.Column("agency_code", sa.Text, comment="Of the Ombudsman, where it has the report now."),
    comment="Reports that were withdrawn or referred, whether they are known here or not: nothing follows on that.",
)

reactions = sa.Table(
    "reactions",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", _word(ReactionKind), nullable=False),
    sa.Column("said_at", UtcDateTime, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    comment="What is known of the reporter besides words: how content, whether it holds, whether they can be reached.",
)

agency_replies = sa.Table(
    "agency_replies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("disposition_id", sa.Uuid, nullable=False),
    comment="Replies of agencies' own systems that have had their effect: the same id again has none.",
)

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("proposed_at", UtcDateTime, nullable=False, comment="When its figures were counted last."),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("region_code", sa.Text, nullable=False),
    sa.Column("agency_code", sa.Text, nullable=False),
    sa.Column("fixed", sa.Integer, nullable=False),
    sa.Column("broken", sa.Integer, nullable=False),
    sa.Column("examples", Json, nullable=False),
    sa.Column("state", _word(ProposalState), nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("reason", sa.Text, nullable=False),
    sa.UniqueConstraint("subject", "region_code", "agency_code", name="proposed_once"),
    sa.Index("proposals_by_state", "state", "id"),
    comment="Corrections of the rules that refusals suggest, and what coordinators decided about them.",
)
rule_versions = sa.Table(
    "rule_versions",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("corrections", Json, nullable=False, comment="All that are in force with it."),
    comment="Which corrections were in force when. Only grows: going back is a new version with an old one's.",
)
