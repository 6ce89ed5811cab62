"""Files of reports: what their columns mean, row by row. Pure: lines of a CSV file in, values or reasons out.

Two forms are known by their header: our own, and what administrators of the real LAPOR! export. The latter's columns
are as public programs that read such files name them; what is assumed of each stands in docs/operations.md.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import marshmallow as ma

from lapor_contracts.fields import FORBIDDEN, ChannelField, Line
from lapor_contracts.regions import region_called
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Channel, Kind
from lapor_intake.domain import Submission
from lapor_intake.schemas import FlatReport, submission_of_flat

LONGEST_TITLE, LONGEST_PLACE = 140, 300

#: The export of LAPOR!, in its order, and the column of ours that each fills. Later columns (ratings) are passed over.
EXPORT: Mapping[str, str | None] = {
    "Tracking ID": "key",
    "Tanggal Laporan Masuk": None,  # when it was reported: the day on which it happened is not in the export
    "Waktu Laporan Masuk": None,
    "Nama Pelapor": "name",
    "Klasifikasi Laporan": "kind",
    "ID Kategori": None,
    "Kategori": "category",
    "Judul Laporan": "title",
    "Isi Laporan Awal": "body",  # in the reporter's own words
    "Isi Laporan Akhir": None,  # as an administrator rewrote it
    "Tipe Laporan (Anonim/Rahasia)": "anonymous",  # and ``secret``
    "Sumber Laporan": "channel",
    "Instansi Induk": None,
    "ID Instansi Terdisposisi": None,
    "Instansi Terdisposisi": "agency",
    "Status Laporan": None,  # refused where it is at its end
    "Alasan Tunda/Arsip": None,
    "Provinsi": "region_code",
    "Kota/Kabupaten": "region_code",
    "Kecamatan": "place",
    "Kelurahan": "place",
}

#: Beginnings of words in the export, in small letters, and what they are here. What fits none is the last.
_KINDS = {"aspirasi": Kind.ASPIRATION, "permintaan": Kind.INFORMATION_REQUEST, "": Kind.COMPLAINT}
_CHANNELS = {
    "web": Channel.WEB,
    "situs": Channel.WEB,
    "android": Channel.APP,
    "ios": Channel.APP,
    "mobile": Channel.APP,
    "aplikasi": Channel.APP,
    "sms": Channel.SMS,
    "twitter": Channel.X,
    "facebook": Channel.FACEBOOK,
    "instagram": Channel.INSTAGRAM,
    "whatsapp": Channel.WHATSAPP,
    "email": Channel.EMAIL,
    "surel": Channel.EMAIL,
    "surat": Channel.LETTER,
    "telepon": Channel.TELEPHONE,
    "tatap": Channel.COUNTER,
    "": Channel.PARTNER,
}
_AT_ITS_END = ("ditutup", "selesai", "diarsip", "arsip", "digabung", "dihapus")
_AS_THEY_ARE = ("key", "body", "agency", "category")
_SAID = {"ya": "true", "tidak": "false"}
_NOBODY = frozenset({"", "-", "anonim", "anonymous", "rahasia", "pelapor"})


class RowSchema(FlatReport):
    """A row in our own columns. What is left empty counts as not given."""

    class Meta:
        exclude = ("attachments",)
        unknown = ma.EXCLUDE  # files have other columns too

    channel = field_of(ChannelField)
    address = field_of(Line)


@dataclass(frozen=True)
class Row:
    """A row that can be read."""

    line: int
    values: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken; the reason holds nothing of it."""

    line: int
    reason: str


class NoHeaderError(ValueError):
    """The file begins with no row of columns that we know."""


@dataclass(frozen=True)
class Form:
    """How a file is written."""

    name: str
    separator: str
    columns: tuple[str, ...]
    lines_above: int
    """Before the header: the export says there whose it is."""


