"""How long the first page of a search takes among a million public reports, on both databases."""

import random
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from lapor_chassis.transactions import Transactions
from lapor_contracts.regions import RegionKind, regions
from lapor_contracts.vocabulary import Kind, Status
from lapor_launcher.bench.stand import both_databases, percentiles, report
from lapor_launcher.bench.subjects import SUBJECTS, street
from lapor_tracking import store
from lapor_tracking.domain.listing import Listing, index_terms, received_on
from lapor_tracking.http.search import Order, ReadingRoom

#: Written in one transaction.
_BATCH = 5_000
_ASKED = 40
_BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
_DAYS = 600
#: A fifth of all reports is from one city, as it is where one city hands its own in.
_ONE_CITY, _ITS_SHARE = "35.78", 0.2
_KINDS = (*[Kind.COMPLAINT] * 8, Kind.ASPIRATION, Kind.INFORMATION_REQUEST)
_STATES = (*[Status.CLOSED] * 7, Status.IN_PROGRESS, Status.ROUTED, Status.REOPENED)
_DETAILS = """kemarin malam tetangga anak sekolah hujan deras motor mobil warga pagi pasar masjid kantor tukang pagar
    pintu kebun rumah toko takut lewat bahaya parah petugas datang janji keluhan telepon tunggu"""


def measure(*, reports: int, as_json: bool) -> None:
    """Print for each sort of question how long its first page takes."""
    figures: dict[str, object] = {"reports": reports}
    with tempfile.TemporaryDirectory() as folder, both_databases("tracking", store.metadata, Path(folder)) as databases:
        for name, transactions in databases.items():
            before = time.perf_counter()
            _fill(transactions, reports)
            figures[f"{name}_write_ms_per_report"] = round(1000 * (time.perf_counter() - before) / reports, 3)
            print(f"{reports} reports are in {name}", flush=True)
            for sort, ask in _questions().items():
                figures[f"{name}: {sort}"] = percentiles(_seconds(transactions, ask))
    report(figures, as_json=as_json)


def _questions() -> Mapping[str, Callable[[random.Random], dict[str, Any]]]:
    """Sorts of questions; those with chance in them ask another thing each time."""
    words = [subject.title for subject in SUBJECTS]

    def fixed(**asked: Any) -> Callable[[random.Random], dict[str, Any]]:
        return lambda _: asked

    return {
        "newest": fixed(),
        "body": lambda chance: {"agency_code": f"PEMDA-{chance.choice(_cities())}"},
        "large body": fixed(agency_code=f"PEMDA-{_ONE_CITY}"),
        "province": lambda chance: {"region_code": chance.choice(_cities())[:2]},
        "regency": lambda chance: {"region_code": chance.choice(_cities())},
        "topic": fixed(category="LK08"),
        "kind": fixed(kind=Kind.ASPIRATION),
        "state": fixed(status=Status.REOPENED),
        "days": _days,
        "common word": lambda chance: {"q": chance.choice(words).split()[0]},
        "common words": lambda chance: {"q": chance.choice(words)},
        "common words never together": fixed(q="lampu komite"),
        "street": lambda chance: {"q": street(chance.randrange(140))},
        "rare word": lambda chance: {"q": f"nomor {chance.randrange(90_000)}"},
        "no such word": fixed(q="xylofon"),
        "words, regency": lambda chance: {"q": chance.choice(words), "region_code": chance.choice(_cities())},
        "word, kind, state, days": lambda chance: {
            "q": chance.choice(words).split()[0], "kind": Kind.ASPIRATION, "status": Status.REOPENED, **_days(chance),
        },
        "common word, best match": lambda chance: {"q": chance.choice(words).split()[0], "order": Order.RELEVANCE},
        "street, best match": lambda chance: {"q": f"jalan {street(chance.randrange(140))}", "order": Order.RELEVANCE},
    }  # fmt: skip


def _days(chance: random.Random) -> dict[str, date]:
    first = (_BEGUN + timedelta(days=chance.randrange(_DAYS))).date()
    return {"since": first, "until": first + timedelta(days=chance.randrange(40))}


def _seconds(transactions: Transactions, ask: Callable[[random.Random], dict[str, Any]]) -> list[float]:
    chance, room, lasted = random.Random(17), ReadingRoom(transactions), []  # noqa: S311
    for _ in range(_ASKED + 1):
        query = {"limit": 25, "order": Order.NEWEST, **ask(chance)}
        before = time.perf_counter()
        room.look(query)
        lasted.append(time.perf_counter() - before)
    return lasted[1:]  # a server that runs has its dictionaries and connections at hand


def _fill(transactions: Transactions, count: int) -> None:
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        with transactions.begin() as tx:
            tx.write(store.listings, [_row(number, count) for number in numbers])
    with transactions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


@cache
def _cities() -> list[str]:
    return [region.code for region in regions().values() if region.kind is not RegionKind.PROVINCE]


def _row(number: int, count: int) -> dict[str, Any]:
    """The report of this number, of so many in 600 days."""
    chance = random.Random(number)  # noqa: S311
    subject = SUBJECTS[chance.randrange(len(SUBJECTS))]
    city = _ONE_CITY if chance.random() < _ITS_SHARE else chance.choice(_cities())
    body = (
        f"{subject.sentence}Di Jalan {street(chance.randrange(200))} nomor {number % 90_000}. "
        f"{' '.join(chance.choices(_DETAILS.split(), k=12)).capitalize()}."
    )
    received_at = _BEGUN + timedelta(days=_DAYS * number / count)
    digits = f"{number:012}"
    listing = Listing(
        tracking_id=f"{digits[:4]}-{digits[4:8]}-{digits[8:]}",
        title=subject.title,
        excerpt=body,
        kind=chance.choice(_KINDS),
        status=chance.choice(_STATES),
        agency_code=f"PEMDA-{city}",
        agency_name=f"Pemerintah {regions()[city].name}",
        region_code=city,
        category=f"LK{chance.randrange(38):02}.{chance.randrange(20):03}",
        category_name="Topik",
        received_at=received_at,
        changed_at=received_at + timedelta(days=3),
    )
    shown = {name: getattr(listing, name) for name in Listing.__slots__ if name not in ("number", "terms")}
    return shown | {
        "report_id": uuid7(),
        "listed_at": listing.changed_at,
        "received_day": received_on(listing).toordinal(),
        "terms": index_terms(listing, body),
    }
