"""The directory of agencies in routing's database: load it, read it, search it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_contracts.regions import regions
from lapor_routing.domain.agencies import Agency, AgencyKind, AgencyStatus, Directory
from lapor_routing.domain.text import words_of
from lapor_routing.reference.agencies import AgencyRow
from lapor_routing.tables import metadata

#: Codes and words are compared byte by byte on both databases, so that an index serves their beginnings.
Code = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")

agencies = sa.Table(
    "agencies",
    metadata,
    sa.Column("code", Code, primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("short_name", sa.Text, nullable=False),
    sa.Column("parent_code", Code, index=True),
    sa.Column("region_code", sa.String(13), index=True),
    sa.Column("type_code", Code, index=True),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("successor_codes", sa.Text, nullable=False, comment="separated by vertical bars"),
    comment="Every body that is or was competent for something. Rows are never removed.",
)

agency_words = sa.Table(
    "agency_words",
    metadata,
    sa.Column("word", Code, primary_key=True),
    sa.Column("subject", Code, primary_key=True),
    sa.Column("subject_kind", sa.String(10), nullable=False),
    comment="The words by which a body, a type of office or a region is called, one row each.",
)

directory_loads = sa.Table(
    "directory_loads",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("loaded_at", UtcDateTime, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    comment="Each load that changed something.",
)

CHUNK = 2_000
#: A search needs no more words than a long name has, and no statement grows without bound.
MOST_WORDS = 8


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


@dataclass(frozen=True)
class Loaded:
    """What loading changed."""

    total: int
    added: int
    changed: int
    version: int


def load_directory(
    tx: Transaction,
    rows: Sequence[AgencyRow],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Loaded:
    """Make the directory hold ``rows``. Only differences are written, and no body is ever removed.

    ``progress`` is called with the number of rows done, and of all.
    """
    if tx.dialect == "postgresql":  # SQLite's writers wait for each other anyway
        tx.execute(sa.text("LOCK TABLE directory_loads IN EXCLUSIVE MODE"))
    before = {row.code: row for row in tx.execute(sa.select(agencies))}
    added = changed = 0
    for done in range(0, len(rows), CHUNK):
        wanted = [_columns(row) for row in rows[done : done + CHUNK]]
        new = [columns for columns in wanted if columns["code"] not in before]
        other = [columns for columns in wanted if _differs(columns, before.get(columns["code"]))]
        if new or other:
            tx.write(agencies, new + other, replacing)
        added, changed = added + len(new), changed + len(other)
        progress(min(done + CHUNK, len(rows)), len(rows))
    renamed = _load_words(tx, rows)
    version = tx.execute(_latest_version()).scalar_one()
    if added or changed or renamed:
        version += 1
        load = {"version": version, "loaded_at": tx.now, "added": added, "changed": changed}
        tx.execute(directory_loads.insert(), load)
    return Loaded(len(rows), added, changed, version)


def read_directory(connection: sa.Connection) -> Directory:
    """The whole directory, for the choice."""
    return Directory(map(_agency, connection.execute(sa.select(agencies))), directory_version(connection))


def directory_version(connection: sa.Connection) -> int:
    """Grows with each load that changed something; 0 while nothing is loaded."""
    return connection.execute(_latest_version()).scalar_one()


def search_agencies(
    connection: sa.Connection, text: str = "", cursor: str | None = None, limit: int = 25
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


def agency(connection: sa.Connection, code: str) -> Agency | None:
    """The body with this code, former or not."""
    row = connection.execute(sa.select(agencies).where(agencies.c.code == code)).one_or_none()
    return _agency(row) if row else None


def units_of(connection: sa.Connection, code: str) -> list[Agency]:
    """The active bodies directly below this one, by name."""
    query = sa.select(agencies).where(agencies.c.parent_code == code, agencies.c.status == AgencyStatus.ACTIVE)
    return list(map(_agency, connection.execute(query.order_by(agencies.c.name))))


def _by_code(connection: sa.Connection, code: str) -> list[sa.ColumnElement[bool]]:
    """The condition that a code begins like this, if any active body's does."""
    begins = sa.and_(_begins(agencies.c.code, code), agencies.c.status == AgencyStatus.ACTIVE)
    return [begins] if connection.execute(sa.select(agencies.c.code).where(begins).limit(1)).first() else []


