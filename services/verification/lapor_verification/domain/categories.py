"""LAPOR!'s tree of categories, and agencies' own ones below it. Codes stay for ever: a report keeps the one it got."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

_CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,39}")
_WORD = re.compile(r"\w+")
LONGEST_NAME = 200
#: Deeper trees nobody finds a way through on a phone.
DEEPEST = 6

COLUMNS = ("code", "parent", "name", "status")


class Status(StrEnum):
    """Whether a report may still get it."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class Category:
    """One category."""

    code: str
    parent: str = ""
    """Empty for a root."""
    name: str
    status: Status = Status.ACTIVE
    agency_code: str | None = None
    """Whose own it is; None in the national tree."""

    def is_open_to(self, agency_code: str | None) -> bool:
        """Whether a report for which this body was chosen may get it: to others an agency's own says nothing."""
        own = self.agency_code
        return own is None or own == agency_code or (agency_code or "").startswith(f"{own}/")


@dataclass(frozen=True)
class Fault:
    """Where a file of categories is wrong."""

    row: int
    """As a spreadsheet counts them: the header is row 1."""
    column: str
    what: str


class Tree:
    """All categories, as they stand."""

    def __init__(self, categories: Iterable[Category], version: int = 0) -> None:
        self.version = version
        """Grows with each load; 0 is the shipped tree."""
        self._all = {category.code: category for category in categories}

    def __iter__(self) -> Iterator[Category]:
        return iter(sorted(self._all.values(), key=lambda category: category.code))

    def get(self, code: str | None) -> Category | None:
        """The category with this code, retired or not."""
        return self._all.get(code or "")

    def path(self, code: str | None) -> str:
        """Its name below the names above it; the text itself where it is no code, as reporters write what they like."""
        names: list[str] = []
        category = self.get(code)
        while category and len(names) < DEEPEST:
            names.insert(0, category.name)
            category = self.get(category.parent)
        return " > ".join(names) or (code or "")

    def counted(self, filed: str | None, found: Iterable[str]) -> Category | None:
        """Under which one a report is counted: as it was filed, else the first that was found in its words."""
        return next(filter(None, map(self.get, [filed, *found])), None)

    def has_below(self, code: str) -> bool:
        """Whether active ones stand below it."""
        return bool(self._below[code])

    def chosen(self, text: str, agency_code: str | None = None) -> Category | None:
        """The active category that somebody means by its code, or by a name or path that only it has.

        Of those that are open to a report for which this body was chosen, if any was.
        """
        wanted = text.strip().lower()
        found = self.get(text.strip().upper())
        if found is None:
            named = [category for category in self._named[wanted] if category.is_open_to(agency_code)]
            found = named[0] if len(named) == 1 else None
        return found if found and found.status is Status.ACTIVE and found.is_open_to(agency_code) else None

    def find(
        self,
        *,
        parent: str | None = None,
        words: str = "",
        agency_code: str | None = None,
        after: str = "",
        limit: int,
    ) -> list[Category]:
        """Active categories by code: those directly below one, or with words that begin like these in their paths.

        With an agency's code those that are open to its reports, with an empty one the national ones, without one all.
        """
        wanted = [word.lower() for word in _WORD.findall(words)]
        found = []
        for code, told in self._active.items():
            category = self._all[code]
            fits = parent is None or category.parent == parent
            fits = fits and (agency_code is None or category.is_open_to(agency_code))
            if code > after and fits and all(f" {word}" in told for word in wanted):
                found.append(category)
                if len(found) == limit:
                    break
        return found

    @cached_property
    def _active(self) -> Mapping[str, str]:
        """The active ones in order, with their paths as words to look for."""
        return {
            category.code: " ".join(["", category.code.lower(), *_WORD.findall(self.path(category.code).lower())])
            for category in self
            if category.status is Status.ACTIVE
        }

    @cached_property
    def _below(self) -> Mapping[str, list[str]]:
        below: dict[str, list[str]] = defaultdict(list)
        for code in self._active:
            below[self._all[code].parent].append(code)
        return below

    @cached_property
    def _named(self) -> Mapping[str, list[Category]]:
        named: dict[str, list[Category]] = defaultdict(list)
        for code in self._active:
            for name in {self._all[code].name.lower(), self.path(code).lower()}:
                named[name].append(self._all[code])
        return named


