"""An inbox as a file for a spreadsheet: what there is to do, and nothing of who reported or is named in it."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from lapor_chassis import redaction
from lapor_chassis.cells import harmless
from lapor_contracts.marks import hidden
from lapor_routing.pages import words
from lapor_routing.store import Entry

#: More than this nobody works off in a spreadsheet, and it would take the server too long.
MOST = 20_000

Cell = str | datetime

#: A limit that ends at midnight is still of the day before.
_AN_INSTANT = timedelta(seconds=1)

#: Of a secret report the file says no more than that there is one. What somebody wrote is not in it at all.
COLUMNS: Mapping[str, Callable[[Entry], Any]] = {
    "Nomor laporan": lambda one: one.tracking_id,
    "Judul": lambda one: "" if one.secret else hidden(one.title, redaction.find(one.title)),
    "Jenis": lambda one: words.KINDS[one.kind][0],
    "Kategori": lambda one: one.category or "",
    "Wilayah": lambda one: words.region_name(one.region_code) if one.region_code else "",
    "Unit": lambda one: one.agency_name,
    "Kode unit": lambda one: one.agency_code or "",
    "Peran": lambda one: "Ikut menangani" if one.co_owner else "Penanggung jawab",
    "Keadaan": lambda one: words.STATES[one.state][0],
    "Diterima unit": lambda one: one.assigned_at,
    "Tenggat": lambda one: one.due_at and one.due_at - _AN_INSTANT,
    "Jawaban terakhir": lambda one: one.answered_at,
    "Pelapor menanggapi": lambda one: one.replied_at,
    "Mendesak": lambda one: "ya" if one.urgent else "",
    "Berkadar pengawasan": lambda one: "ya" if one.supervised else "",
    "Rahasia": lambda one: "ya" if one.secret else "",
}


def as_csv(entries: Iterable[Entry], zone: ZoneInfo) -> bytes:
    """With a mark at its head, by which spreadsheets know the encoding."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_written(cell) for cell in row] for row in _rows(entries, zone))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(entries: Iterable[Entry], zone: ZoneInfo) -> bytes:
    """A workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Kotak masuk")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for row in _rows(entries, zone):
        sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _rows(entries: Iterable[Entry], zone: ZoneInfo) -> Iterator[list[Cell]]:
    for entry in entries:
        yield [_cell(column(entry), zone) for column in COLUMNS.values()]


def _cell(value: Any, zone: ZoneInfo) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return harmless("" if value is None else str(value))


def _written(cell: Cell) -> str:
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell
