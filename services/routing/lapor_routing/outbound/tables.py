"""The tables of what goes to bodies' own systems."""

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_routing.tables import metadata

connected_agencies = sa.Table(
    "connected_agencies",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("connected_at", UtcDateTime, nullable=False),
    sa.Column("means", sa.Text, nullable=False, server_default="broker"),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("settings", Json, nullable=False, server_default="{}"),
    sa.Column("secrets", sa.Text, comment="Encrypted with LAPOR_ROUTING_CONNECTION_KEY."),
    sa.Column("next_at", UtcDateTime, comment="Until then it is left alone: a pause, or somebody has it in hand."),
    sa.Column("fetch_at", UtcDateTime, comment="When its updates are fetched next, where they are."),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("disabled_at", UtcDateTime),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    sa.Column("succeeded_at", UtcDateTime),
    comment="Bodies whose own system is told of their dispositions, how it is reached, and how it has been doing.",
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency_code", sa.Text, nullable=False),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("disposition_id", sa.Uuid, nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("result", sa.Text, nullable=False, server_default=""),
    sa.Column("done_at", UtcDateTime),
    sa.Column("reference", sa.Text, comment="What the body's system calls it."),
    sa.Index("deliveries_of_an_agency", "agency_code", "id"),
    sa.Index("deliveries_done", "done_at"),
    comment="What bodies' own systems are to be told, as it stands on the wire; what is not done is due.",
)
#: Not taken yet.
waiting = deliveries.c.done_at.is_(None)
sa.Index(
    "deliveries_waiting",
    deliveries.c.agency_code,
    deliveries.c.due_at,
    postgresql_where=waiting,
    sqlite_where=waiting,
)
