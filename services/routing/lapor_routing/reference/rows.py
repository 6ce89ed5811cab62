"""Reads a CSV file of the reference data, and says exactly where it is wrong."""

import csv
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)

#: The files that come with the service.
SHIPPED: Traversable = files("lapor_routing") / "data"


class ReferenceDataError(ValueError):
    """A file of the reference data is wrong; the text names file, row and column."""


class Row:
    """One row of a file; knows where it stands."""

    def __init__(self, file: str, number: int, cells: dict[str, str]) -> None:
        self.file = file
        self.number = number
        self._cells = cells

    def text(self, column: str, *, required: bool = False) -> str:
        """The cell without outer blanks."""
        value = self._cells.get(column)
        if value is None:
            raise self.wrong(column, "is missing")
        if required and not value.strip():
            raise self.wrong(column, "is empty")
        return value.strip()

    def items(self, column: str) -> tuple[str, ...]:
        """The cell as a list; its items are separated by vertical bars."""
        return tuple(item.strip() for item in self.text(column).split("|") if item.strip())

    def word(self, column: str, vocabulary: type[Word]) -> Word:
        """The cell as a word of a fixed list."""
        value = self.text(column, required=True)
        try:
            return vocabulary(value)
        except ValueError:
            raise self.wrong(column, f"is {value!r}, not one of {', '.join(vocabulary)}") from None

    def wrong(self, column: str, what: str) -> ReferenceDataError:
        """The error that points here."""
        return ReferenceDataError(f"{self.file}, row {self.number}, column {column}: {what}")


def read(name: str, folder: Traversable = SHIPPED) -> Iterator[Row]:
    """The rows of a file, numbered as a spreadsheet shows them: the header is row 1."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    for number, cells in enumerate(csv.DictReader(lines), start=2):
        row = Row(name, number, cells)
        if None in cells:
            raise row.wrong("after the last", "holds a cell too many")
        yield row
