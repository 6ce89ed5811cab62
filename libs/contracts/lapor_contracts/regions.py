"""Indonesia's provinces, regencies and cities: codes, names, time zones, and what people call them in an SMS."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

#: Of what has no region: the zone of the capital.
DEFAULT_TIME_ZONE = "Asia/Jakarta"

#: A word must be this long before one wrong letter in it is forgiven.
SHORTEST_TO_FORGIVE = 4


class RegionKind(StrEnum):
    """Level of a region (provinsi, kabupaten, kota)."""

    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Region:
    """A province, a regency or a city, by its Kemendagri code."""

    code: str
    name: str
    short_name: str
    kind: RegionKind
    parent_code: str | None
    time_zone: str
    aliases: tuple[str, ...] = ()
    """Other names, and the keywords of SMS reports."""


@cache
def regions() -> Mapping[str, Region]:
    """All provinces, regencies and cities by code, provinces before their parts."""
    keywords: dict[str, list[str]] = {}
    for row in _rows("region_keywords.csv"):
        keywords.setdefault(row["code"], []).append(row["keyword"])
    found: dict[str, Region] = {}
    for row in _rows("regions.csv"):
        code = row["code"]
        province = found.get(code[:2])
        aliases = [*filter(None, row["aliases"].split("|")), *keywords.get(code, ())]
        found[code] = Region(
            code=code,
            name=row["name"],
            short_name=row["short_name"],
            kind=RegionKind(row["kind"]),
            parent_code=province.code if province else None,
            time_zone=province.time_zone if province else row["time_zone"],
            aliases=tuple({alias.casefold(): alias for alias in aliases}.values()),
        )
    return MappingProxyType(found)


def enclosing(code: str | None) -> Region | None:
    """The smallest known region around a code, which may be that of a kecamatan, a kelurahan or a desa."""
    known = regions()
    return (known.get(code[:5]) or known.get(code[:2])) if code else None


def time_zone_of(code: str | None) -> str:
    """The zone in which a place's working days are counted."""
    region = enclosing(code)
    return region.time_zone if region else DEFAULT_TIME_ZONE


def region_called(word: str) -> Region | None:
    """The one region that ``word`` means, as the keyword of an SMS; None if none or several are called so.

    One wrong letter is forgiven (``INHO`` means ``INHU``) where only one region can be meant. The first letter
    must be right, so that an ordinary word at the head of a report is seldom taken for a keyword.
    """
    key = _key(word)
    called = _called()
    if key in called:
        return called[key]
    if len(key) < SHORTEST_TO_FORGIVE:
        return None
    near = {region.code: region for other, region in _abbreviations().items() if _one_letter_off(key, other)}
    return next(iter(near.values())) if len(near) == 1 else None


@cache
def _called() -> Mapping[str, Region | None]:
    """What each name means; None for names that several regions share (Bandung, Bogor, Malang …)."""
    meant: dict[str, Region | None] = {}
    for region in regions().values():
        for name in {_key(name) for name in (region.name, region.short_name, *region.aliases)}:
            meant[name] = None if name in meant else region
    return meant


@cache
def _abbreviations() -> Mapping[str, Region]:
    known = regions()
    return {_key(row["keyword"]): known[row["code"]] for row in _rows("region_keywords.csv")}


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _one_letter_off(word: str, other: str) -> bool:
    same_frame = len(word) == len(other) and word[0] == other[0]
    return same_frame and sum(a != b for a, b in zip(word, other, strict=True)) == 1


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("lapor_contracts").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
