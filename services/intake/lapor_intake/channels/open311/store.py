"""What Open311 shows of its reports: where each was, and each public step as tracking tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import ReportEdited, ReportRedacted, StatusChanged
from lapor_intake.channels.open311.forms import ENDED, Search, Status
from lapor_intake.store import metadata, reports

requests = sa.Table(
    "open311_requests",
    metadata,
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), primary_key=True),
    sa.Column("requested_at", UtcDateTime, nullable=False, index=True),
    sa.Column("lat", sa.Float),
    sa.Column("long", sa.Float),
    sa.Column("marks", Json, comment="What the public must not read, where a verifier put it right."),
    sa.Column("redacted_at", UtcDateTime),
    sa.Column("edited_title", sa.Text, comment="What the public reads instead, where a verifier wrote that."),
    sa.Column("edited_body", sa.Text),
    sa.Column("edited_at", UtcDateTime),
    comment="Reports that came by Open311, which shows them again.",
)

updates = sa.Table(
    "open311_updates",
    metadata,
    sa.Column("change_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False, index=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("agency_name", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("said_at", UtcDateTime, nullable=False, comment="Told again, it may be another."),
    sa.Index("ix_open311_updates_report_id", "report_id", "changed_at"),
    comment="The public steps of these reports.",
)

#: Where a report stands: its latest step.
_latest = (
    sa.select(updates.c.change_id)
    .where(updates.c.report_id == requests.c.report_id)
    .order_by(updates.c.changed_at.desc(), updates.c.change_id.desc())
    .limit(1)
    .correlate(requests)
    .scalar_subquery()
)
#: Who chose secrecy, or was given it, is not found: as if there were no such report.
_is_public = ~reports.c.secret & ~sa.func.coalesce(updates.c.secret, sa.false())
_has_ended = sa.func.coalesce(updates.c.status, "").in_(ENDED)


def add_request(tx: Transaction, report_id: UUID, lat: float | None, long: float | None) -> None:
    """Remember where it is, and that it is to be shown."""
    tx.add(requests, {"report_id": report_id, "requested_at": tx.now, "lat": lat, "long": long})


def note_change(event: StatusChanged, tx: Transaction) -> None:
    """Keep what tracking told of a step; what was told of it later counts, in whatever order that arrives."""
    envelope = cast(Envelope, tx.envelope)
    row = {
        "change_id": event.change_id,
        "report_id": event.report_id,
        "changed_at": event.changed_at,
        "status": event.status,
        "agency_name": event.agency_name,
        "text": event.text,
        "secret": event.secret,
        "said_at": envelope.time,
    }
    tx.write(updates, [row], _unless_told_later)


def note_redaction(event: ReportRedacted, tx: Transaction) -> None:
    """A verifier decided what the public must not read."""
    is_meant = requests.c.report_id == event.report_id
    is_newer = requests.c.redacted_at.is_(None) | (requests.c.redacted_at < event.redacted_at)
    found = sa.select(reports.c.marks).join(requests, requests.c.report_id == reports.c.report_id)
    row = tx.execute(found.where(is_meant, is_newer)).one_or_none()
    if row is not None:
        marks = [mark for mark in row.marks if mark["field"] not in event.fields]
        marks += [vars(mark) for mark in event.marks]
        tx.execute(requests.update().where(is_meant).values(marks=marks, redacted_at=event.redacted_at))


def note_edit(event: ReportEdited, tx: Transaction) -> None:
    """What the public reads instead of what was written; the last edit counts, in whatever order they arrive."""
    is_meant = requests.c.report_id == event.report_id
    is_newer = requests.c.edited_at.is_(None) | (requests.c.edited_at < event.edited_at)
    edited = {"edited_title": event.title, "edited_body": event.body, "edited_at": event.edited_at}
    tx.execute(requests.update().where(is_meant, is_newer).values(edited))


_shown = (
    sa.select(
        reports.c.tracking_id,
        reports.c.category,
        reports.c.title,
        reports.c.body,
        reports.c.place,
        sa.func.coalesce(requests.c.marks, reports.c.marks, type_=Json).label("marks"),
        requests.c.requested_at,
        requests.c.edited_title,
        requests.c.edited_body,
        requests.c.lat,
        requests.c.long,
        updates.c.status,
        updates.c.changed_at,
        updates.c.agency_name,
        updates.c.text,
    )
    .select_from(requests)
    .join(reports, reports.c.report_id == requests.c.report_id)
    .outerjoin(updates, updates.c.change_id == _latest)
    .where(_is_public)
)


def find_request(connection: sa.Connection, tracking_id: str) -> sa.RowMapping | None:
    """The public request of this ID."""
    return connection.execute(_shown.where(reports.c.tracking_id == tracking_id)).mappings().one_or_none()


def find_requests(connection: sa.Connection, search: Search) -> Sequence[sa.RowMapping]:
    """The public requests that are asked for, the latest first."""
    shown = _shown.order_by(requests.c.requested_at.desc(), requests.c.report_id.desc())
    if search.ids is not None:
        shown = shown.where(reports.c.tracking_id.in_(search.ids))
    else:
        shown = shown.where(requests.c.requested_at.between(search.since, search.until))
        if search.services is not None:
            shown = shown.where(reports.c.category.in_(search.services))
        if len(search.statuses) == 1:
            shown = shown.where(_has_ended if Status.CLOSED in search.statuses else ~_has_ended)
    return connection.execute(_page(shown, search)).mappings().all()


def find_updates(connection: sa.Connection, search: Search) -> Sequence[sa.RowMapping]:
    """The public steps that are asked for, the earliest first."""
    shown = (
        sa.select(
            updates.c.change_id,
            reports.c.tracking_id,
            updates.c.status,
            updates.c.changed_at,
            updates.c.agency_name,
            updates.c.text,
        )
        .join(requests, requests.c.report_id == updates.c.report_id)
        .join(reports, reports.c.report_id == updates.c.report_id)
        .where(_is_public)
        .order_by(updates.c.changed_at, updates.c.change_id)
    )
    if search.ids is not None:
        shown = shown.where(reports.c.tracking_id.in_(search.ids))
    else:
        shown = shown.where(updates.c.changed_at.between(search.since, search.until))
    return connection.execute(_page(shown, search)).mappings().all()


def status_of(tx: Transaction, report_id: UUID) -> str | None:
    """Where a report stands, as far as we were told."""
    return tx.execute(
        sa.select(updates.c.status)
        .join(requests, updates.c.change_id == _latest)
        .where(requests.c.report_id == report_id)
    ).scalar()


def handed_in(tx: Transaction, tracking_id: str, source: str) -> UUID | None:
    """The report of this tracking ID, if it came from there."""
    return tx.execute(
        sa.select(reports.c.report_id).where(reports.c.tracking_id == tracking_id, reports.c.source == source)
    ).scalar()


def is_taken(connection: sa.Connection, source: str, idempotency_key: str, since: datetime) -> bool:
    """Whether a report was handed in under this key, and not too long ago."""
    statement = sa.select(reports.c.report_id).where(
        reports.c.source == source, reports.c.idempotency_key == idempotency_key, reports.c.received_at >= since
    )
    return connection.execute(statement).first() is not None


def _page(statement: sa.Select[Any], search: Search) -> sa.Select[Any]:
    return statement.limit(search.size).offset((search.page - 1) * search.size)


def _unless_told_later(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["change_id"],
        set_={name: column for name, column in new.items() if name != "change_id"},
        where=updates.c.said_at < new.said_at,
    )