def read_categories(text: str, tree: Tree, agency_code: str | None = None) -> tuple[list[Category], list[Fault]]:
    """The categories of a CSV file, and all that is wrong with it as a part of this tree.

    What the file leaves out stays as it is. An agency's file holds its own categories alone.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    header = lines[0] if lines else ""
    rows = list(csv.DictReader(lines, delimiter=";" if ";" in header and "," not in header else ","))
    missing = [column for column in COLUMNS if column not in (rows[0] if rows else header.split(","))]
    if missing:
        return [], [Fault(1, column, "is missing") for column in missing]
    read = [(number, _category(row, agency_code)) for number, row in enumerate(rows, start=2)]
    future = Tree([*tree, *(category for _, category in read)])
    faults = [fault for number, row in enumerate(rows, start=2) for fault in _misspelt(number, row)]
    faults += _doubled(read)
    for number, category in read:
        faults += _misplaced(number, category, tree.get(category.code), future)
    return [category for _, category in read], sorted(faults, key=lambda fault: fault.row)


def _category(row: Mapping[str, str | None], agency_code: str | None) -> Category:
    cells = {column: (row[column] or "").strip() for column in COLUMNS}
    status = Status(cells["status"]) if cells["status"] in list(Status) else Status.ACTIVE
    return Category(
        code=cells["code"], parent=cells["parent"], name=cells["name"], status=status, agency_code=agency_code
    )


def _misspelt(number: int, row: Mapping[str | None, object]) -> Iterator[Fault]:
    code, name, status = (str(row[column] or "").strip() for column in ("code", "name", "status"))
    if not _CODE.fullmatch(code):
        yield Fault(number, "code", f"is {code!r}: capitals, digits and . / _ - are allowed, 40 at most")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        yield Fault(number, "name", f"must have 1 to {LONGEST_NAME} letters")
    if status not in list(Status):
        yield Fault(number, "status", f"is {status!r}, not one of {', '.join(Status)}")
    if None in row:
        yield Fault(number, "after the last", "holds a cell too many")


def _doubled(read: Sequence[tuple[int, Category]]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, category in read:
        before = first.setdefault(category.code, number)
        if before != number:
            yield Fault(number, "code", f"{category.code} stands in row {before} already")


def _misplaced(number: int, category: Category, present: Category | None, future: Tree) -> Iterator[Fault]:
    if present and present.agency_code != category.agency_code:
        owner = present.agency_code or "the national tree"
        yield Fault(number, "code", f"{category.code} belongs to {owner}")
    parent = future.get(category.parent)
    if not category.parent:
        if category.agency_code:
            yield Fault(number, "parent", "is empty: an agency's categories stand below a national one")
    elif parent is None:
        yield Fault(number, "parent", f"{category.parent} is no category")
    elif parent.agency_code not in (None, category.agency_code):
        yield Fault(number, "parent", f"{category.parent} belongs to {parent.agency_code}")
    elif category.status is Status.ACTIVE and parent.status is Status.RETIRED:
        yield Fault(number, "parent", f"{category.parent} is retired")
    elif _depth(category, future) > DEEPEST:
        yield Fault(number, "parent", f"leads more than {DEEPEST} deep, or round in a circle")


def _depth(category: Category, tree: Tree) -> int:
    depth, above = 1, tree.get(category.parent)
    while above and depth <= DEEPEST:
        depth, above = depth + 1, tree.get(above.parent)
    return depth
