"""Loading the files that are shipped: only differences are written, and nothing that people changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lapor_chassis.rows import replacing
from lapor_chassis.transactions import Transaction
from lapor_contracts.regions import regions
from lapor_routing.directory.reading import Subject, directory_version
from lapor_routing.directory.tables import PEOPLE, agencies, agency_words
from lapor_routing.directory.writing import CHUNK, columns_of, grow, lock
from lapor_routing.domain.text import words_of
from lapor_routing.reference.agencies import AgencyRow


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
    """Make the directory hold ``rows``. Only differences are written, no body is ever removed, and one that people
    added or changed stays as they left it.

    ``progress`` is called with the number of rows done, and of all.
    """
    lock(tx)
    before = {row.code: row for row in tx.execute(sa.select(agencies))}
    added = changed = 0
    for done in range(0, len(rows), CHUNK):
        wanted = [columns_of(row.agency, row.type_code) for row in rows[done : done + CHUNK]]
        new = [columns for columns in wanted if columns["code"] not in before]
        other = [columns for columns in wanted if _differs(columns, before.get(columns["code"]))]
        if new or other:
            tx.write(agencies, new + other, replacing)
        added, changed = added + len(new), changed + len(other)
        progress(min(done + CHUNK, len(rows)), len(rows))
    renamed = _load_words(tx, rows)
    version = grow(tx, added, changed) if added or changed or renamed else directory_version(tx)
    return Loaded(len(rows), added, changed, version)


def _differs(columns: Mapping[str, Any], row: sa.Row[Any] | None) -> bool:
    return row is not None and row.origin != PEOPLE and tuple(columns.values()) != tuple(row)


def _load_words(tx: Transaction, rows: Iterable[AgencyRow]) -> bool:
    """Write the words that are new, remove shipped ones that are no longer used; whether there were any."""
    wanted = dict(_words(rows))
    subjects = {subject for _, subject in wanted}
    before = {
        (row.word, row.subject): row.origin for row in tx.execute(sa.select(agency_words)) if row.subject in subjects
    }
    gone = [
        {"gone_word": word, "gone_subject": subject}
        for (word, subject), origin in before.items()
        if origin != PEOPLE and (word, subject) not in wanted
    ]
    if gone:
        key = agency_words.c
        is_gone = (key.word == sa.bindparam("gone_word")) & (key.subject == sa.bindparam("gone_subject"))
        tx.execute(agency_words.delete().where(is_gone), gone)
    new = [
        {"word": word, "subject": subject, "subject_kind": wanted[word, subject]}
        for word, subject in sorted(wanted.keys() - before.keys())
    ]
    for start in range(0, len(new), CHUNK):
        tx.write(agency_words, new[start : start + CHUNK])
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