def _by_words(connection: sa.Connection, text: str) -> list[sa.ColumnElement[bool]]:
    """One condition for each word; none if a word is nobody's."""
    conditions = []
    for word in words_of(text, {})[:MOST_WORDS]:
        subjects: dict[str, list[str]] = {}
        called = sa.select(agency_words.c.subject_kind, agency_words.c.subject).where(
            _begins(agency_words.c.word, word)
        )
        for kind, subject in connection.execute(called.distinct()):
            subjects.setdefault(kind, []).append(subject)
        if not subjects:
            return []
        conditions.append(sa.or_(*(_COLUMN_OF[Subject(kind)].in_(codes) for kind, codes in subjects.items())))
    return conditions


def _begins(column: sa.Column[str], text: str) -> sa.ColumnElement[bool]:
    """``LIKE 'text%'`` as a range, which an index serves on both databases; ``~`` comes after all that is used."""
    return sa.and_(column >= text, column < text + "~")


def _load_words(tx: Transaction, rows: Iterable[AgencyRow]) -> bool:
    """Write the words that are new, remove those no longer used; whether there were any."""
    wanted = dict(_words(rows))
    subjects = {subject for _, subject in wanted}
    before = {(row.word, row.subject) for row in tx.execute(sa.select(agency_words)) if row.subject in subjects}
    gone = [{"gone_word": word, "gone_subject": subject} for word, subject in before - wanted.keys()]
    if gone:
        key = agency_words.c
        is_gone = (key.word == sa.bindparam("gone_word")) & (key.subject == sa.bindparam("gone_subject"))
        tx.execute(agency_words.delete().where(is_gone), gone)
    new = [
        {"word": word, "subject": subject, "subject_kind": wanted[word, subject]}
        for word, subject in sorted(wanted.keys() - before)
    ]
    for start in range(0, len(new), CHUNK):
        tx.execute(agency_words.insert(), new[start : start + CHUNK])
    return bool(gone or new)


def _words(rows: Iterable[AgencyRow]) -> Iterator[tuple[tuple[str, str], Subject]]:
    types: dict[str, tuple[str, ...]] = {}
    for row in rows:
        names = row.names
        if row.type_code:
            types[row.type_code] = row.type_names
        else:
            names = (*names, row.agency.code)
        # What a former body was called finds those that took over.
        for code in (row.agency.code, *row.agency.successor_codes):
            yield from _named(code, Subject.AGENCY, names)
    for code, names in types.items():
        yield from _named(code, Subject.TYPE, names)
    for region in regions().values():
        yield from _named(region.code, Subject.REGION, (region.name, region.short_name, *region.aliases))


def _named(subject: str, kind: Subject, names: Iterable[str]) -> Iterator[tuple[tuple[str, str], Subject]]:
    for name in names:
        for word in words_of(name, {}):
            yield (word, subject), kind


def _latest_version() -> sa.Select[int]:
    return sa.select(sa.func.coalesce(sa.func.max(directory_loads.c.version), 0))


def _columns(row: AgencyRow) -> dict[str, Any]:
    """The row as the table holds it, in the table's order."""
    body = row.agency
    return {
        "code": body.code,
        "kind": body.kind.value,
        "name": body.name,
        "short_name": body.short_name,
        "parent_code": body.parent_code,
        "region_code": body.region_code,
        "type_code": row.type_code,
        "status": body.status.value,
        "successor_codes": "|".join(body.successor_codes),
    }


def _differs(columns: dict[str, Any], row: sa.Row[Any] | None) -> bool:
    return row is not None and tuple(columns.values()) != tuple(row)


def _agency(row: sa.Row[Any]) -> Agency:
    return Agency(
        code=row.code,
        kind=AgencyKind(row.kind),
        name=row.name,
        short_name=row.short_name,
        parent_code=row.parent_code,
        region_code=row.region_code,
        status=AgencyStatus(row.status),
        successor_codes=tuple(row.successor_codes.split("|")) if row.successor_codes else (),
    )
