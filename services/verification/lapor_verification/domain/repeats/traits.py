"""What is compared of a report, and by which few numbers similar ones are found among a million. Pure."""

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from lapor_contracts.events import ReportReceived
from lapor_contracts.regions import enclosing, region_called
from lapor_verification.domain.repeats.words import FAINT, states, things, words_of

#: Pairs of a word and a name: two reports that share a third of their words and half of their names have one of them in
#: common in 9 of 10 cases.
_NAMED = 12
#: … and with them some pairs of two words, for reports that do not say where, or not in the same way.
_BANDS = 16


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What of a report is compared with others."""

    what: tuple[str, ...]
    """The roots of its words, each once."""
    where: tuple[tuple[str, str], ...] = ()
    """Names and numbers of places, with what each is the name of: ``("jalan", "mawar")``, ``("rt", "3")``."""
    region_code: str | None = None
    agency_code: str | None = None
    category: str | None = None
    received_at: datetime

    @property
    def area(self) -> str:
        """Compared are reports of one regency or city, or of one province, or those that say neither."""
        return (self.region_code or "")[:5]

    @property
    def names(self) -> Sequence[str]:
        """What places are called. Where one is announced ("Jalan …"), what only looks like a name is left out."""
        announced = [name for kind, name in self.where if kind and not name.isdigit()]
        return announced or [name for kind, name in self.where if not kind]


def traits_of(report: ReportReceived) -> Traits:
    """The traits of a report: of its title and body, and of what it gives as its place."""
    region = region_called(report.keyword) if report.keyword and not report.region_code else None
    return traits_of_text(
        f"{report.title}\n{report.body}\n{report.place or ''}",
        region_code=report.region_code or (region.code if region else None),
        agency_code=report.agency_code,
        category=report.category,
        received_at=report.received_at,
    )


def traits_of_text(
    text: str,
    *,
    region_code: str | None,
    agency_code: str | None = None,
    category: str | None = None,
    received_at: datetime,
) -> Traits:
    """The traits of what somebody writes."""
    words = list(words_of(text))
    region = enclosing(region_code)
    # All within a city name the city.
    common = frozenset(region.name.lower().split()) if region else frozenset()
    return Traits(
        what=tuple(dict.fromkeys(word.means for word in words if word.of is None)),
        where=tuple(
            dict.fromkeys((word.of, word.means) for word in words if word.of is not None and word.means not in common)
        ),
        region_code=region_code,
        agency_code=agency_code,
        category=category,
        received_at=received_at,
    )


def bands_of(traits: Traits) -> list[int]:
    """Under which numbers (64 bits, signed) a report is found: MinHash of its words, each with one of its names.

    A pair of a word and a name is rare even in a city with many reports, where "jalan rusak" alone is not. The last
    is of the whole text, wherever it is from: for copies.
    """
    what = [word for word in traits.what if word not in FAINT] or traits.what or [""]
    where = traits.names or what
    least_of_what = _least(what)
    # The second half of the orders is for the other one of each pair.
    partners = [*_least(where)[_BANDS : _BANDS + _NAMED], *least_of_what[_BANDS + _NAMED :]]
    salt = traits.area.encode()
    pairs = (struct.pack("<BII", at, *pair) for at, pair in enumerate(zip(least_of_what, partners, strict=False)))
    whole = repr((sorted(traits.what), sorted(traits.where)))
    digests = [_digest(pair, salt) for pair in pairs] + [_digest(whole.encode(), b"")]
    return [int.from_bytes(digest, signed=True) for digest in digests]


def most_sharing(report_id: UUID, bands: Iterable[int], sharing: Mapping[int, Sequence[UUID]], most: int) -> list[UUID]:
    """Of the other reports that are found under bands of one, those that are under most of them."""
    shared = Counter(other for band in bands for other in sharing.get(band, ()) if other != report_id)
    return [other for other, _ in shared.most_common(most)]


def _digest(content: bytes, salt: bytes) -> bytes:
    return hashlib.blake2b(content, key=salt, digest_size=8).digest()


def _least(words: Sequence[str]) -> Sequence[int]:
    """In each of many orders of all words, the least of these: the more two reports share, the more are equal."""
    places = [_places(word) for word in words]
    return places[0] if len(places) == 1 else [*map(min, *places)]


@lru_cache(maxsize=50_000)
def _places(word: str) -> tuple[int, ...]:
    """The place of a word in each of these orders. What counts more has several, of which the least is taken."""
    bare, tickets = skeleton(word), 4 if word in things() else 2 if word in states() else 1
    drawn = (hashlib.shake_128(f"{bare}{ticket}".encode()).digest(8 * _BANDS) for ticket in range(tickets))
    return tuple(map(min, zip(*(struct.unpack(f"<{2 * _BANDS}I", each) for each in drawn), strict=True)))


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """A word without what is left out and mistyped most: its vowels, and letters written twice."""
    bare = "".join(
        letter for at, letter in enumerate(word) if at == 0 or (letter not in "aiueo" and letter != word[at - 1])
    )
    return bare if len(bare) > 2 else word
