"""Who works for which body, who is away, and who acts for them meanwhile."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import StaffContactEnded
from lapor_contracts.regions import time_zone_of
from lapor_contracts.vocabulary import Role
from lapor_routing.directory.tables import agencies
from lapor_routing.domain.attendance import Attendance
from lapor_routing.officers.passwords import hash_of, plain
from lapor_routing.officers.tables import officers

#: The roles that somebody has for a body, and that a substitute has meanwhile.
OF_A_BODY = frozenset({Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR})

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")


@dataclass(frozen=True, kw_only=True)
class Officer:
    """Somebody who may sign in, as those see them who keep the officers in order."""

    id: UUID
    username: str
    roles: frozenset[Role]
    agency_code: str | None
    active: bool
    created_at: datetime
    signed_in_at: datetime | None
    absent_from: date | None
    absent_until: date | None
    substitute: str | None
    """Who of the body acts for them meanwhile, by name."""

    def is_absent(self, day: date) -> bool:
        """Whether they are away on a day."""
        return (
            self.absent_from is not None
            and self.absent_until is not None
            and self.absent_from <= day <= self.absent_until
        )


def create(
    tx: Transaction, username: str, password: str, roles: Iterable[Role], agency_code: str | None = None
) -> UUID:
    """A new officer; ValueError says what is wrong with what was given."""
    granted = sorted(set(roles))
    if not USERNAME.fullmatch(plain(username)):
        raise ValueError(f"{username}: letters, digits and . _ - @ only, at most 80")
    if not granted:
        raise ValueError(f"{username}: has no role")
    if OF_A_BODY.intersection(granted) and not agency_code:
        raise ValueError(f"{username}: an officer belongs to an agency")
    if exists(tx, username):
        raise ValueError(f"{username}: exists already")
    officer_id = tx.new_id()
    tx.add(
        officers,
        {
            "id": officer_id,
            "username": plain(username),
            "password_hash": hash_of(password),
            "roles": granted,
            "agency_code": agency_code,
            "active": True,
            "created_at": tx.now,
        },
    )
    return officer_id


def exists(tx: Transaction, username: str) -> bool:
    """Whether there is an officer of this name, active or not."""
    return bool(tx.execute(sa.select(officers.c.id).where(officers.c.username == plain(username))).first())


def called(connection: sa.Connection | Transaction, username: str) -> Officer | None:
    """The officer of this name, active or not."""
    found = _read(connection, officers.c.username == plain(username))
    return found[0] if found else None


def with_id(connection: sa.Connection, officer_id: UUID) -> Officer | None:
    """The officer with this id, active or not."""
    found = _read(connection, officers.c.id == officer_id)
    return found[0] if found else None


def officers_of(connection: sa.Connection | Transaction, agency_code: str) -> list[Officer]:
    """All who work or worked for a body, by name."""
    return _read(connection, officers.c.agency_code == agency_code)


def list_officers(
    connection: sa.Connection, agency_code: str, after: Sequence[str] | None, limit: int
) -> list[Officer]:
    """The same in pages, those whose names come behind one."""
    condition = officers.c.agency_code == agency_code
    return _read(connection, condition & (officers.c.username > after[0]) if after else condition, limit)


def everybody(connection: sa.Connection) -> list[Officer]:
    """All who may or might sign in, by name."""
    return _read(connection, sa.true())


def set_active(tx: Transaction, officer_id: UUID, *, active: bool) -> None:
    """Let somebody sign in, or no more; then nobody writes to them either. What they did stays theirs."""
    tx.execute(sa.update(officers).where(officers.c.id == officer_id).values(active=active))
    if not active:
        tx.publish(StaffContactEnded(report_id=officer_id, ended_at=tx.now))


def set_absence(
    tx: Transaction, officer_id: UUID, first: date | None, last: date | None, substitute_id: UUID | None
) -> None:
    """From the first to the last day somebody is away, and another one acts for them; None ends it."""
    statement = sa.update(officers).where(officers.c.id == officer_id)
    tx.execute(statement.values(absent_from=first, absent_until=last, substitute_id=substitute_id))


def lent_to(tx: Transaction, officer_id: UUID, agency_code: str | None, now: datetime) -> frozenset[Role]:
    """The roles that somebody has today because colleagues of the same body are away."""
    absent = stood_in_for(tx, officer_id, agency_code, now)
    return frozenset(role for officer in absent for role in officer.roles) & OF_A_BODY


def stood_in_for(
    connection: sa.Connection | Transaction, officer_id: UUID, agency_code: str | None, now: datetime
) -> list[Officer]:
    """The colleagues of the same body who are away today and for whom this officer acts."""
    own = officers.c
    today = today_at(connection, agency_code, now)
    colleagues = _read(connection, (own.agency_code == agency_code) & (own.substitute_id == officer_id) & own.active)
    return [officer for officer in colleagues if officer.is_absent(today)]


def today_at(connection: sa.Connection | Transaction, agency_code: str | None, now: datetime) -> date:
    """Which day it is where a body is."""
    region = connection.execute(sa.select(agencies.c.region_code).where(agencies.c.code == agency_code)).scalar()
    return now.astimezone(ZoneInfo(time_zone_of(region))).date()


def attendance(connection: sa.Connection, now: datetime) -> Mapping[str, Attendance]:
    """Of each body that has active officers: how many, and when one of those who are not away was last there."""
    own = officers.c
    today = now.astimezone(ZoneInfo(time_zone_of(None))).date()
    is_absent = sa.and_(own.absent_from <= today, own.absent_until >= today)
    seen = sa.case(
        (sa.func.coalesce(is_absent, sa.false()), None), else_=sa.func.coalesce(own.signed_in_at, own.created_at)
    )
    query = sa.select(own.agency_code, sa.func.count(), sa.type_coerce(sa.func.max(seen), own.created_at.type))
    answers = query.where(_acts).group_by(own.agency_code)
    return {code: Attendance(count, last_seen) for code, count, last_seen in connection.execute(answers)}


def staffed(connection: sa.Connection) -> frozenset[str]:
    """The bodies that have an active officer."""
    return frozenset(connection.execute(sa.select(officers.c.agency_code).where(_acts).distinct()).scalars())


_acts = (
    officers.c.active
    & officers.c.agency_code.is_not(None)
    & officers.c.roles.cast(sa.Text).contains(f'"{Role.OFFICER}"')
)


def _read(
    connection: sa.Connection | Transaction, condition: sa.ColumnElement[bool], limit: int | None = None
) -> list[Officer]:
    columns = [column for column in officers.c if column.name not in ("password_hash", "substitute_id")]
    acting = officers.alias("acting")
    statement = (
        sa.select(*columns, acting.c.username.label("substitute"))
        .select_from(officers.outerjoin(acting, acting.c.id == officers.c.substitute_id))
        .where(condition)
        .order_by(officers.c.username)
        .limit(limit)
    )
    rows = connection.execute(statement).mappings()
    return [Officer(**{**row, "roles": frozenset(map(Role, row["roles"]))}) for row in rows]
