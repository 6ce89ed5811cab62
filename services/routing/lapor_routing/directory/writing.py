"""Writing what people changed: bodies, the names they are found by, who is competent, and the history of it all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lapor_chassis.rows import among, replacing, unless_exists
from lapor_chassis.transactions import Transaction
from lapor_routing.directory.reading import Subject, directory_version, succeeded_by
from lapor_routing.directory.tables import (
    PEOPLE,
    SHIPPED,
    agencies,
    agency_changes,
    agency_words,
    competences,
    directory_loads,
)
from lapor_routing.domain.agencies import Agency, Competence
from lapor_routing.domain.directory_changes import Change
from lapor_routing.domain.text import words_of

#: Rows in one statement.
CHUNK = 2_000


def lock(tx: Transaction) -> None:
    """One at a time changes the directory, so that what was found right is still right when it is written."""
    if tx.dialect == "postgresql":  # SQLite's writers wait for each other anyway
        tx.execute(sa.text("LOCK TABLE directory_loads IN EXCLUSIVE MODE"))


def grow(tx: Transaction, added: int, changed: int) -> int:
    """The directory is another one from now on: its next version."""
    version = directory_version(tx) + 1
    tx.add(directory_loads, {"version": version, "loaded_at": tx.now, "added": added, "changed": changed})
    return version


def columns_of(body: Agency, type_code: str | None, origin: str = SHIPPED) -> dict[str, Any]:
    """The body as the table holds it, in the table's order."""
    return {
        "code": body.code,
        "kind": body.kind.value,
        "name": body.name,
        "short_name": body.short_name,
        "parent_code": body.parent_code,
        "region_code": body.region_code,
        "type_code": type_code,
        "status": body.status.value,
        "successor_codes": "|".join(body.successor_codes),
        "origin": origin,
        "verifies_itself": body.verifies_itself,
        "aliases": "|".join(body.aliases),
    }


def save_changes(tx: Transaction, changes: Sequence[Change], by: str, reason: str) -> None:
    """Write what has changed, each with its history; the bodies are people's from now on."""
    types = _types_of(tx, [change.after.code for change in changes])
    rows = [columns_of(change.after, types.get(change.after.code), PEOPLE) for change in changes]
    tx.write(agencies, rows, replacing)
    for change in changes:
        before, after = change.differences
        tx.add(
            agency_changes,
            {
                "id": change.id,
                "agency_code": change.after.code,
                "kind": change.kind,
                "changed_at": tx.now,
                "changed_by": by,
                "reason": reason,
                "before": before,
                "after": after,
            },
        )
    _name(tx, changes)
    added = sum(change.before is None for change in changes)
    grow(tx, added, len(changes) - added)


def save_competences(tx: Transaction, wanted: Sequence[Competence]) -> None:
    """From now on these bodies come first there; nobody else does."""
    rows = [
        {"subject": one.subject, "region_code": one.region_code, "agency_code": one.agency_code, "note": one.note}
        for one in wanted
    ]
    if rows:
        tx.write(competences, rows, replacing)
        grow(tx, 0, len(rows))


def remove_competences(tx: Transaction, unwanted: Sequence[Competence]) -> None:
    """The rules alone decide again."""
    key = competences.c
    own = sa.and_(
        key.subject == sa.bindparam("own_subject"),
        key.region_code == sa.bindparam("own_region"),
        key.agency_code == sa.bindparam("own_agency"),
    )
    rows = [
        {"own_subject": one.subject, "own_region": one.region_code, "own_agency": one.agency_code} for one in unwanted
    ]
    if rows:
        tx.execute(competences.delete().where(own), rows)
        grow(tx, 0, len(rows))


def _types_of(tx: Transaction, codes: Iterable[str]) -> dict[str, str]:
    query = sa.select(agencies.c.code, agencies.c.type_code).where(
        among(agencies.c.code, codes, tx.dialect), agencies.c.type_code.is_not(None)
    )
    return {row.code: row.type_code for row in tx.execute(query)}


def _name(tx: Transaction, changes: Iterable[Change]) -> None:
    """All its names find a body, those taken from it no more, and a former body's names find those that took over."""
    _find_by(tx, {change.after.code: _names_of(change.after) for change in changes})
    for change in changes:
        if change.before and (gone := set(change.before.aliases) - set(change.after.aliases)):
            _forget(tx, change.after, gone)
        if change.closes and change.after.successor_codes:
            _find_by(tx, dict.fromkeys(change.after.successor_codes, _words_for(tx, change.after)))


def _find_by(tx: Transaction, names: Mapping[str, Iterable[str]]) -> None:
    called = {(word, code) for code, some in names.items() for name in some for word in words_of(name, {})}
    rows = [
        {"word": word, "subject": code, "subject_kind": Subject.AGENCY.value, "origin": PEOPLE}
        for word, code in sorted(called)
    ]
    for start in range(0, len(rows), CHUNK):
        tx.write(agency_words, rows[start : start + CHUNK], unless_exists)


def _names_of(body: Agency) -> tuple[str, ...]:
    return body.name, body.short_name, body.code, *body.aliases


def _forget(tx: Transaction, body: Agency, names: Iterable[str]) -> None:
    """Words of these names, unless another name of the body has them, or one of a body that it took over from."""
    inherited = (word for former in succeeded_by(tx, body.code) for word in _words_for(tx, former))
    kept = {word for name in (*_names_of(body), *inherited) for word in words_of(name, {})}
    gone = {word for name in names for word in words_of(name, {})} - kept
    own = agency_words.c
    tx.execute(agency_words.delete().where(own.subject == body.code, own.word.in_(gone), own.origin == PEOPLE))


def _words_for(tx: Transaction, body: Agency) -> Sequence[str]:
    own = sa.select(agencies.c.type_code).where(agencies.c.code == body.code).scalar_subquery()
    subject = agency_words.c.subject
    # An office of a type is called by the words of its type and of its region.
    called = sa.or_(subject == body.code, subject == own, own.is_not(None) & (subject == body.region_code))
    return tx.execute(sa.select(agency_words.c.word).where(called).distinct()).scalars().all()
