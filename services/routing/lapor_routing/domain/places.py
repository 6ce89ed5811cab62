"""Where a report plays: the region it gives, or else the one region that its words name."""

from collections.abc import Mapping
from dataclasses import dataclass

from lapor_contracts.events import Evidence
from lapor_contracts.regions import Region, RegionKind, enclosing, regions

#: The region was given, by the reporter or by the keyword of the SMS.
GIVEN = 1.0
#: The region was found in the words.
NAMED = 0.9
#: The words name several regions alike.
AMBIGUOUS = 0.45
#: One region must be named this many times as clearly as the next.
CLEARLY = 2.0

#: What stands before the name of a region (its own rank or its head's) and says that no other is meant.
RANKS: Mapping[RegionKind, tuple[str, ...]] = {
    RegionKind.PROVINCE: ("provinsi", "pemprov", "pemerintah provinsi", "gubernur"),
    RegionKind.REGENCY: ("kabupaten", "pemkab", "pemerintah kabupaten", "bupati"),
    RegionKind.CITY: ("kota", "pemkot", "pemerintah kota", "walikota", "wali kota"),
}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The regions in which a report may play: one if it is known, more if its words leave it open."""

    regions: tuple[Region, ...] = ()
    trust: float = GIVEN
    evidence: tuple[Evidence, ...] = ()
    """One for each region."""

    @property
    def known(self) -> bool:
        """There is exactly one."""
        return len(self.regions) == 1


def whereabouts(
    region_code: str | None,
    keyword: tuple[str, Region] | None,
    named: Mapping[str, tuple[float, str]],
) -> Whereabouts:
    """Decide on the place. ``named`` holds, for each region named in words, how clearly and by which phrase.

    What was given stands, and words only make a province more precise. Without it the region named most clearly is
    taken; if two are named alike (Bandung is a regency and a city) both are returned, and a person decides.
    """
    stated = _stated(enclosing(region_code), keyword)
    if stated and stated.regions[0].kind is not RegionKind.PROVINCE:
        return stated
    province = stated.regions[0].code if stated else ""
    found = _named_clearly({code: hit for code, hit in named.items() if code.startswith(province)})
    if stated and (not found.regions or found.regions[0].kind is RegionKind.PROVINCE):
        return stated
    return found


def _stated(given: Region | None, keyword: tuple[str, Region] | None) -> Whereabouts | None:
    """The region that was given; or the keyword's, where that says the same or more precisely."""
    if keyword and (given is None or keyword[1].code.startswith(given.code)):
        word, region = keyword
        return _given(region, "sms_keyword", f"kata kunci SMS “{word}” → {region.name}")
    return _given(given, "region_given", f"wilayah pada laporan: {given.name}") if given else None


def _given(region: Region, kind: str, detail: str) -> Whereabouts:
    return Whereabouts((region,), GIVEN, (Evidence(kind=kind, detail=detail[:300], weight=GIVEN),))


def _named_clearly(named: Mapping[str, tuple[float, str]]) -> Whereabouts:
    below = {code: hit for code, hit in named.items() if len(code) > 2 and not _is_also_the_province(code, named)}
    hits = sorted((below or named).items(), key=lambda hit: (-hit[1][0], hit[0]))
    if not hits:
        return Whereabouts()
    strongest = hits[0][1][0]
    rivals = [hit for hit in hits if hit[1][0] * CLEARLY > strongest]
    trust = NAMED if len(rivals) == 1 else AMBIGUOUS
    known = regions()
    return Whereabouts(
        tuple(known[code] for code, _ in rivals[:3]),
        trust,
        tuple(
            Evidence(kind="place_named", detail=f"tempat “{phrase}” → {known[code].name}"[:300], weight=trust)
            for code, (_, phrase) in rivals[:3]
        ),
    )


def _is_also_the_province(code: str, named: Mapping[str, tuple[float, str]]) -> bool:
    """The city is named by a word that also names its province (Jambi, Bengkulu): then the province is sure."""
    province = named.get(code[:2])
    return province is not None and province == named[code]
