"""How long it takes to find what a report repeats among a million earlier ones, on both databases."""

import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from uuid_utils.compat import uuid7

from lapor_chassis.transactions import Transactions
from lapor_contracts.events import ReportReceived
from lapor_contracts.regions import RegionKind, regions
from lapor_contracts.vocabulary import Channel, Kind
from lapor_launcher.bench.stand import both_databases, percentiles, report
from lapor_launcher.bench.subjects import SUBJECTS, street
from lapor_verification import store
from lapor_verification.domain.case import Case, State
from lapor_verification.domain.finding import Finding, Outcome
from lapor_verification.domain.redaction import as_given
from lapor_verification.domain.repeats import bands_of, similar, traits_of

_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)

#: Written in one transaction, as a busy day brings them.
_BATCH = 1_000
#: So many reports are looked for.
_ASKED = 300
#: A fifth of all reports is from one city, as it is where one city hands its own in.
_SHARE_OF_ONE_CITY = 0.2

_DETAILS = """kemarin malam tetangga anak sekolah hujan deras motor mobil warga pagi pasar masjid kantor tukang
    pagar pintu kebun rumah toko takut lewat bahaya parah petugas datang janji keluhan telepon tunggu jawaban"""


def measure(*, reports: int, as_json: bool) -> None:
    """Print how long a search takes, and what it takes to keep a report findable."""
    figures: dict[str, object] = {"reports": reports}
    with (
        tempfile.TemporaryDirectory() as folder,
        both_databases("verification", store.metadata, Path(folder)) as databases,
    ):
        seconds = _fill(list(databases.values()), reports)
        print(f"{reports} reports are there", flush=True)
        for (name, transactions), took in zip(databases.items(), seconds, strict=True):
            figures[f"{name}_write_ms_per_report"] = round(1000 * took / reports, 3)
            found, lasted = _search(transactions, reports)
            figures[f"{name}_found"] = round(found / _ASKED, 3)
            figures |= {f"{name}_search_{share}": value for share, value in percentiles(lasted).items()}
    report(figures, as_json=as_json)


def _fill(databases: Sequence[Transactions], count: int) -> list[float]:
    """Write as many reports into each; the seconds that each took."""
    seconds = [0.0] * len(databases)
    for start in range(0, count, _BATCH):
        batch = [_case(_report(number, count)) for number in range(start, min(start + _BATCH, count))]
        traits = {case.report_id: traits_of(case.report) for case in batch}
        signed = {report_id: (each, bands_of(each)) for report_id, each in traits.items()}
        for at, transactions in enumerate(databases):
            before = time.perf_counter()
            with transactions.begin() as tx:
                store.add_cases(tx, batch)
                store.add_signatures(tx, signed)
            seconds[at] += time.perf_counter() - before
    for transactions in databases:
        with transactions.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return seconds


def _search(transactions: Transactions, count: int) -> tuple[int, list[float]]:
    """How many of some reports, told again in other words, are found, and the seconds that each search took."""
    chance, found, lasted = random.Random(17), 0, []  # noqa: S311
    for number in chance.sample(range(count), _ASKED):
        again = _report(number, count, telling=1)
        before = time.perf_counter()
        traits = traits_of(again)
        with transactions.read() as connection:
            asked = {again.report_id: bands_of(traits)}
            earlier = store.find_earlier(connection.execute, connection.dialect.name, asked)
        alike = similar(again.report_id, traits, earlier[again.report_id])
        lasted.append(time.perf_counter() - before)
        found += any(each.earlier.tracking_id == again.tracking_id for each in alike)
    return found, lasted


def _case(received: ReportReceived) -> Case:
    finding = Finding(Outcome.SURE, ())
    return Case(report=received, state=State.VERIFIED, version=1, finding=finding, given=as_given(received, ()))


def _tracking_id(number: int) -> str:
    digits = f"{number:012}"
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


@cache
def _cities() -> list[str]:
    return [region.code for region in regions().values() if region.kind is not RegionKind.PROVINCE]


def _report(number: int, count: int, telling: int = 0) -> ReportReceived:
    """The report of this number, of so many in 300 days; the next ``telling``, a day later, has other details."""
    chance = random.Random(number)  # noqa: S311
    subject = SUBJECTS[chance.randrange(len(SUBJECTS))]
    city = "35.78" if chance.random() < _SHARE_OF_ONE_CITY else chance.choice(_cities())
    place = f"Jalan {street(chance.randrange(200))} nomor {number % 90_000}"
    other = random.Random(f"{number}/{telling}")  # noqa: S311
    words = " ".join(other.choices(_DETAILS.split(), k=4))
    return ReportReceived(
        report_id=uuid7(),
        tracking_id=_tracking_id(number),
        received_at=_BEGUN + timedelta(days=300 * number / count + telling),
        channel=Channel.APP,
        kind=Kind.COMPLAINT,
        title=subject.title,
        body=f"{subject.sentence}Di {place}. {words.capitalize()}.",
        region_code=city,
    )
