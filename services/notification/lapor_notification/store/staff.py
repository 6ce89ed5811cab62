"""Members of staff who want to be told, and what their bodies have to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import among, replacing
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Role
from lapor_notification.domain import Secrecy
from lapor_notification.domain.digests import Task, Wants
from lapor_notification.store.tables import reports, staff, work

#: Which moment says which of the columns.
_SAID_AT: Mapping[str, tuple[str, ...]] = {
    "given_at": ("agency_code", "tracking_id"),
    "limited_at": ("due_at",),
    "replied_at": (),
    "escalated_at": ("escalated_to",),
    "ended_at": (),
}
_COLUMNS = [name for moment, said in _SAID_AT.items() for name in (moment, *said)]
#: So many reports of one body a digest looks at, the latest first.
_MOST = 5_000


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of staff, as far as it matters for telling them."""

    officer_id: str
    sealed: str | None
    """Where they are reached: only an address that they have confirmed."""
    offered: str | None = None
    """One that they gave, and did not confirm (yet)."""
    offered_at: datetime | None = None
    proof_hash: str | None = None
    """Of what confirms the latest that they gave."""
    wants: Wants
    roles: Sequence[str]
    agency_code: str | None
    time_zone: str
    digested_at: datetime
    digest_at: datetime


def save_member(member: Member, tx: Transaction) -> None:
    """How somebody wants to be told from now on."""
    tx.write(staff, [{**vars(member), "wants": member.wants.value, "roles": list(member.roles)}], replacing)


def find_member(connection: sa.Connection | Transaction, officer_id: str) -> Member | None:
    """What somebody wants, if they ever said so."""
    row = connection.execute(sa.select(staff).where(staff.c.officer_id == officer_id)).mappings().first()
    return _member(row) if row else None


def lock_member(tx: Transaction, officer_id: str) -> Member | None:
    """The same, for whoever is going to change it: a digest, or the end of a contact, may come at the same moment."""
    query = sa.select(staff).where(staff.c.officer_id == officer_id).with_for_update()
    row = tx.execute(query).mappings().first()
    return _member(row) if row else None


def forget_member(tx: Transaction, officer_id: str) -> None:
    """Throw the address away."""
    mine = staff.c.officer_id == officer_id
    tx.execute(staff.update().where(mine).values(sealed=None, offered=None, wants=Wants.NONE.value))


def forget_offers(tx: Transaction, *, before: datetime) -> list[str]:
    """Throw away the addresses that nobody has confirmed; returns who had given them."""
    late = staff.update().where(staff.c.offered.is_not(None), staff.c.offered_at < before)
    forgotten = tx.execute(late.values(offered=None, proof_hash=None).returning(staff.c.officer_id))
    return list(forgotten.scalars())


def lock_digests(tx: Transaction, *, limit: int) -> list[Member]:
    """Who is to get a digest now, so that no other process takes them."""
    due = sa.select(staff).where(staff.c.digest_at <= tx.now, staff.c.sealed.is_not(None))
    rows = tx.execute(due.order_by(staff.c.digest_at).limit(limit).with_for_update(skip_locked=True))
    return [_member(row) for row in rows.mappings()]


def responsible(tx: Transaction, agency_code: str | None) -> list[Member]:
    """Who sees to what comes to a body because it is late: its approvers and administrators; else the coordinators."""
    if agency_code:
        wanted, roles = staff.c.agency_code == agency_code, {Role.APPROVER, Role.ADMINISTRATOR}
    else:
        wanted, roles = staff.c.agency_code.is_(None), {Role.COORDINATOR}
    rows = tx.execute(sa.select(staff).where(wanted, staff.c.sealed.is_not(None))).mappings()
    return [member for member in map(_member, rows) if roles.intersection(member.roles)]


def sealed_among(tx: Transaction, report_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are whistleblowers' reports: of them nobody is written to."""
    query = sa.select(reports.c.report_id).where(
        among(reports.c.report_id, report_ids, tx.dialect), reports.c.secrecy == Secrecy.SEALED.value
    )
    return set(tx.execute(query).scalars())


def note_work(tx: Transaction, said: Sequence[tuple[tuple[str, Any], ...]]) -> None:
    """Write down what was said of reports, in whatever order. Each is its report's columns, as pairs."""
    kept: dict[UUID, dict[str, Any]] = {}
    for columns in map(dict, said):
        row = kept.setdefault(columns["report_id"], {"report_id": columns["report_id"], **dict.fromkeys(_COLUMNS)})
        for moment, others in _SAID_AT.items():
            if (at := columns.get(moment)) and (row[moment] is None or at >= row[moment]):
                row.update({name: columns[name] for name in (moment, *others)})
    for row in kept.values():
        if row["given_at"] and row["ended_at"] and row["given_at"] > row["ended_at"]:
            row["ended_at"] = None  # somebody has it again
    # In the order of the ids, so that two batches with the same reports wait for each other and do not deadlock.
    tx.write(work, [kept[report_id] for report_id in sorted(kept)], _latest)


def _latest(insert: Any) -> Any:
    new, old = insert.excluded, work.c
    changed: dict[str, sa.ColumnElement[Any]] = {}
    for moment, others in _SAID_AT.items():
        is_newer = new[moment].is_not(None) & (old[moment].is_(None) | (new[moment] >= old[moment]))
        changed |= {name: sa.case((is_newer, new[name]), else_=old[name]) for name in (moment, *others)}
    given, ended = changed["given_at"], changed["ended_at"]
    changed["ended_at"] = sa.case((given > ended, None), else_=ended)
    return insert.on_conflict_do_update(index_elements=[old.report_id], set_=changed)


def tasks_of(tx: Transaction, member: Member, *, until: datetime) -> list[Task]:
    """What a member's body has to do, and what came to it or to the coordinators; no whistleblower's report.

    Of what it has: what is new, what was replied to, and what is due by then or overdue.
    """
    is_sealed = sa.exists().where(reports.c.report_id == work.c.report_id, reports.c.secrecy == Secrecy.SEALED.value)
    own, code = work.c, member.agency_code
    news = sa.or_(own.given_at > member.digested_at, own.replied_at > member.digested_at, own.due_at <= until)
    held = sa.select(work).where(own.agency_code == code, own.ended_at.is_(None), news, ~is_sealed)
    came = sa.select(work).where(
        own.escalated_to == (code or ""),
        own.escalated_at > member.digested_at,
        own.ended_at.is_(None),
        own.tracking_id.is_not(None),
        ~is_sealed,
    )
    leads = bool({Role.APPROVER, Role.ADMINISTRATOR, Role.COORDINATOR}.intersection(member.roles))
    return [
        *(_task(row, is_ours=True) for row in _rows(tx, held) if code),
        *(_task(row, is_ours=False) for row in _rows(tx, came) if leads),
    ]


def _rows(tx: Transaction, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
    return tx.execute(query.order_by(work.c.given_at.desc()).limit(_MOST)).mappings().all()


def _task(row: sa.RowMapping, *, is_ours: bool) -> Task:
    return Task(
        tracking_id=row["tracking_id"],
        given_at=row["given_at"],
        due_at=row["due_at"],
        replied_at=row["replied_at"],
        escalated_at=row["escalated_at"],
        is_ours=is_ours,
    )


def _member(row: sa.RowMapping) -> Member:
    return Member(**{**row, "wants": Wants(row["wants"])})
