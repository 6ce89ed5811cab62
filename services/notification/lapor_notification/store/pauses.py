"""Addresses of reporters that take nothing any more."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_notification.domain import Via
from lapor_notification.store.tables import pauses


def pause(report_id: UUID, via: str, reason: str, tx: Transaction) -> bool:
    """Use this way no more; False where it was paused already."""
    row = {"report_id": report_id, "via": via, "paused_at": tx.now, "reason": reason}
    return tx.write(pauses, [row], unless_exists, returning=(pauses.c.via,)).scalar() is not None


def paused_ways(report_ids: Collection[UUID], tx: Transaction) -> dict[UUID, frozenset[Via]]:
    """The paused ways of each of the reports that have some."""
    found: dict[UUID, frozenset[Via]] = {}
    query = sa.select(pauses.c.report_id, pauses.c.via).where(among(pauses.c.report_id, report_ids, tx.dialect))
    for report_id, via in tx.execute(query):
        found[report_id] = found.get(report_id, frozenset()) | {Via(via)}
    return found


def resume(report_id: UUID, tx: Transaction) -> None:
    """Another address is known."""
    tx.execute(pauses.delete().where(pauses.c.report_id == report_id))
