"""What whoever is signed in may see and act on; for the API and the pages alike."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Problem, current_staff, paged
from lapor_routing import officers, store
from lapor_routing.current import Snapshot
from lapor_routing.domain.conflicts import is_party
from lapor_routing.domain.disposition import State
from lapor_routing.handlers import Desk
from lapor_routing.http.answering import BY_ID, Current, existing

#: What narrows an inbox just as it was said.
_AS_GIVEN = (
    "kind",
    "agency_code",
    "region_code",
    "category",
    "tracking_id",
    "unclaimed",
    "urgent",
    "supervised",
    "replied",
)
#: An inbox shows first what is due first.
BY_URGENCY = {"urgency": datetime, "id": UUID}
#: What an officer still has on the table.
ON_THE_TABLE = (State.OPEN, State.IN_PROGRESS, State.ANSWERED, State.TAKEN_OVER)


def own_desk(transactions: Transactions, current: Current) -> Desk:
    """What whoever is signed in may act on: the dispositions of their body and its units."""
    with transactions.read() as connection:
        return desk_of(connection, current())


def desk_of(connection: sa.Connection, snapshot: Snapshot) -> Desk:
    """The same, where something is being read anyway."""
    staff = current_staff()
    if staff.agency_code is None:
        raise Problem(403, detail="Akun ini bukan milik suatu instansi (this account belongs to no body).")
    own, bodies = staff.agency_code, snapshot.directory
    inboxes = snapshot.inboxes_of(own)
    checked = store.checked(connection)
    return Desk(
        actor=staff.id,
        name=staff.username,
        agency_code=own,
        inboxes=inboxes,
        hidden=frozenset(code for code in store.reported_bodies(connection) if is_party(own, code, bodies)),
        checked=frozenset(
            code for code in inboxes if checked and any(body.code in checked for body in bodies.same_house(code))
        ),
    )


def inbox_page(transactions: Transactions, current: Current, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the inbox of whoever is signed in."""
    with transactions.read() as connection:
        desk, sift = desk_of(connection, current()), _sift_of(given, connection, transactions.clock.now())
        fetch = partial(store.list_inbox, connection, desk.inboxes, desk.agency_code, sift, hidden=desk.hidden)
        return paged(fetch, given, by=BY_URGENCY)


def inbox_count(transactions: Transactions, current: Current, given: dict[str, Any], most: int) -> int:
    """How many there are of these, counted no further than that."""
    with transactions.read() as connection:
        desk, sift = desk_of(connection, current()), _sift_of(given, connection, transactions.clock.now())
        return store.count_inbox(connection, desk.inboxes, desk.agency_code, sift, most, hidden=desk.hidden)


def inbox_entries(transactions: Transactions, current: Current, given: dict[str, Any], limit: int) -> list[store.Entry]:
    """What of an inbox is wanted, all at once."""
    with transactions.read() as connection:
        desk, sift = desk_of(connection, current()), _sift_of(given, connection, transactions.clock.now())
        return store.list_inbox(connection, desk.inboxes, desk.agency_code, sift, None, limit, hidden=desk.hidden)


def _sift_of(given: dict[str, Any], connection: sa.Connection, now: datetime) -> store.Sift:
    """What is wanted, as the address or the form says it."""
    return store.Sift(
        states=(given["state"],) if "state" in given else ON_THE_TABLE,
        officers=_myself(connection, now) if given.get("mine") else None,
        late_at=now if given.get("late") else None,
        **{name: given[name] for name in _AS_GIVEN if name in given},
    )


def _myself(connection: sa.Connection, now: datetime) -> list[str]:
    """Whoever is signed in, and colleagues for whom they act today: what those have taken on is theirs meanwhile."""
    staff = current_staff()
    officer = officers.called(connection, staff.username)
    absent = officers.stood_in_for(connection, officer.id, officer.agency_code, now) if officer else []
    return [staff.username, *(colleague.username for colleague in absent)]


def copies_page(transactions: Transactions, current: Current, given: dict[str, Any]) -> dict[str, Any]:
    """One page of what the body of whoever is signed in may read along."""
    with transactions.read() as connection:
        desk = desk_of(connection, current())
        fetch = partial(store.list_copies, connection, desk.inboxes, desk.agency_code, hidden=desk.hidden)
        return paged(fetch, given, by=BY_ID)


def own_dossier(transactions: Transactions, current: Current, disposition_id: UUID) -> store.Dossier:
    """All about one disposition of the signed-in officer's; another body's does not exist for them."""
    with transactions.read() as connection:
        desk = desk_of(connection, current())
        dossier = existing(store.find_dossier(connection, disposition_id))
    if not desk.has(dossier.disposition):
        raise Problem(404)
    dossier = dossier.seen_from(desk.inboxes)
    return dossier if desk.may_open(dossier.disposition.report) else dossier.veiled


def copied_dossier(transactions: Transactions, current: Current, copy_id: UUID) -> store.Dossier:
    """What a body may read along, without what is internal to others."""
    with transactions.read() as connection:
        desk = desk_of(connection, current())
        agency_code, dossier = existing(store.find_copied(connection, copy_id))
    if agency_code not in desk.inboxes or not desk.may_read(dossier.disposition.report):
        raise Problem(404)
    return dossier


def sealed_papers(transactions: Transactions, dossier: store.Dossier) -> dict[str, Any]:
    """All that is sealed about a whistleblower's report, with the keys for whom."""
    report = dossier.disposition.report
    with transactions.read() as connection:
        sealed = existing(store.find_sealed(connection, report.id))
    return {
        "tracking_id": report.tracking_id,
        "oversight_key": sealed.oversight_key,
        "reporter_key": sealed.reporter_key,
        "report": sealed.content,
        "messages": dossier.messages,
    }
