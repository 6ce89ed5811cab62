"""What people may make of the directory: each change is a body as it shall be, held against all the others."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

from lapor_contracts.regions import regions
from lapor_routing.domain.agencies import SELF_GOVERNING, Agency, AgencyStatus, Directory

CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,79}")
REGION = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
LONGEST_NAME = 300
MOST_ALIASES = 50
#: Nobody stands deeper; it keeps a mistake in a file from costing an evening.
MOST_LEVELS = 50


class ChangeKind(StrEnum):
    """What has become of a body."""

    ADDED = "added"
    RENAMED = "renamed"
    MOVED = "moved"
    AMENDED = "amended"
    MERGED = "merged"
    """Closed; one other took over."""
    SPLIT = "split"
    """Closed; several others took over."""
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Change:
    """A body before and after. The id is the change's own."""

    id: UUID
    before: Agency | None
    after: Agency

    @property
    def kind(self) -> ChangeKind:
        """The most telling thing that changed."""
        if self.before is None:
            return ChangeKind.ADDED
        if self.closes:
            successors = len(self.after.successor_codes)
            return (ChangeKind.CLOSED, ChangeKind.MERGED)[successors] if successors < 2 else ChangeKind.SPLIT
        if self.after.active and not self.before.active:
            return ChangeKind.REOPENED
        if (self.before.name, self.before.short_name) != (self.after.name, self.after.short_name):
            return ChangeKind.RENAMED
        return ChangeKind.MOVED if self.before.parent_code != self.after.parent_code else ChangeKind.AMENDED

    @property
    def closes(self) -> bool:
        """Whether the body was there and is no more."""
        return self.before is not None and self.before.active and not self.after.active

    @property
    def differences(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was otherwise, and what it is now."""
        before = {name: value for name, value in _values(self.before).items() if value != _values(self.after)[name]}
        after = {name: value for name, value in _values(self.after).items() if value != _values(self.before).get(name)}
        return before, after


#: By the code of a body: what is wrong, by field.
Faults = Mapping[str, Mapping[str, str]]


def propose(
    wanted: Iterable[Agency], directory: Directory, new_id: Callable[[], UUID]
) -> tuple[Sequence[Change], Faults]:
    """The changes that make the directory hold the ``wanted`` bodies, those above before those below; and what is
    wrong with them. Where anything is wrong, nothing may be done.

    The units of a body that one other takes over go there with it. What a body was called until now still finds it.
    """
    changed = (_remembering(body, directory.get(body.code)) for body in wanted)
    bodies = {body.code: body for body in changed if body != directory.get(body.code)}
    below = _units(directory) if any(_closes(body, directory) for body in bodies.values()) else {}
    for body in list(bodies.values()):
        if _closes(body, directory) and len(body.successor_codes) == 1:
            for unit in below.get(body.code, ()):
                if bodies.get(unit.code, unit).parent_code == body.code and unit.code != body.successor_codes[0]:
                    bodies[unit.code] = replace(bodies.get(unit.code, unit), parent_code=body.successor_codes[0])
    after = Directory({**{body.code: body for body in directory}, **bodies}.values())
    faults = {code: wrong for code, body in bodies.items() if (wrong := faults_of(body, after))}
    for code, body in bodies.items():
        left = [unit for unit in below.get(code, ()) if _still_below(unit, code, after)]
        if _closes(body, directory) and left:
            faults.setdefault(code, {})["successor_codes"] = (
                f"Masih ada {len(left)} unit di bawahnya: pindahkan dahulu, atau sebutkan satu penerus "
                "(it has units: move them first, or name one successor)."
            )
    changes = [Change(new_id(), directory.get(body.code), body) for body in bodies.values()]
    if not faults:
        changes.sort(key=lambda change: sum(1 for _ in after.above(change.after.code)))
    return changes, faults


def faults_of(body: Agency, after: Directory) -> dict[str, str]:
    """What is wrong with a body, by field, in the directory as it would be."""
    faults: dict[str, str] = {}
    if not CODE.fullmatch(body.code):
        faults["code"] = "Hanya huruf besar, angka, dan . / _ - (capital letters, digits and . / _ - only)."
    for name, text in (("name", body.name), ("short_name", body.short_name)):
        if len(text) > LONGEST_NAME or not text.isprintable():
            faults[name] = f"Paling banyak {LONGEST_NAME} huruf, tanpa tanda kendali (too long, or not readable)."
    if not re.search(r"\w", body.name):
        faults["name"] = "Wajib diisi (required)."
    if wrong := _fault_of_aliases(body.aliases):
        faults["aliases"] = wrong
    if body.region_code and (wrong := fault_of_region(body.region_code)):
        faults["region_code"] = wrong
    if body.parent_code and (wrong := _fault_of_parent(body, after)):
        faults["parent_code"] = wrong
    if body.successor_codes and (wrong := _fault_of_successors(body, after)):
        faults["successor_codes"] = wrong
    return faults


def fault_of_region(code: str) -> str | None:
    """Provinces, regencies and cities are known; of what is within them, only how it is written."""
    if REGION.fullmatch(code) and code[:5] in regions():
        return None
    return "Tidak ada wilayah dengan kode ini (there is no such region)."


def may_arrange(change: Change, administrator_of: str, directory: Directory) -> bool:
    """Whether a body's administrator may do this: only with units below it, and those stay there.

    How a body is verified is the centre's to say.
    """
    before, after = change.before, change.after

    def is_own(code: str | None) -> bool:
        return any(body.code == administrator_of for body in directory.same_house(code))

    return (
        after.code != administrator_of
        and after.kind not in SELF_GOVERNING
        and (before is None or (is_own(before.code) and after.kind is before.kind))
        and is_own(after.parent_code)
        and after.verifies_itself == (before is not None and before.verifies_itself)
        and all(map(is_own, after.successor_codes))
    )


def merged(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order in which they became known."""
    return tuple(dict.fromkeys((*names, *others)))


def _remembering(body: Agency, known: Agency | None) -> Agency:
    if known is None:
        return body
    given_up = {known.name, known.short_name} - {body.name, body.short_name, ""}
    return replace(body, aliases=merged(body.aliases, sorted(given_up))) if given_up else body


def _fault_of_aliases(aliases: Sequence[str]) -> str | None:
    if len(aliases) > MOST_ALIASES:
        return f"Paling banyak {MOST_ALIASES} nama (at most so many names)."
    if any(
        len(one) > LONGEST_NAME or not one.isprintable() or not re.search(r"\w", one) or "|" in one for one in aliases
    ):
        return f"Nama paling banyak {LONGEST_NAME} huruf, tanpa tanda | (too long, not readable, or with a bar)."
    return None


def _fault_of_parent(body: Agency, after: Directory) -> str | None:
    parent = after.get(body.parent_code)
    if parent is None or (body.active and not parent.active):
        return "Tidak ada instansi aktif dengan kode ini (no active body has this code)."
    if parent.code == body.code or after.is_below(parent.code, body.code):
        return "Instansi tidak dapat berada di bawah dirinya sendiri (a body cannot stand below itself)."
    if len(list(islice(after.above(body.code), MOST_LEVELS + 1))) > MOST_LEVELS:
        return f"Lebih dari {MOST_LEVELS} tingkat (too many levels)."
    return None


def _fault_of_successors(body: Agency, after: Directory) -> str | None:
    if body.active:
        return "Hanya instansi yang ditutup yang mempunyai penerus (only a closed body has successors)."
    if body.code in body.successor_codes:
        return "Sebutkan instansi lain (name another body)."
    if missing := [code for code in body.successor_codes if not after.present(code)]:
        return f"Bukan instansi aktif: {', '.join(missing)} (no active body)."
    return None


def _closes(body: Agency, directory: Directory) -> bool:
    known = directory.get(body.code)
    return known is not None and known.active and not body.active


def _still_below(unit: Agency, code: str, after: Directory) -> bool:
    now = after.get(unit.code)
    return now is not None and now.active and now.parent_code == code


def _units(directory: Directory) -> Mapping[str, Sequence[Agency]]:
    below: dict[str, list[Agency]] = defaultdict(list)
    for body in directory:
        if body.parent_code and body.active:
            below[body.parent_code].append(body)
    return below


def _values(body: Agency | None) -> dict[str, Any]:
    return {field.name: getattr(body, field.name) for field in fields(body)} if body else {}


def closed(body: Agency, successor_codes: Sequence[str]) -> Agency:
    """The body, gone; others may have taken over."""
    return replace(body, status=AgencyStatus.FORMER, successor_codes=tuple(dict.fromkeys(successor_codes)))


def reopened(body: Agency) -> Agency:
    """The body, there again: for what was closed by mistake."""
    return replace(body, status=AgencyStatus.ACTIVE, successor_codes=())