def form_of(head: Sequence[str]) -> Form:
    """The form of a file that begins with these lines, or `NoHeaderError`."""
    for number, line in enumerate(head):
        for separator in ",;\t":
            columns = tuple(name.strip() for name in next(csv.reader([line], delimiter=separator), []))
            if "body" in columns:
                return Form("import", separator, columns, number)
            if {"Tracking ID", "Isi Laporan Awal"} <= {*columns}:
                return Form("lapor", separator, columns, number)
    raise NoHeaderError("no row of column names: `body` at least, or the columns of LAPOR!'s own export")


def rows(lines: Iterable[str], form: Form) -> Iterator[Row | Refused]:
    """All rows of a file, one after the other; ``lines`` begin at its very beginning."""
    above = form.lines_above + 1
    reader = csv.reader(islice(lines, above, None), delimiter=form.separator)
    schema, cells_of = RowSchema(), _exported if form.name == "lapor" else _own
    while True:
        line = above + reader.line_num + 1
        try:
            written = next(reader)
            if not any(map(str.strip, written)):
                continue
            cells = {name: FORBIDDEN.sub("", cell).strip() for name, cell in zip(form.columns, written, strict=False)}
            given = {name: value for name, value in cells_of(cells).items() if value not in ("", None)}
            yield Row(line, schema.load(given))
        except StopIteration:
            return
        except csv.Error:
            yield Refused(line, "Baris ini tidak dapat dibaca. (This row cannot be read.)")
        except ma.ValidationError as error:
            yield Refused(line, _said(error.normalized_messages()))
        except AtItsEndError:
            yield Refused(line, "Status Laporan: sudah selesai atau diarsipkan. (It is at its end already.)")


def submission(values: Mapping[str, Any], *, source: str, key: str) -> Submission:
    """The report that a row is; ``key`` is for rows that have none."""
    return submission_of_flat({"channel": Channel.PARTNER, **values}, key=key, source=source)


class AtItsEndError(Exception):
    """A report with which nothing is left to be done: taken in it would be open again."""


def _own(cells: Mapping[str, str]) -> Mapping[str, Any]:
    yes_or_no = {name: _SAID.get(cells.get(name, "").casefold(), cells.get(name)) for name in ("anonymous", "secret")}
    return {**cells, **yes_or_no}


def _exported(cells: Mapping[str, str]) -> Mapping[str, Any]:
    """The cells of the export, in our own columns."""
    if cells.get("Status Laporan", "").casefold().startswith(_AT_ITS_END):
        raise AtItsEndError
    kept_from, name = cells.get("Tipe Laporan (Anonim/Rahasia)", "").casefold(), cells.get("Nama Pelapor", "")
    regency, province = cells.get("Kota/Kabupaten", ""), cells.get("Provinsi", "")
    villages = [cells.get("Kelurahan", ""), cells.get("Kecamatan", ""), regency, province]
    return {
        **{ours: cells.get(theirs, "") for theirs, ours in EXPORT.items() if ours in _AS_THEY_ARE},
        "title": cells.get("Judul Laporan", "")[:LONGEST_TITLE],
        "name": "" if name.casefold() in _NOBODY else name,
        "kind": _beginning(cells.get("Klasifikasi Laporan", ""), _KINDS),
        "channel": _beginning(cells.get("Sumber Laporan", ""), _CHANNELS),
        "anonymous": "anonim" in kept_from,
        "secret": "rahasia" in kept_from,
        "region_code": _region_code(regency) or _region_code(province),
        "place": ", ".join(filter(None, villages))[:LONGEST_PLACE],
    }


def _beginning(text: str, words: Mapping[str, Any]) -> str:
    return next(str(meant) for word, meant in words.items() if text.casefold().startswith(word))


_SHORT = re.compile(r"^kab(\.|\b)\s*(?=\w)", re.IGNORECASE)


def _region_code(name: str) -> str | None:
    region = region_called(_SHORT.sub("kabupaten ", name)) if name else None
    return region.code if region else None


def _said(messages: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in messages.items())
