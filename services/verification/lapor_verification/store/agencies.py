"""Which bodies verify themselves: their own verifiers decide about reports for which they were chosen."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import AgencyChanged
from lapor_verification.store.tables import cases, self_verifying


def note_agencies(tx: Transaction, events: Sequence[AgencyChanged]) -> None:
    """Keep the latest news of each body, in whatever order they were heard."""
    latest: dict[str, AgencyChanged] = {}
    for event in sorted(events, key=lambda each: each.changed_at):
        latest[event.agency_code] = event
    rows = [
        {
            "agency_code": event.agency_code,
            "verifies_itself": event.verifies_itself and event.active,
            "changed_at": event.changed_at,
        }
        for event in latest.values()
    ]
    tx.write(self_verifying, rows, _if_later)


def of_body(connection: sa.Connection, report_ids: Iterable[UUID], agency_code: str) -> set[UUID]:
    """Which of these reports a body's own verifiers decide about."""
    query = sa.select(cases.c.report_id).where(
        cases.c.report_id.in_(list(report_ids)),
        cases.c.agency_code == agency_code,
        is_self_verifying(cases.c.agency_code),
    )
    return set(connection.execute(query).scalars())


def is_self_verifying(agency_code: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The condition that this is the code of a body that verifies itself."""
    return sa.exists().where(self_verifying.c.agency_code == agency_code, self_verifying.c.verifies_itself)


def _if_later(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["agency_code"],
        set_={"verifies_itself": insert.excluded.verifies_itself, "changed_at": insert.excluded.changed_at},
        where=insert.excluded.changed_at > self_verifying.c.changed_at,
    )
