"""The tables: ciphertext only, never an address."""

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.transactions import chassis_tables
from lapor_notification.domain import State

metadata = sa.MetaData()
chassis_tables(metadata)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    # A row without these two: the reporter is forgotten, whatever else is heard.
    sa.Column("sealed", sa.Text),
    sa.Column("key_id", sa.Text),
    sa.Column("received_at", UtcDateTime, nullable=False),
    comment="How to reach the reporter, sealed; opened in memory only, while a notice is being sent.",
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("planned_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("via", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime, comment="when its provider said that it arrived, where it says so"),
    sa.Index("notices_of_report", "report_id", "id"),
    sa.Index("notices_in_state", "state", "id"),
    comment="One row for each thing to tell a reporter.",
)
# Written out in the statement: with a parameter in its place PostgreSQL would not trust the partial index.
PLANNED = notices.c.state == sa.literal(State.PLANNED.value, literal_execute=True)
sa.Index("notices_due", notices.c.due_at, postgresql_where=PLANNED, sqlite_where=PLANNED)
pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("via", sa.Text, primary_key=True),
    sa.Column("paused_at", UtcDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    comment="Addresses of reporters that take nothing any more, until another one is given.",
)

push_subscriptions = sa.Table(
    "push_subscriptions",
    metadata,
    sa.Column("subscription_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False, index=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("subscribed_at", UtcDateTime, nullable=False),
    comment="Browsers in which reporters want to hear that there is news, sealed.",
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("secrecy", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False, comment="where it comes from"),
    sa.Column("round", sa.Integer, nullable=False, comment="of the verification that said so; 0 as it came in"),
    comment="What decides how, and at which hour, the reporter of a report may be told.",
)
wordings = sa.Table(
    "wordings",
    metadata,
    sa.Column("template", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parts", Json, comment="none: as it is shipped"),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    comment="What operators wrote instead of the shipped words; the latest of a template holds. Only grows.",
)
staff = sa.Table(
    "staff",
    metadata,
    sa.Column("officer_id", sa.Text, primary_key=True),
    # None: they want nothing, or may not sign in any more.
    sa.Column("sealed", sa.Text),
    sa.Column("offered", sa.Text, comment="an address of which it is not proved yet that it is theirs"),
    sa.Column("offered_at", UtcDateTime),
    sa.Column("proof_hash", sa.Text, comment="of what was sent there"),
    sa.Column("wants", sa.Text, nullable=False),
    sa.Column("roles", Json, nullable=False),
    sa.Column("agency_code", sa.Text),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("digested_at", UtcDateTime, nullable=False, comment="of what came later the next digest tells"),
    sa.Column("digest_at", UtcDateTime, nullable=False, index=True),
    sa.Index("staff_of_agency", "agency_code"),
    comment="How members of staff want to be told, and their address, sealed for this service alone.",
)
work = sa.Table(
    "work",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    # Each moment with what was said at it: the latest counts, in whatever order they are heard.
    sa.Column("given_at", UtcDateTime),
    sa.Column("agency_code", sa.Text),
    sa.Column("tracking_id", sa.Text),
    sa.Column("limited_at", UtcDateTime),
    sa.Column("due_at", UtcDateTime),
    sa.Column("replied_at", UtcDateTime),
    sa.Column("escalated_at", UtcDateTime),
    sa.Column("escalated_to", sa.Text, comment="a body's code; empty for the coordinators"),
    sa.Column("ended_at", UtcDateTime),
    comment="Who has what to do, for the digests; made of events alone, and nothing of a report's content.",
)
_is_open = work.c.ended_at.is_(None)
sa.Index("work_of_agency", work.c.agency_code, postgresql_where=_is_open, sqlite_where=_is_open)
sa.Index("work_escalated_to", work.c.escalated_to, postgresql_where=_is_open, sqlite_where=_is_open)
