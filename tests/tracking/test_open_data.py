"""Open data: files of each day, feeds, and counts. Only what is public is in them, and secret reports are counted."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from xml.etree import ElementTree as Xml

import orjson
import pytest

from lapor_contracts.vocabulary import Kind
from lapor_tracking import service
from lapor_tracking.http.feeds import Feed, Form, written
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import CANARY, Case, later
from tests.tracking.test_listings import SEALED, Square

SERVICE = service

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def square(stage: Stage) -> Square:
    """With tracking on a stage."""
    return Square(stage)


def days_later(stage: Stage, days: int = 1) -> None:
    """So many days go by, and the lists and counts are kept up."""
    stage.clock.advance(days=days)
    stage.run("list_reports")
    stage.run("count_anew")


def test_a_days_file_holds_the_public_reports_that_came_in_on_it(square: Square, stage: Stage) -> None:
    case = square.tell("Lampu padam", region_code="14.02.01", agency_code="PLN", agency_name="PLN UP3")
    square.tell("Besoknya", hours=24)
    days_later(stage, 3)

    lines = stage.client.get("/data/laporan/2026-01-07.jsonl").data.splitlines()
    rows = list(csv.DictReader(io.StringIO(stage.client.get("/data/laporan/2026-01-07.csv").text)))

    expected = {
        "tracking_id": case.tracking_id,
        "title": "Lampu padam",
        "kind": "complaint",
        "status": "routed",
        "agency_code": "PLN",
        "agency_name": "PLN UP3",
        "region_code": "14.02",
        "region_name": "Kabupaten Indragiri Hulu",
        "category": None,
        "category_name": None,
        "received_on": "2026-01-07",
        "changed_on": "2026-01-07",
        "page": f"http://127.0.0.1:8000/lacak/{case.tracking_id}",
    }
    assert [orjson.loads(line) for line in lines] == [expected]
    assert rows == [{name: value or "" for name, value in expected.items()}]


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("Lampu;=1+1;x", "Lampu;'=1+1;x"),
        ("Lampu padam; gelap - 2 minggu", "Lampu padam; gelap - 2 minggu"),
    ],
    ids=["at its beginning", "where semicolons part cells", "no formula"],
)
def test_a_title_is_no_formula_for_a_spreadsheet(square: Square, stage: Stage, title: str, told: str) -> None:
    square.tell(title)
    days_later(stage)

    (row,) = csv.DictReader(io.StringIO(stage.client.get("/data/laporan/2026-01-07.csv").text))

    assert row["title"] == told


@pytest.mark.parametrize("day", ["2026-01-08", "2027-01-01", "1999-12-31", "2026-02-30", "x", "2026-1-7", "0000-00-00"])
def test_a_day_that_is_not_over_and_one_that_never_was_have_no_file(stage: Stage, day: str) -> None:
    stage.clock.advance(days=1)

    assert stage.client.get(f"/data/laporan/{day}.csv").status_code == 404


ADDRESSES = ("/data/laporan/2026-01-07.csv", "/umpan/laporan.atom", "/umpan/wilayah/14.02.rss")


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_did_not_change_is_not_sent_again_and_what_left_is_gone_at_once(
    square: Square, stage: Stage, address: str
) -> None:
    case = square.tell(f"Judul {CANARY}", region_code="14.02")
    days_later(stage)
    first = stage.client.get(address)
    unchanged = stage.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    stage.hear(builders.verified(report_id=case.report_id, verified_at=later(9), secret=True))

    changed = stage.client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert CANARY in first.text
    assert "no-cache" in first.headers["Cache-Control"]
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200
    assert CANARY not in changed.text


def test_feeds_of_a_body_and_of_a_region_hold_their_newest_reports(square: Square, stage: Stage) -> None:
    body: dict[str, Any] = {"agency_code": "PEMDA-14.02/DISHUB", "agency_name": "Dinas <Perhubungan> & Co"}
    square.tell("Satu", region_code="14.02", **body)
    case = square.tell("Dua <&> \ufffe", "Isi <b>.", region_code="31.74", **body)
    square.tell("Tiga")
    days_later(stage)

    atom = Xml.fromstring(stage.client.get("/umpan/instansi/PEMDA-14.02/DISHUB.atom").data)
    rss = Xml.fromstring(stage.client.get("/umpan/wilayah/31.rss").data)

    titles = [title.text for title in atom.iter(f"{ATOM}title")]
    assert titles == ["LAPOR! · Dinas <Perhubungan> & Co", "Dua <&> ", "Satu"]
    assert {one.tag.removeprefix(ATOM) for one in atom} == {"id", "title", "updated", "author", "link", "entry"}
    page = f"http://127.0.0.1:8000/lacak/{case.tracking_id}"
    assert atom.findtext(f"{ATOM}entry/{ATOM}id") == page
    (item,) = rss.iter("item")
    assert [item.findtext(name) for name in ("title", "guid")] == ["Dua <&> ", page]
    assert parsedate_to_datetime(item.findtext("pubDate") or "") == later(0)


def test_what_people_write_is_no_markup_for_readers_of_feeds(square: Square, stage: Stage) -> None:
    square.tell("Lampu", 'Isi <img src="https://elsewhere.example/x.gif">.')

    rss = Xml.fromstring(stage.client.get("/umpan/laporan.rss").data)
    atom = Xml.fromstring(stage.client.get("/umpan/laporan.atom").data)

    assert rss.findtext("channel/item/description") == 'Isi &lt;img src="https://elsewhere.example/x.gif"&gt;.'
    assert atom.findtext(f"{ATOM}entry/{ATOM}summary") == 'Isi <img src="https://elsewhere.example/x.gif">.'  # as text


def test_feeds_of_both_forms_are_right_when_many_ask_at_once() -> None:
    feed = Feed(title="Laporan publik", address="https://lapor.example/umpan", page="https://lapor.example", reports=[])

    with ThreadPoolExecutor(8) as readers:
        written_feeds = list(readers.map(partial(written, feed), [Form.ATOM, Form.RSS] * 1_000))

    assert {Xml.fromstring(one).tag for one in written_feeds[::2]} == {f"{ATOM}feed"}
    assert {Xml.fromstring(one).tag for one in written_feeds[1::2]} == {"rss"}


@pytest.mark.parametrize("address", ["/umpan/wilayah/99.atom", "/umpan/instansi/TIDAK-ADA.rss", "/umpan/laporan.xml"])
def test_of_what_does_not_exist_there_is_no_feed(stage: Stage, address: str) -> None:
    assert stage.client.get(address).status_code == 404


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_in_which_nothing_stands_yet_is_a_feed(stage: Stage, form: str) -> None:
    assert Xml.fromstring(stage.client.get(f"/umpan/laporan.{form}").data) is not None


def test_secret_reports_are_counted_and_small_counts_are_not_told(square: Square, stage: Stage) -> None:
    for number in range(7):
        square.tell(f"Umum {number}", agency_code="PLN", agency_name="PLN")
    for number in range(6):
        square.tell(f"Rahasia {number}", secret=True, agency_code="PDAM", agency_name="PDAM")
    square.tell("Satu", kind=Kind.ASPIRATION, agency_code="KPK", agency_name="KPK")
    square.tell("Tertutup", secret=True, sealed=SEALED, agency_code="BPK", agency_name="BPK")
    days_later(stage)

    told = stage.client.get("/api/v1/open-data/statistics?month=2026-01").json

    groups = {group["by"]: group for group in told["groups"]}
    assert told["total"] == 15
    assert groups["agency"]["items"] == [{"value": "PLN", "name": "PLN", "reports": 5}]
    assert groups["agency"]["others"] == 10
    assert groups["kind"] == {"by": "kind", "items": [], "others": 15}
    assert "KPK" not in str(told)


def test_whoever_subtracts_the_public_reports_does_not_find_a_single_secret_one(square: Square, stage: Stage) -> None:
    body: dict[str, Any] = {"agency_code": "PLN", "agency_name": "PLN", "region_code": "14.02"}
    address = "/api/v1/open-data/statistics?month=2026-01"
    for number in range(6):
        square.tell(f"Umum {number}", **body)
    days_later(stage)
    public = stage.client.get(address).json

    square.tell("Rahasia", secret=True, **body)
    days_later(stage)

    assert stage.client.get(address).json == public
    assert [group["items"][0]["reports"] for group in public["groups"] if group["by"] == "agency"] == [5]


def test_of_a_month_with_hardly_a_report_nothing_is_told(square: Square, stage: Stage) -> None:
    square.tell("Satu")
    days_later(stage)

    told = stage.client.get("/api/v1/open-data/statistics?month=2026-01").json

    assert told["total"] is None
    assert all(group["items"] == [] and group["others"] is None for group in told["groups"])


def test_nothing_of_what_is_secret_is_in_any_of_it(case: Case, stage: Stage) -> None:
    case.told(secret=True)
    days_later(stage)

    for address in (*ADDRESSES, "/data/laporan/2026-01-07.jsonl", "/umpan/laporan.rss", "/data", "/data/kamus.json"):
        shown = stage.client.get(address)
        assert shown.status_code == 200
        assert case.tracking_id not in shown.text
        assert CANARY not in shown.text


def test_the_page_says_what_each_column_means(stage: Stage) -> None:
    page = stage.client.get("/data").text
    dictionary = stage.client.get("/data/kamus.json").json

    assert [column["name"] for column in dictionary["columns"] if f"<code>{column['name']}</code>" not in page] == []
    assert dictionary["licence"] in page


def test_search_engines_keep_no_reports(stage: Stage) -> None:
    assert "Disallow: /lacak/" in stage.client.get("/robots.txt").text
    assert '<meta name="robots" content="noindex' in stage.client.get("/laporan").text


@pytest.mark.parametrize("address", ["/laporan", "/data", *ADDRESSES])
def test_headers_protect_what_everyone_may_open(stage: Stage, address: str) -> None:
    headers = stage.client.get(address).headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
