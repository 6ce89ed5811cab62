"""Reading and searching the directory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_routing.directory.tables import agencies, agency_changes, agency_words, competences, directory_loads
from lapor_routing.domain.agencies import Agency, AgencyKind, AgencyStatus, Competence, Directory
from lapor_routing.domain.directory_changes import ChangeKind
from lapor_routing.domain.text import words_of

#: A search needs no more words than a long name has, and no statement grows without bound.
MOST_WORDS = 8
#: A word that so many things are called tells little: it is looked for in what the other words have found.
COMMON = 500

#: What can run a query: a connection for reading, or a transaction.
Asked = sa.Connection | Transaction


class Subject(StrEnum):
    """What a word is the name of.

    A regional office is called by the words of its type and of its region ("dinkes inhu"), so they are kept once
    for each type and each region, 12,000 words in all, instead of half a million for 31,000 offices.
    """

    AGENCY = "agency"
    TYPE = "type"
    REGION = "region"


_COLUMN_OF = {
    Subject.AGENCY: agencies.c.code,
    Subject.TYPE: agencies.c.type_code,
    Subject.REGION: agencies.c.region_code,
}


@dataclass(frozen=True, kw_only=True)
class Past:
    """What somebody once changed about a body."""

    id: UUID
    kind: ChangeKind
    changed_at: datetime
    changed_by: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def read_directory(connection: Asked) -> Directory:
    """The whole directory, for the choice."""
    bodies = map(_agency, connection.execute(sa.select(agencies)))
    competent = map(_competence, connection.execute(sa.select(competences)))
    return Directory(bodies, directory_version(connection), competent)


def read_around(connection: Asked, codes: Iterable[str]) -> Directory:
    """So much of the directory as a change of these bodies needs: them, all above them, and their active units."""
    wanted, own = list(codes), sa.select(agencies.c.code, agencies.c.parent_code)
    found = own.where(agencies.c.code.in_(wanted)).cte(recursive=True)
    found = found.union(own.where(agencies.c.code == found.c.parent_code))
    units = agencies.c.parent_code.in_(wanted) & (agencies.c.status == AgencyStatus.ACTIVE)
    query = sa.select(agencies).where(agencies.c.code.in_(sa.select(found.c.code)) | units)
    return Directory(map(_agency, connection.execute(query)))


def directory_version(connection: Asked) -> int:
    """Grows with each load that changed something; 0 while nothing is loaded."""
    return connection.execute(sa.select(sa.func.coalesce(sa.func.max(directory_loads.c.version), 0))).scalar_one()


def search_agencies(
    connection: Asked, text: str = "", cursor: str | None = None, limit: int = 25
) -> tuple[list[Agency], str | None]:
    """Active bodies by the beginning of their code, or by words that their names begin with; then the next cursor.

    The words may be of any name, also of a body that this one succeeded, and in any order. All bodies for no text.
    """
    query = sa.select(agencies).where(agencies.c.status == AgencyStatus.ACTIVE)
    if text.strip():
        found = _by_code(connection, text.strip().upper()) or _by_words(connection, text)
        if not found:
            return [], None
        query = query.where(*found)
    if cursor:
        query = query.where(agencies.c.code > cursor)
    page = list(map(_agency, connection.execute(query.order_by(agencies.c.code).limit(limit + 1))))
    return page[:limit], page[limit - 1].code if len(page) > limit else None


def agency(connection: Asked, code: str) -> Agency | None:
    """The body with this code, former or not."""
    row = connection.execute(sa.select(agencies).where(agencies.c.code == code)).one_or_none()
    return _agency(row) if row else None


def units_of(connection: Asked, code: str) -> list[Agency]:
    """The active bodies directly below this one, by name."""
    query = sa.select(agencies).where(agencies.c.parent_code == code, agencies.c.status == AgencyStatus.ACTIVE)
    return list(map(_agency, connection.execute(query.order_by(agencies.c.name))))


def roots(connection: Asked, after: Sequence[str] | None, limit: int) -> list[Agency]:
    """The active bodies above which nobody stands, page by page."""
    return _page(connection, agencies.c.parent_code.is_(None), after, limit)


def units_page(connection: Asked, code: str, after: Sequence[str] | None, limit: int) -> list[Agency]:
    """The active bodies directly below this one, page by page."""
    return _page(connection, agencies.c.parent_code == code, after, limit)


def succeeded_by(connection: Asked, code: str) -> list[Agency]:
    """The former bodies that this one, alone or with others, took over from."""
    query = sa.select(agencies).where(agencies.c.successor_codes.contains(code, autoescape=True))
    return [body for body in map(_agency, connection.execute(query)) if code in body.successor_codes]


def count_units(connection: Asked, code: str) -> int:
    """How many active bodies stand directly below this one."""
    units = sa.select(sa.func.count()).where(agencies.c.parent_code == code, agencies.c.status == AgencyStatus.ACTIVE)
    return connection.execute(units).scalar_one()


def history_of(connection: Asked, code: str, after: Sequence[UUID] | None, limit: int) -> list[Past]:
    """What people changed about a body, the newest first."""
    own = agency_changes.c
    query = sa.select(own.id, own.kind, own.changed_at, own.changed_by, own.reason, own.before, own.after).where(
        own.agency_code == code
    )
    if after:
        query = query.where(own.id < after[0])
    rows = connection.execute(query.order_by(own.id.desc()).limit(limit)).mappings()
    return [Past(**{**row, "kind": ChangeKind(row["kind"])}) for row in rows]


def competences_of(connection: Asked, code: str) -> list[Competence]:
    """For what, and where, a body comes first."""
    query = sa.select(competences).where(competences.c.agency_code == code)
    ordered = query.order_by(competences.c.subject, competences.c.region_code)
    return list(map(_competence, connection.execute(ordered)))


def competent_for(connection: Asked, subject: str, region_code: str) -> Competence | None:
    """Who comes first for exactly this."""
    own = competences.c
    row = connection.execute(
        sa.select(competences).where(own.subject == subject, own.region_code == region_code)
    ).one_or_none()
    return _competence(row) if row else None


def _page(
    connection: Asked, condition: sa.ColumnElement[bool], after: Sequence[str] | None, limit: int
) -> list[Agency]:
    query = sa.select(agencies).where(condition, agencies.c.status == AgencyStatus.ACTIVE)
    if after:
        query = query.where(agencies.c.code > after[0])
    return list(map(_agency, connection.execute(query.order_by(agencies.c.code).limit(limit))))


def _by_code(connection: Asked, code: str) -> list[sa.ColumnElement[bool]]:
    """The condition that a code begins like this, if any active body's does."""
    begins = sa.and_(_begins(agencies.c.code, code), agencies.c.status == AgencyStatus.ACTIVE)
    return [begins] if connection.execute(sa.select(agencies.c.code).where(begins).limit(1)).first() else []


