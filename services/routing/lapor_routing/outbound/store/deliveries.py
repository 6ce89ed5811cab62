"""What is, was and is to be brought to bodies' own systems, and who is to be told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_routing.domain.disposition import HOLDING, State
from lapor_routing.outbound.tables import deliveries, waiting
from lapor_routing.store.tables import deadlines, dispositions, reports

_still_open = dispositions.c.state.in_(sorted(HOLDING - {State.WAITING, State.CLOSED}))


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Something for a body's own system."""

    id: UUID
    agency_code: str
    report_id: UUID
    disposition_id: UUID
    type: str
    body: str
    made_at: datetime
    due_at: datetime
    attempts: int
    result: str
    done_at: datetime | None
    reference: str | None
    tracking_id: str | None = None
    """By what people know the report; in lists only."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A body that holds a report, or did when it was asked."""

    report_id: UUID
    tracking_id: str
    disposition_id: UUID
    agency_code: str
    sealed: bool


def add_delivery(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Something is to be brought to a body's own system."""
    tx.add(deliveries, {**row, "made_at": tx.now, "due_at": tx.now, "attempts": 0, "result": ""})


def save_delivered(tx: Transaction, delivery: Delivery, reference: str | None) -> None:
    """The body's system has it."""
    values = {"done_at": tx.now, "attempts": delivery.attempts + 1, "result": "ok"}
    if reference:
        values["reference"] = reference
    tx.execute(deliveries.update().where(deliveries.c.id == delivery.id).values(values))


def save_undelivered(tx: Transaction, delivery: Delivery, *, due_at: datetime, reason: str) -> None:
    """The body's system has it not."""
    values = {"due_at": due_at, "attempts": delivery.attempts + 1, "result": reason}
    tx.execute(deliveries.update().where(deliveries.c.id == delivery.id).values(values))


def make_due(tx: Transaction, code: str) -> None:
    """What waits for a body is due now, in its order."""
    tx.execute(deliveries.update().where(deliveries.c.agency_code == code, waiting).values(due_at=tx.now, attempts=0))


def due_deliveries(connection: sa.Connection, code: str, now: datetime, limit: int) -> list[Delivery]:
    """What is due to a body: first what it must answer first, then what has waited longest.

    What belongs to one disposition goes out in its order, so nothing overtakes an earlier one that waits.
    """
    earlier = deliveries.alias()
    in_turn = ~sa.exists().where(
        earlier.c.disposition_id == deliveries.c.disposition_id,
        earlier.c.agency_code == deliveries.c.agency_code,
        earlier.c.done_at.is_(None),
        earlier.c.id < deliveries.c.id,
    )
    deadline = (
        sa.select(sa.func.min(deadlines.c.due_at))
        .where(
            deadlines.c.report_id == deliveries.c.report_id,
            deadlines.c.agency_code.is_(None) | (deadlines.c.agency_code == deliveries.c.agency_code),
        )
        .scalar_subquery()
    )
    query = (
        sa.select(deliveries)
        .where(deliveries.c.agency_code == code, waiting, deliveries.c.due_at <= now, in_turn)
        .order_by(deadline.asc().nulls_last(), deliveries.c.id)
        .limit(limit)
    )
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def redeliver(
    tx: Transaction,
    code: str,
    *,
    since: datetime | None = None,
    delivery_id: UUID | None = None,
    tracking_id: str | None = None,
) -> int:
    """Bring what a body has had once more: one of them, all of a report, or all that were made since then. How many."""
    if delivery_id:
        which = deliveries.c.id == delivery_id
    elif tracking_id:
        which = deliveries.c.report_id.in_(sa.select(reports.c.id).where(reports.c.tracking_id == tracking_id))
    else:
        which = deliveries.c.made_at >= since
    again = (
        deliveries.update()
        .where(deliveries.c.agency_code == code, which)
        .values(done_at=None, due_at=tx.now, attempts=0)
        .returning(deliveries.c.id)
    )
    return len(tx.execute(again).all())


def purge(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget what bodies have had since before then and may say nothing more about; how many."""
    still_open = sa.exists().where(dispositions.c.id == deliveries.c.disposition_id, _still_open)
    old = sa.select(deliveries.c.id).where(deliveries.c.done_at < before, ~still_open).limit(limit)
    return len(tx.execute(deliveries.delete().where(deliveries.c.id.in_(old)).returning(deliveries.c.id)).all())


def list_deliveries(connection: sa.Connection, code: str, after: Sequence[UUID] | None, limit: int) -> list[Delivery]:
    """What was and what is to be brought to a body, the newest first."""
    query = (
        sa.select(deliveries, reports.c.tracking_id)
        .outerjoin(reports, reports.c.id == deliveries.c.report_id)
        .where(deliveries.c.agency_code == code)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(deliveries.c.id < after[0])
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def referred(connection: sa.Connection, code: str, type: str) -> list[Delivery]:
    """Assignments that the body's system knows by a name of its own, and may still say something about."""
    query = (
        sa.select(deliveries)
        .join(dispositions, dispositions.c.id == deliveries.c.disposition_id)
        .where(
            deliveries.c.agency_code == code,
            deliveries.c.type == type,
            deliveries.c.reference.is_not(None),
            _still_open,
        )
        .order_by(deliveries.c.id)
    )
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def reference_of(connection: sa.Connection, disposition_id: UUID, code: str) -> str | None:
    """What the body's own system calls an assignment."""
    query = sa.select(deliveries.c.reference).where(
        deliveries.c.disposition_id == disposition_id,
        deliveries.c.agency_code == code,
        deliveries.c.reference.is_not(None),
    )
    return connection.execute(query.order_by(deliveries.c.id).limit(1)).scalar()


def is_sealed(connection: sa.Connection, report_id: UUID) -> bool:
    """Whether it is a whistleblower's report."""
    sealed_for = sa.select(reports.c.sealed_for).where(reports.c.id == report_id)
    return connection.execute(sealed_for).scalar() is not None


def save_reference(tx: Transaction, delivery_id: UUID, reference: str) -> None:
    """What the body's system calls it has changed."""
    tx.execute(deliveries.update().where(deliveries.c.id == delivery_id).values(reference=reference))


def holders(tx: Transaction, report_ids: Iterable[UUID], codes: Collection[str]) -> list[Holder]:
    """Those of these bodies that hold one of the reports."""
    own = dispositions.c
    query = (
        sa.select(own.report_id, reports.c.tracking_id, own.id, own.agency_code, reports.c.sealed_for.is_not(None))
        .join(reports, reports.c.id == own.report_id)
        .where(
            among(own.report_id, report_ids, tx.dialect),
            own.state.in_(sorted(HOLDING)),
            own.agency_code.in_(codes),
        )
    )
    return [
        Holder(report_id=report, tracking_id=tracking, disposition_id=id, agency_code=code, sealed=sealed)
        for report, tracking, id, code, sealed in tx.execute(query)
    ]


def agency_of(connection: sa.Connection | Transaction, disposition_id: UUID) -> tuple[str, UUID] | None:
    """Whose disposition it is, and of which report."""
    own = dispositions.c
    row = connection.execute(sa.select(own.agency_code, own.report_id).where(own.id == disposition_id)).one_or_none()
    return (row[0], row[1]) if row and row[0] else None
