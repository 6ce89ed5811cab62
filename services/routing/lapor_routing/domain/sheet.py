"""The directory as a CSV file: written for people who work in spreadsheets, read with the row of each mistake."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from io import StringIO
from typing import Any, TextIO

from lapor_routing.domain.agencies import Agency, AgencyKind, AgencyStatus, Competence, Directory
from lapor_routing.domain.directory_changes import Faults, fault_of_region, merged

COLUMNS = (
    "code",
    "name",
    "short_name",
    "kind",
    "parent_code",
    "region_code",
    "status",
    "successor_codes",
    "verifies_itself",
    "aliases",
    "competences",
)
NEEDED = ("code", "name")
#: So many mistakes are told at once.
MOST_MISTAKES = 200

_YES, _NO = ("true", "1", "ya", "yes"), ("false", "0", "tidak", "no", "")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a file, and where: the header is row 1, as a spreadsheet shows it."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"baris {self.row}, kolom {self.column}: {self.what}"


@dataclass(frozen=True)
class Sheet:
    """A file as it was understood."""

    bodies: Sequence[Agency]
    rows: Mapping[str, int]
    """In which row a body stands, by its code."""
    competences: Mapping[str, Sequence[Competence]]
    """For what these bodies come first from now on; a body that is not among them keeps what it has."""
    mistakes: Sequence[Mistake]

    def mistakes_of(self, faults: Faults) -> list[Mistake]:
        """What is wrong with bodies, as mistakes of the file."""
        found = [
            Mistake(self.rows.get(code, 0), column, what)
            for code, wrong in faults.items()
            for column, what in wrong.items()
        ]
        return sorted(found, key=lambda mistake: mistake.row)


def write_sheet(file: TextIO, directory: Iterable[Agency], competences: Iterable[Competence]) -> None:
    """Every body in a row, below those that stand above it or not: the order means nothing."""
    competent: dict[str, list[str]] = {}
    for one in competences:
        competent.setdefault(one.agency_code, []).append(_competence_in_words(one))
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for body in directory:
        writer.writerow(
            (
                body.code,
                body.name,
                body.short_name,
                body.kind.value,
                body.parent_code or "",
                body.region_code or "",
                body.status.value,
                "|".join(body.successor_codes),
                "true" if body.verifies_itself else "",
                "|".join(body.aliases),
                "|".join(competent.get(body.code, ())),
            )
        )


def read_sheet(text: str, known: Directory, subjects: Mapping[str, str]) -> Sheet:
    """What a file says. A column that it lacks leaves what is known; ``subjects`` are the topics and categories."""
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    # A spreadsheet in Indonesian parts the cells by semicolons.
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    reading = _Reading(known, subjects, {}, {}, {}, [])
    try:
        reading.mistakes += _mistakes_of_header(reader.fieldnames or ())
        if not reading.mistakes:
            for cells in reader:
                reading.take(reader.line_num, cells)
    except csv.Error:
        reading.mistakes.append(Mistake(reader.line_num, COLUMNS[0], "bukan CSV (not CSV)"))
    return Sheet(list(reading.bodies.values()), reading.rows, reading.competences, reading.mistakes)


def _mistakes_of_header(names: Sequence[str]) -> Iterator[Mistake]:
    for name in NEEDED:
        if name not in names:
            yield Mistake(1, name, "kolom ini tidak ada (missing)")
    for name in names:
        if name not in COLUMNS:
            yield Mistake(1, name[:40], f"tidak dikenal; yang dikenal: {', '.join(COLUMNS)} (unknown column)")


@dataclass
class _Reading:
    """A file, half read."""

    known: Directory
    subjects: Mapping[str, str]
    bodies: dict[str, Agency]
    rows: dict[str, int]
    competences: dict[str, Sequence[Competence]]
    mistakes: list[Mistake]

    def take(self, row: int, cells: Mapping[Any, Any]) -> None:
        if None in cells or None in cells.values():
            self.mistakes.append(Mistake(row, COLUMNS[0], "jumlah sel tidak sama dengan judul (wrong number of cells)"))
            return
        given: dict[str, str] = {name: text.strip() for name, text in cells.items()}
        if not any(given.values()):
            return  # spreadsheets leave empty rows behind
        code = given["code"]
        if code in self.rows:
            self.mistakes.append(Mistake(row, "code", f"sama dengan baris {self.rows[code]} (a row repeated)"))
            return
        self.rows[code] = row
        try:
            self.bodies[code] = self._body(code, given)
        except _CellError as error:
            self.mistakes.append(Mistake(row, error.column, str(error)))
        if "competences" in given:
            self.competences[code] = list(self._competences(row, code, given["competences"]))

    def _body(self, code: str, given: Mapping[str, str]) -> Agency:
        known = self.known.get(code)
        if known is None:
            body = Agency(code, given["name"], _word(given, "kind", AgencyKind))
        elif "kind" in given:
            body = replace(known, name=given["name"], kind=_word(given, "kind", AgencyKind))
        else:
            body = replace(known, name=given["name"])
        # A file only adds names: it may be older than one that somebody has added since, or than the body's new name.
        changes: dict[str, Any] = {"aliases": merged(body.aliases, _items(given.get("aliases", "")))}
        if "short_name" in given:
            changes["short_name"] = given["short_name"]
        for column in ("parent_code", "region_code"):
            if column in given:
                changes[column] = given[column] or None
        if given.get("status"):
            changes["status"] = _word(given, "status", AgencyStatus)
        if "successor_codes" in given:
            changes["successor_codes"] = _items(given["successor_codes"])
        if "verifies_itself" in given:
            changes["verifies_itself"] = _yes_or_no(given)
        return replace(body, **changes)

    def _competences(self, row: int, code: str, cell: str) -> Iterator[Competence]:
        for item in _items(cell):
            subject, _, region_code = item.partition("@")
            if subject not in self.subjects:
                what = f"{subject}: bukan kode topik atau kategori (no topic or category)"
                self.mistakes.append(Mistake(row, "competences", what))
            elif region_code and (wrong := fault_of_region(region_code)):
                self.mistakes.append(Mistake(row, "competences", f"{region_code}: {wrong}"))
            else:
                yield Competence(subject, code, region_code)


class _CellError(ValueError):
    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


def _word(given: Mapping[str, str], column: str, vocabulary: type[StrEnum]) -> Any:
    try:
        return vocabulary(given.get(column, ""))
    except ValueError:
        raise _CellError(column, f"harus salah satu dari {', '.join(vocabulary)} (must be one of these)") from None


def _yes_or_no(given: Mapping[str, str]) -> bool:
    text = given["verifies_itself"].lower()
    if text not in (*_YES, *_NO):
        raise _CellError("verifies_itself", "harus ya atau tidak, true atau false (must be true or false)")
    return text in _YES


def _items(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split("|") if item.strip())


def _competence_in_words(one: Competence) -> str:
    return f"{one.subject}@{one.region_code}" if one.region_code else one.subject
