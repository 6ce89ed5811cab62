"""Where a report plays: the region it gives, the pin on the map, or else the one region that its words name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lapor_contracts.events import Evidence
from lapor_contracts.regions import Region, RegionKind, enclosing, regions
from lapor_routing.domain.gazetteer import REGENCY, Mention, pinned_down

#: The region was given, by the reporter or by the keyword of the SMS.
GIVEN = 1.0
#: The reporter pinned it on a map.
PINNED = 0.95
#: The region was found in the words.
NAMED = 0.9
#: The words name several regions alike.
AMBIGUOUS = 0.45
#: One region must be named this many times as clearly as the next.
CLEARLY = 2.0
#: How clearly a village or a kecamatan names its regency, if there is only one of that name.
BY_ITS_PARTS = 1.5
#: So many are shown where it is open.
SHOWN = 3

#: What stands before the name of a region (its own rank or its head's) and says that no other is meant.
RANKS: Mapping[RegionKind, tuple[str, ...]] = {
    RegionKind.PROVINCE: ("provinsi", "pemprov", "pemerintah provinsi", "gubernur"),
    RegionKind.REGENCY: ("kabupaten", "pemkab", "pemerintah kabupaten", "bupati"),
    RegionKind.CITY: ("kota", "pemkot", "pemerintah kota", "walikota", "wali kota"),
}

Hits = Mapping[str, tuple[float, str]]
"""How clearly each region is named, and by which words."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The regions in which a report may play: one if it is known, more if its words leave it open."""

    regions: tuple[Region, ...] = ()
    trust: float = GIVEN
    evidence: tuple[Evidence, ...] = ()
    """One for each region."""
    within: str | None = None
    """The code of the kecamatan or the village, where it is known."""

    @property
    def known(self) -> bool:
        """There is exactly one."""
        return len(self.regions) == 1

    @property
    def here(self) -> str | None:
        """The smallest region that is known."""
        return self.within or (self.regions[0].code if self.known else None)


def whereabouts(
    region_code: str | None,
    keyword: tuple[str, Region] | None,
    pin: str | None,
    named: Hits,
    mentions: Sequence[Mention] = (),
) -> Whereabouts:
    """Decide on the place. ``named`` holds, for each region named in words, how clearly and by which phrase.

    What was given stands; the pin, and then words, only make it more precise. Without it the pin counts, and without
    that the region named most clearly; villages and kecamatan that are named vote for the regencies in which they
    lie, so that "desa Sidomulyo, Kec. Batu" is one of 98. If two are named alike (Bandung is a regency and a city)
    both are returned, and a person decides.
    """
    stated = _stated(enclosing(region_code), keyword)
    if pin and (not stated or pin.startswith(stated.regions[0].code)):
        finer = _pinned(pin)
        # The reporter's own words stay the evidence where the pin says no more than they do.
        stated = finer if not stated or stated.regions[0].kind is RegionKind.PROVINCE else replace(stated, within=pin)
    if stated and stated.regions[0].kind is not RegionKind.PROVINCE:
        return replace(stated, within=_finest(stated.regions[0], region_code, stated.within, mentions))
    province = stated.regions[0].code if stated else ""
    hits = _with_parts({code: hit for code, hit in named.items() if code.startswith(province)}, mentions, province)
    found = _named_clearly(hits)
    if stated and (not found.regions or found.regions[0].kind is RegionKind.PROVINCE):
        return stated
    return replace(found, within=_finest(found.regions[0], None, None, mentions)) if found.known else found


def _stated(given: Region | None, keyword: tuple[str, Region] | None) -> Whereabouts | None:
    """The region that was given; or the keyword's, where that says the same or more precisely."""
    if keyword and (given is None or keyword[1].code.startswith(given.code)):
        word, region = keyword
        return _given(region, "sms_keyword", f"kata kunci SMS “{word}” → {region.name}", GIVEN)
    return _given(given, "region_given", f"wilayah pada laporan: {given.name}", GIVEN) if given else None


def _pinned(code: str) -> Whereabouts:
    region = regions()[code[:REGENCY]]
    return replace(_given(region, "pin", f"titik pada peta: {region.name}", PINNED), within=code)


def _given(region: Region, kind: str, detail: str, trust: float) -> Whereabouts:
    return Whereabouts((region,), trust, (Evidence(kind=kind, detail=detail[:300], weight=trust),))


def _finest(region: Region, given: str | None, pinned: str | None, mentions: Iterable[Mention]) -> str | None:
    """The village or the kecamatan: given, or named without doubt within the region, or pinned."""
    if given and len(given) > REGENCY:
        return given
    inside = [mention for each in mentions if (mention := each.among([pinned or region.code])).codes]
    codes = pinned_down(inside)
    return codes[0] if len(codes) == 1 else pinned


def _with_parts(named: Hits, mentions: Sequence[Mention], province: str) -> Hits:
    """What villages and kecamatan add: each votes for its regencies, first of all for those that are named too."""
    hits = dict(named)
    inside = [mention for each in mentions if (mention := each.among([province])).codes]
    together = pinned_down(inside)
    for mention in inside if len({code[:REGENCY] for code in together}) != 1 else [Mention(inside[0].name, together)]:
        # A province that is named narrows its villages down, as a regency does.
        meant = mention.among(named).regencies or mention.regencies
        for code in meant:
            clarity, name = hits.get(code, (0.0, mention.name))
            hits[code] = (clarity + BY_ITS_PARTS / len(meant), name)
    return hits


def _named_clearly(named: Hits) -> Whereabouts:
    below = {code: hit for code, hit in named.items() if len(code) > 2 and not _is_also_the_province(code, named)}
    hits = sorted((below or named).items(), key=lambda hit: (-hit[1][0], hit[0]))
    if not hits:
        return Whereabouts()
    strongest = hits[0][1][0]
    rivals = [hit for hit in hits if hit[1][0] * CLEARLY > strongest]
    trust = NAMED if len(rivals) == 1 else AMBIGUOUS
    known = regions()
    others = f" (satu dari {len(rivals)})" if len(rivals) > SHOWN else ""
    return Whereabouts(
        tuple(known[code] for code, _ in rivals[:SHOWN]),
        trust,
        tuple(
            Evidence(kind="place_named", detail=f"tempat “{phrase}” → {known[code].name}{others}"[:300], weight=trust)
            for code, (_, phrase) in rivals[:SHOWN]
        ),
    )


def _is_also_the_province(code: str, named: Hits) -> bool:
    """The city is named by a word that also names its province (Jambi, Bengkulu): then the province is sure."""
    province = named.get(code[:2])
    return province is not None and province == named[code]
