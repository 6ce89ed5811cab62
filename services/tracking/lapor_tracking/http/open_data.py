"""Open data: each day's public reports as files, feeds of the newest, and counts in which nobody can be found."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import marshmallow as ma
import orjson
from flask import Response, request
from marshmallow import fields

from lapor_chassis.cells import harmless
from lapor_chassis.web import Blueprint, PageBlueprint, Problem, StrictSchema
from lapor_contracts.regions import regions
from lapor_tracking import store
from lapor_tracking.domain.listing import Listing, Question, received_on
from lapor_tracking.domain.statistics import ZONE, Grouping, rounded
from lapor_tracking.domain.suppression import told
from lapor_tracking.http.feeds import Feed, Form, written
from lapor_tracking.http.search import ReadingRoom, region_name
from lapor_tracking.http.statistics import MONTH, named
from lapor_tracking.words import Words

#: So many reports are in a feed.
_NEWEST = 50
#: None is a part of another: what is put together in one could be found in the other.
GROUPINGS = (Grouping.AGENCY, Grouping.PROVINCE, Grouping.TOPIC, Grouping.CHANNEL, Grouping.KIND)


class Format(StrEnum):
    """Of a day's file."""

    CSV = "csv"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        """As it is told to browsers."""
        return "text/csv; charset=utf-8; header=present" if self is Format.CSV else "application/jsonl; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the files. Nothing is in them that is not here."""

    name: str
    means: Words
    of: Callable[[Listing, str], str | None]
    """Its value; it gets the address under which all pages are."""


DICTIONARY = (
    Column(
        name="tracking_id",
        means=Words("Nomor laporan", "Tracking ID"),
        of=lambda one, _: one.tracking_id,
    ),
    Column(
        name="title",
        means=Words("Judul tanpa data pribadi", "Title without personal data"),
        of=lambda one, _: one.title,
    ),
    Column(
        name="kind",
        means=Words(
            "Jenis: complaint (pengaduan), aspiration (aspirasi), information_request (permintaan informasi)",
            "Kind of report",
        ),
        of=lambda one, _: one.kind,
    ),
    Column(
        name="status",
        means=Words(
            "Status sekarang: verified, routed, in_progress, reporter_replied, reopened, closed, referred",
            "Where it stands now",
        ),
        of=lambda one, _: one.status,
    ),
    Column(
        name="agency_code",
        means=Words("Kode instansi yang memegang laporan, atau terakhir memegangnya", "The body that holds or held it"),
        of=lambda one, _: one.agency_code,
    ),
    Column(
        name="agency_name",
        means=Words("Nama instansi itu", "Its name"),
        of=lambda one, _: one.agency_name,
    ),
    Column(
        name="region_code",
        means=Words(
            "Kode wilayah Kemendagri, paling rinci kabupaten atau kota", "Region, to the regency or city at most"
        ),
        of=lambda one, _: _regency(one.region_code),
    ),
    Column(
        name="region_name",
        means=Words("Nama wilayah itu", "Its name"),
        of=lambda one, _: region_name(one.region_code),
    ),
    Column(
        name="category",
        means=Words("Kode topik", "Topic"),
        of=lambda one, _: one.category if one.category_name else None,
    ),
    Column(
        name="category_name",
        means=Words("Nama topik", "Its name"),
        of=lambda one, _: one.category_name or None,
    ),
    Column(
        name="received_on",
        means=Words("Tanggal diterima, waktu Jakarta", "Day of receipt, in Jakarta"),
        of=lambda one, _: f"{received_on(one)}",
    ),
    Column(
        name="changed_on",
        means=Words("Tanggal status terakhir berubah, waktu Jakarta", "Day of the last change of its status"),
        of=lambda one, _: f"{one.changed_at.astimezone(ZONE).date()}",
    ),
    Column(
        name="page",
        means=Words("Halaman laporan, dengan isi dan perjalanannya", "Its page, with its text and timeline"),
        of=lambda one, base: f"{base}/lacak/{one.tracking_id}",
    ),
)


