"""Made-up people: what they write, and what they do when. Chance comes in as an argument; nothing here is anybody's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID

from lapor_contracts.events import ReporterGiven, ReportSubmitted
from lapor_contracts.regions import RegionKind, regions
from lapor_contracts.vocabulary import Channel, Kind
from lapor_routing.reference.rows import read

#: Reports of an hour of the day, in Jakarta, compared with the others: people write when they are awake.
_HOURS = [1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 8, 8, 8, 8, 7, 6, 6, 7, 6, 5, 3, 2]
_CHANNELS = {Channel.WEB: 45, Channel.SMS: 25, Channel.APP: 15, Channel.WHATSAPP: 8, Channel.X: 4, Channel.EMAIL: 3}
_KINDS = {Kind.COMPLAINT: 86, Kind.ASPIRATION: 9, Kind.INFORMATION_REQUEST: 5}
_STREETS = (
    "Melati",
    "Kenanga",
    "Merdeka",
    "Pahlawan",
    "Cempaka",
    "Sudirman",
    "Diponegoro",
    "Anggrek",
    "Veteran",
    "Mawar",
)
_NEAR = ("depan pasar", "dekat balai desa", "samping puskesmas", "seberang sekolah", "ujung jembatan", "simpang tiga")
_SINCE = ("sejak {day}", "mulai tanggal {day}", "dari {day} sampai sekarang", "{day} dan belum ada perubahan")
_ENDINGS = (
    "Mohon segera ditangani.",
    "Warga sudah lama mengeluh.",
    "Sudah pernah kami sampaikan ke RT, belum ada hasil.",
    "Terima kasih atas perhatiannya.",
    "Kami khawatir ada korban.",
)


class Temper(StrEnum):
    """How a body works."""

    PROMPT = "prompt"
    SLOW = "slow"
    """Answers, often too late."""
    SILENT = "silent"
    """Never answers."""


@dataclass(frozen=True)
class Submitted:
    """A report as it was sent, to be sent by somebody else again."""

    event: ReportSubmitted


class Writers:
    """Reporters at the moment when they write. Topics and places are the shipped ones, so routing finds its way."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._phrases = [row.items("sure") + row.items("phrases")[:6] for row in read("topics.csv")]
        self._places = [one for one in regions().values() if one.kind is not RegionKind.PROVINCE]
        self._before: list[ReportSubmitted] = []
        self._number = 0

    def how_many(self, until: datetime, step: timedelta, reports_per_day: int) -> int:
        """How many wrote in the hours of Jakarta's day before that."""
        hours = int(step / timedelta(hours=1))
        share = reports_per_day * sum(_HOURS[(until.hour - hour - 1) % 24] for hour in range(hours)) / sum(_HOURS)
        return int(share) + (self._chance.random() < share % 1)

    def write(self, today: date) -> ReportSubmitted:
        """One report: most are whole, some lack something, some say what somebody has said already."""
        chance, self._number = self._chance, self._number + 1
        about: dict[str, Any] = {
            "report_id": UUID(int=chance.getrandbits(128), version=4),
            "idempotency_key": f"simulated-{self._number}",
            "channel": _drawn(chance, _CHANNELS),
            "anonymous": chance.random() < 0.4,
            "secret": chance.random() < 0.3,
            "reporter": ReporterGiven(name=None, email=f"warga-{self._number}@example.org"),
        }
        if self._before and chance.random() < 0.04:
            earlier = chance.choice(self._before)
            said = {
                name: getattr(earlier, name)
                for name in ("body", "kind", "title", "region_code", "place", "occurred_on")
            }
            return ReportSubmitted(**said, **about)
        report = ReportSubmitted(**self._words(today), **about)
        self._before = [*self._before[-499:], report]
        return report

    def _words(self, today: date) -> dict[str, Any]:
        chance = self._chance
        phrase, region = chance.choice(chance.choice(self._phrases)), chance.choice(self._places)
        street = f"Jalan {chance.choice(_STREETS)} nomor {chance.randint(1, 400)}"
        happened = today - timedelta(days=chance.randint(0, 20))
        since = chance.choice(_SINCE).format(day=happened.strftime("%d-%m-%Y"))
        kind = _drawn(chance, _KINDS)
        if chance.random() < 0.06:  # what, but neither where nor when
            return {
                "kind": kind,
                "title": phrase.capitalize(),
                "body": f"{phrase.capitalize()} di tempat kami, mohon dibantu segera.",
            }
        return {
            "kind": kind,
            "title": f"{phrase.capitalize()} di {region.short_name}"[:140],
            "body": f"{phrase.capitalize()} di {street}, {chance.choice(_NEAR)}, {region.name}, {since}. "
            f"{chance.choice(_ENDINGS)}",
            "occurred_on": happened,
            "region_code": region.code,
            "place": street,
        }


def _drawn(chance: Random, weights: dict[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]


def temper_of(agency_code: str, seed: int) -> Temper:
    """A body is what it is, all month."""
    return Random(f"{seed}/{agency_code}").choices(list(Temper), (55, 33, 12))[0]  # noqa: S311 (no secret)


def wait(chance: Random, days: float) -> timedelta:
    """About so long; now and then much longer."""
    return timedelta(days=min(chance.expovariate(1 / days), 6 * days))


#: Does something at its time.
Deed = Callable[[], None]


def chosen(chance: Random, odds: Sequence[tuple[float, Deed | None]]) -> Deed | None:
    """One of the deeds by its odds, or none."""
    return chance.choices([deed for _, deed in odds], [share for share, _ in odds])[0]