def _by_words(connection: Asked, text: str) -> list[sa.ColumnElement[bool]]:
    """One condition for each word; none if a word is nobody's."""
    conditions = []
    for word in words_of(text, {})[:MOST_WORDS]:
        called = _begins(agency_words.c.word, word)
        named: dict[str, list[str]] = {}
        for kind in Subject:
            subjects = sa.select(agency_words.c.subject).where(called, agency_words.c.subject_kind == kind)
            if some := connection.execute(subjects.distinct().limit(COMMON)).scalars().all():
                named[kind] = list(some)
        if not named:
            return []
        conditions.append(sa.or_(*(_is_called(Subject(kind), codes, called) for kind, codes in named.items())))
    return conditions


def _is_called(kind: Subject, codes: list[str], called: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    if kind is not Subject.AGENCY or len(codes) < COMMON:
        return _COLUMN_OF[kind].in_(codes)
    # Looked up body by body as they come in order, and not all 100,000 at once: hence the limit.
    own = sa.select(agency_words.c.word).where(agency_words.c.subject == agencies.c.code, called).limit(1)
    return own.correlate(agencies).scalar_subquery().is_not(None)


def _begins(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """``LIKE 'text%'`` as a range, which an index serves on both databases; ``~`` comes after all that is used."""
    return sa.and_(column >= text, column < text + "~")


def _agency(row: sa.Row[Any]) -> Agency:
    return Agency(
        code=row.code,
        kind=AgencyKind(row.kind),
        name=row.name,
        short_name=row.short_name,
        parent_code=row.parent_code,
        region_code=row.region_code,
        status=AgencyStatus(row.status),
        successor_codes=_parted(row.successor_codes),
        verifies_itself=row.verifies_itself,
        aliases=_parted(row.aliases),
    )


def _parted(column: str) -> tuple[str, ...]:
    return tuple(column.split("|")) if column else ()


def _competence(row: sa.Row[Any]) -> Competence:
    return Competence(row.subject, row.agency_code, row.region_code, row.note)