def _regency(code: str | None) -> str | None:
    return code and code[:5]


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where open data is taken from: the API, the files and the feeds stand on the same one."""

    room: ReadingRoom
    public_url: str
    least: int
    licence: str

    @property
    def base(self) -> str:
        """The address under which all pages are."""
        return self.public_url.rstrip("/")

    def today(self) -> date:
        """In Jakarta."""
        return self.room.transactions.clock.now().astimezone(ZONE).date()

    def file(self, day: date, form: Format) -> bytes:
        """The public reports that came in on a day that is over, as they stand now."""
        if not date(2000, 1, 1) <= day < self.today():
            raise Problem(404)
        with self.room.transactions.read() as connection:
            found = store.listings_of(connection, day)
        rows = ({column.name: column.of(one, self.base) for column in DICTIONARY} for one in found)
        return _csv(rows) if form is Format.CSV else b"".join(orjson.dumps(row) + b"\n" for row in rows)

    def feed(self, title: str, path: str, question: Question, page: str, form: Form) -> bytes:
        """The newest public reports that fit."""
        with self.room.transactions.read() as connection:
            found = store.find_listings(connection, question, before=None, limit=_NEWEST)
        return written(
            Feed(
                title=f"LAPOR! · {title}",
                address=f"{self.base}{path}",
                page=f"{self.base}{page}",
                reports=[(f"{self.base}/lacak/{one.tracking_id}", one) for one in found],
            ),
            form,
        )

    def counts(self, month: str) -> dict[str, Any]:
        """How many reports came in, secret ones too, in each way of grouping them.

        The public ones can be counted in the files: what an exact count has more would be the secret ones.
        """
        with self.room.transactions.read() as connection:
            found = {by: store.received(connection, by, month) for by in (Grouping.ALL, *GROUPINGS)}
        total = sum(count for _, _, count in found.pop(Grouping.ALL))
        groups = [_group(by, rows, total, self.least) for by, rows in found.items()]
        told_total = rounded(total) if total >= self.least else None
        return {"month": month, "least": self.least, "total": told_total, "groups": groups}


def _group(by: Grouping, rows: Sequence[tuple[str, str | None, int]], total: int, least: int) -> dict[str, Any]:
    names = {value: named(by, value, name) for value, name, _ in rows}
    tell = told({value: count for value, _, count in rows}, total, least)
    # In an order of their own: that of the exact counts would tell more.
    reports = sorted(
        ((value, rounded(count)) for value, count in tell.shown.items()), key=lambda one: (-one[1], one[0])
    )
    items = [{"value": value, "name": names[value], "reports": count} for value, count in reports]
    return {"by": by, "items": items, "others": tell.others if tell.others is None else rounded(tell.others)}


def _csv(rows: Iterable[Mapping[str, str | None]]) -> bytes:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, [column.name for column in DICTIONARY], lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: text and harmless(text) for name, text in row.items()})
    return lines.getvalue().encode()


def fresh(body: bytes, media_type: str) -> Response:
    """A public answer that may be kept, but only as long as asking again says that it is still so.

    No date goes with it: a report that leaves makes nothing newer, and would stay with whoever asks by date.
    """
    response = Response(body, content_type=media_type)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.no_cache = True
    response.cache_control.public = True
    response.make_conditional(request)
    return response


class MonthQuery(StrictSchema):
    """Which month."""

    month = fields.String(required=True, validate=MONTH, metadata={"description": "Such as 2026-01."})


class CountSchema(ma.Schema):
    """How many reports."""

    value = fields.String()
    name = fields.String()
    reports = fields.Integer()


class GroupSchema(ma.Schema):
    """One way of grouping the month's reports."""

    by = fields.Enum(Grouping, by_value=True)
    items = fields.List(fields.Nested(CountSchema))
    others = fields.Integer(
        allow_none=True, metadata={"description": "All others together, with those that belong nowhere."}
    )


class CountsSchema(ma.Schema):
    """A month's reports, counted in several ways; each number is rounded to a multiple of five."""

    month = fields.String()
    least = fields.Integer(metadata={"description": "Fewer are not told by themselves."})
    total = fields.Integer(allow_none=True)
    groups = fields.List(fields.Nested(GroupSchema))


def blueprint(shelf: Shelf) -> Blueprint:
    """The API."""
    api = Blueprint("open-data", description="Counts of all reports, in which nobody can be found")

    @api.route("/api/v1/open-data/statistics")
    @api.arguments(MonthQuery, location="query")
    @api.response(200, CountsSchema)
    def statistics(query: Mapping[str, str]) -> dict[str, Any]:
        """How many reports came in in a month, by body, province, topic, channel and kind."""
        return shelf.counts(query["month"])

    return api


def files(shelf: Shelf) -> PageBlueprint:
    """The files: no API, as each has a form of its own."""
    page = PageBlueprint("data_files", __name__)

    @page.route("/data/laporan/<day>.<any(csv, jsonl):form>")
    def day(day: str, form: str) -> Response:
        try:
            wanted = date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else None
        except ValueError:
            wanted = None
        if wanted is None:
            raise Problem(404)
        response = fresh(shelf.file(wanted, Format(form)), Format(form).media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="laporan-{wanted}.{form}"'
        return response

    @page.route("/data/kamus.json")
    def dictionary() -> Response:
        columns = [{"name": one.name, "id": one.means.id, "en": one.means.en} for one in DICTIONARY]
        return fresh(orjson.dumps({"licence": shelf.licence, "columns": columns}), "application/json")

    return page


def feeds(shelf: Shelf) -> PageBlueprint:
    """The feeds."""
    page = PageBlueprint("feeds", __name__)

    @page.route("/umpan/laporan.<any(atom, rss):form>")
    def newest(form: str) -> Response:
        return _fed("Laporan publik", Question(), "/laporan", Form(form))

    @page.route("/umpan/instansi/<path:code>.<any(atom, rss):form>")
    def of_body(code: str, form: str) -> Response:
        with shelf.room.transactions.read() as connection:
            name = store.label_of(connection, Grouping.AGENCY, code)
        if name is None:
            raise Problem(404)
        return _fed(name, Question(agency_code=code), f"/laporan?agency_code={code}", Form(form))

    @page.route("/umpan/wilayah/<code>.<any(atom, rss):form>")
    def of_region(code: str, form: str) -> Response:
        if code not in regions():
            raise Problem(404)
        return _fed(regions()[code].name, Question(region_code=code), f"/laporan?region_code={code}", Form(form))

    def _fed(title: str, question: Question, address: str, form: Form) -> Response:
        return fresh(shelf.feed(title, request.path, question, address, form), form.media_type)

    return page
