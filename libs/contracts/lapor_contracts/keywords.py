"""The keyword at the head of an SMS: a region (``INHU``, ``Kab. Bandung``) or a body (``PLN``, ``Kemenkes``)."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lapor_contracts.regions import RegionKind, regions

#: A word must be this long before a slip in it is forgiven.
SHORTEST_TO_FORGIVE = 4

_RANKS = {"kabupaten": RegionKind.REGENCY, "kota": RegionKind.CITY, "provinsi": RegionKind.PROVINCE}
_RANK = re.compile(rf"({'|'.join(_RANKS)})(.+)")


@dataclass(frozen=True, slots=True)
class Keyword:
    """What a keyword means. Neither code: an office that each region has (``Dishub``)."""

    word: str
    region_code: str | None = None
    agency_code: str | None = None


def keyword_called(words: str) -> Keyword | None:
    """What these words mean exactly, whatever their case and punctuation; None where nothing or several things."""
    key = _key(words)
    known = _keywords()
    if key in known:
        return known[key]
    ranked = _RANK.fullmatch(key)
    named = known.get(ranked[2]) if ranked else None
    fits = named and named.region_code and regions()[named.region_code].kind is _RANKS[ranked[1]] if ranked else False
    return named if fits else None


def keyword_like(word: str) -> Keyword | None:
    """The one keyword that ``word`` is but for one slip: a letter wrong, missing, too many, or two letters swapped.

    The first letter must be right, and an ordinary word is no slip of a keyword (``BANJIR`` is not ``BANJAR``).
    """
    key = _key(word)
    if len(key) < SHORTEST_TO_FORGIVE or key in _keywords() or key in _ordinary():
        return None
    near = {keyword for other, keyword in _forgivable().get(key[0], ()) if _is_slip(key, other)}
    return near.pop() if len(near) == 1 else None


def is_ordinary(words: str) -> bool:
    """Whether these words mean something else as well, so that a report may well begin with them."""
    return _key(words) in _ordinary()


@cache
def _keywords() -> Mapping[str, Keyword | None]:
    found: dict[str, Keyword | None] = {}
    for row in _rows("body_keywords.csv"):
        found[_key(row["keyword"])] = Keyword(row["keyword"], agency_code=row["code"] or None)
    meant: dict[str, Keyword | None] = {}
    for region in regions().values():
        names = (region.name, region.short_name, *region.aliases)
        for key in {_key(name) for name in names}:
            meant[key] = None if key in meant else Keyword(region.short_name, region_code=region.code)
    return found | meant


@cache
def _forgivable() -> Mapping[str, list[tuple[str, Keyword]]]:
    """By first letter, which must be right."""
    found: dict[str, list[tuple[str, Keyword]]] = {}
    for key, keyword in _keywords().items():
        if keyword and len(key) >= SHORTEST_TO_FORGIVE:
            found.setdefault(key[0], []).append((key, keyword))
    return found


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(_key(row["word"]) for row in _rows("ordinary_words.csv"))


def _is_slip(word: str, other: str) -> bool:
    """Whether one edit (replace, leave out, put in, swap neighbours) makes one of the other."""
    if abs(len(word) - len(other)) > 1:
        return False
    same = 0
    while word[same : same + 1] == other[same : same + 1] != "":
        same += 1
    rest, its_rest = word[same:], other[same:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == its_rest[1:] or its_rest in (rest[1:], swapped) or rest == its_rest[1:]


def _key(words: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"^\s*kab\b\.?", "kabupaten", words.casefold()))


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("lapor_contracts").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
