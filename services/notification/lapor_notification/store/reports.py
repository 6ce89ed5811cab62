"""What is kept of reports themselves: how secret they are, and where they come from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_notification.domain import Secrecy
from lapor_notification.store.tables import reports


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says of a report."""

    report_id: UUID
    secrecy: Secrecy
    time_zone: str
    round: int = 0
    """Of the verification that said so; 0 as it came in."""


def keep_reports(tx: Transaction, said: Sequence[Said]) -> None:
    """Write down what was said, in whatever order: secrecy is never lowered, and the latest place counts.

    In the order of the ids, so that two batches with the same reports wait for each other and do not deadlock.
    """
    kept: dict[UUID, Said] = {}
    for one in sorted(said, key=lambda one: (one.report_id, one.round)):
        before = kept.get(one.report_id, one)
        kept[one.report_id] = replace(one, secrecy=max(one.secrecy, before.secrecy, key=_RANKS.index))
    tx.write(reports, [asdict(one) for one in kept.values()], _merged)


def is_known_secret(report_id: UUID, tx: Transaction) -> bool:
    """Whether its content is kept from the public, as far as is known."""
    secrecy = tx.execute(sa.select(reports.c.secrecy).where(reports.c.report_id == report_id)).scalar()
    return secrecy is not None and secrecy != Secrecy.OPEN.value


_RANKS = list(Secrecy)


def _merged(insert: Any) -> Any:
    new, old = insert.excluded, reports.c
    ranks = [((new.secrecy == rank.value) | (old.secrecy == rank.value), rank.value) for rank in reversed(_RANKS)]
    is_later = new.round >= old.round
    changed = {
        "secrecy": sa.case(*ranks),
        "time_zone": sa.case((is_later, new.time_zone), else_=old.time_zone),
        "round": sa.case((is_later, new.round), else_=old.round),
    }
    return insert.on_conflict_do_update(index_elements=[old.report_id], set_=changed)
