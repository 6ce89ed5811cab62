"""Tracking's tables: the steps, which are the truth, and what they add up to, which can be made again from them."""

import sqlalchemy as sa

from lapor_chassis.addresses import index_addresses
from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.transactions import chassis_tables
from lapor_contracts.vocabulary import Clock
from lapor_tracking.domain.statistics import Measure

metadata = sa.MetaData()
chassis_tables(metadata)
index_addresses(metadata)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("happened_at", UtcDateTime, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("text", sa.Text, comment="What somebody wrote: apart, because folding does not need it."),
    comment="Everything that happened to each report. Only grows.",
)
timelines = sa.Table(
    "timelines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.Text, nullable=False, unique=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("agency_code", sa.Text),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("receipt_hash", sa.Text, comment="None: not heard yet, or a report of version 0.1."),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("parent_report_id", sa.Uuid, index=True, comment="The report that a merged one follows."),
    # What follows is there to be looked for and counted: see lapor_tracking.domain.facts.
    sa.Column("kind", sa.Text),
    sa.Column("supervised", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("channel", sa.Text),
    sa.Column("region_code", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("category_name", sa.Text, nullable=False, server_default=""),
    sa.Column("agency_name", sa.Text),
    sa.Column("sealed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("received_at", UtcDateTime),
    sa.Column("verified_at", UtcDateTime),
    sa.Column("routed_at", UtcDateTime),
    sa.Column("first_answered_at", UtcDateTime),
    sa.Column("answered_at", UtcDateTime, comment="In substance."),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("closed_by", sa.Text),
    sa.Column("hops", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reopenings", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rating", sa.Integer),
    sa.Column(
        "is_counted",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="The statistics have what this row says.",
    ),
    sa.Column("ask_at", UtcDateTime, comment="When its reporter is asked whether it holds; None: not any more."),
    comment="Where each report stands: folded from its steps.",
)
endings = sa.Table(
    "endings",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("parent_report_id", sa.Uuid, nullable=False),
    comment="Merged reports that are to be closed, because the one that they follow is. Gone when that is done.",
)
deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("deadline_id", sa.Uuid, primary_key=True),
    sa.Column("clock", sa.Text, nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("stopped_at", UtcDateTime),
    sa.Column("paused_at", UtcDateTime, comment="It waits for the reporter since then."),
    sa.Column("agency_code", sa.Text),
    sa.Column("time_zone", sa.Text, nullable=False, server_default="Asia/Jakarta"),
    sa.Column("region_code", sa.Text, comment="Whose holidays count besides the national ones."),
    sa.Column("regulation", sa.Text, nullable=False),
    sa.Column("calendar_version", sa.Integer, nullable=False, server_default="0", comment="By which it was reckoned."),
    sa.Column("reason", sa.Text, comment="Why it is due on another day than was said before."),
    sa.Column("noted_at", UtcDateTime, nullable=False, comment="When we first knew of it."),
    sa.Column("announced_at", UtcDateTime),
    sa.Column("rung", sa.Integer, nullable=False, server_default="0", comment="The last that was said of it."),
    sa.Column("next_at", UtcDateTime, comment="When there may be something more to be said of it."),
    comment="The clocks of each report: folded from its steps; the last four columns say what came of it.",
)
calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False, comment="From then on it is known; what was due before stays."),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("days", Json, nullable=False, comment="All days off, not only the new ones."),
    comment="Every version of the calendar after the one that is shipped.",
)
told = sa.Table(
    "told",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("change_id", sa.Uuid, primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
    comment="Changes that were told to channels which show them: told again where later news make them others.",
)
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("by", sa.Text, primary_key=True, comment="By what the reports are grouped: see Grouping."),
    sa.Column("month", sa.Text, primary_key=True, comment="In which they came in: 2026-01, in Jakarta."),
    sa.Column("value", sa.Text, primary_key=True, comment="Of what they are grouped by."),
    *(sa.Column(measure.value, sa.BigInteger, nullable=False) for measure in Measure),
    comment="How many reports, by sort and month: the sum of what `counted` says of each, kept up as that changes.",
)
backlog = sa.Table(
    "backlog",
    metadata,
    sa.Column("by", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("received_on", sa.Date, primary_key=True, comment="In Jakarta."),
    sa.Column("reports", sa.BigInteger, nullable=False),
    comment="How many reports are open, by the day on which they came in: kept up in the same way.",
)
counted = sa.Table(
    "counted",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("said", Json, nullable=False),
    comment="What each report adds to tallies and backlog at present.",
)
labels = sa.Table(
    "labels",
    metadata,
    sa.Column("by", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    comment="What bodies and categories are called, as was heard last.",
)
unchained = sa.Table(
    "unchained",
    metadata,
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, primary_key=True),
    comment="Steps that were written, or written anew, and are not in the chain as they are now.",
)
leaves = sa.Table(
    "leaves",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Index("leaves_of_report", "report_id", "event_id"),
    comment="A hash of each step, in the order of the chain. Only grows.",
)
#: What is signed is kept as text, as it was signed.
seals = sa.Table(
    "seals",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("sealed_at", sa.Text, nullable=False),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("branches", sa.LargeBinary, nullable=False, comment="The roots of every 256 leaves."),
    comment="The signed roots of the chain, one for each day, and more where a day has very much. Only grows.",
)

# The conditions of the sweeps, each with an index of just the rows it looks for: what was dealt with is not in it.
is_running = deadlines.c.stopped_at.is_(None)
is_unannounced = deadlines.c.announced_at.is_(None) & is_running
is_unsaid = deadlines.c.next_at.is_not(None)
is_used_up = backlog.c.reports == 0
is_uncounted = ~timelines.c.is_counted
is_silence = (deadlines.c.clock == sa.literal_column(f"'{Clock.REPORTER_SILENCE}'")) & is_running
is_to_be_asked = timelines.c.ask_at.is_not(None)
for _name, _column, _rows in (
    ("timelines_to_be_asked", timelines.c.ask_at, is_to_be_asked),
    ("timelines_uncounted", timelines.c.changed_at, is_uncounted),
    ("backlog_used_up", backlog.c.received_on, is_used_up),
    ("deadlines_unannounced", deadlines.c.noted_at, is_unannounced),
    ("deadlines_unsaid", deadlines.c.next_at, is_unsaid),
    ("deadlines_silent", deadlines.c.due_at, is_silence),
    ("deadlines_reckoned", deadlines.c.calendar_version, is_running),
):
    sa.Index(_name, _column, postgresql_where=_rows, sqlite_where=_rows)
