"""The names of kecamatan and villages, of which thousands repeat: who is called so, and which of them is meant."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lapor_routing.domain.reading import Text

#: Before the name of a village, or of a kecamatan.
_VILLAGE = frozenset({"desa", "ds", "kelurahan", "kel", "nagari", "gampong", "kampung", "pekon", "dusun", "dsn"})
_DISTRICT = frozenset({"kecamatan", "kec", "distrik", "kapanewon", "kemantren"})
_STREET = frozenset({"jalan", "jl", "jln", "gang", "gg", "simpang", "pasar", "perumahan", "perum"})
#: No name has more words.
_LONGEST = 4
#: A name without "desa" or "kecamatan" before it counts if so few regencies know it and it is so long.
_FEW, _LONG = 2, 5

DISTRICT = len("11.01.01")
REGENCY = len("11.01")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text, and the codes of all that are called so."""

    name: str
    codes: tuple[str, ...]

    @property
    def regencies(self) -> frozenset[str]:
        """In which regencies and cities they lie."""
        return frozenset(code[:REGENCY] for code in self.codes)

    def among(self, regions: Collection[str]) -> "Mention":
        """The same, without those that lie elsewhere."""
        return Mention(self.name, tuple(code for code in self.codes if any(map(code.startswith, regions))))


class Gazetteer:
    """Names of kecamatan and villages in small letters, each with the codes of all that are called so."""

    def __init__(self, districts: Mapping[str, str], villages: Mapping[str, str], words: Collection[str]) -> None:
        self._districts, self._villages = districts, villages
        self._words = words

    def mentions(self, text: Text, *, bare: bool = False) -> Iterator[Mention]:
        """Places named after a word that says so (``desa Sidomulyo, Batu``); if ``bare``, also without one."""
        words = [text.source[start:end].lower() for start, end in text.spans]
        behind = 0
        for position, word in enumerate(words):
            if position < behind:
                continue
            if word in _VILLAGE:
                village, behind = self._longest(words, position + 1, self._villages)
                if village:
                    yield village
                    # What follows a village is most often its kecamatan.
                    around, end = self._longest(words, behind, self._districts)
                    if around and _inside(village, around):
                        behind = end
                        yield around
            elif word in _DISTRICT:
                district, behind = self._longest(words, position + 1, self._districts)
                if district:
                    yield district
            elif bare and (position == 0 or words[position - 1] not in _STREET):
                place, behind = self._bare(words, position)
                if place:
                    yield place

    def _bare(self, words: list[str], start: int) -> tuple[Mention | None, int]:
        found = (self._longest(words, start, names) for names in (self._districts, self._villages))
        place, end = max(found, key=lambda found: found[1])  # a kecamatan, unless a village's name is longer
        return (place, end) if place and self._is_telling(place) else (None, start)

    def _longest(self, words: list[str], start: int, names: Mapping[str, str]) -> tuple[Mention | None, int]:
        for end in range(min(len(words), start + _LONGEST), start, -1):
            name = " ".join(words[start:end])
            if codes := names.get(name):
                return Mention(name, tuple(codes.split())), end
        return None, start

    def _is_telling(self, mention: Mention) -> bool:
        return (
            len(mention.name) >= _LONG
            and len(mention.regencies) <= _FEW
            and not all(word in self._words for word in mention.name.split())
        )


def _inside(village: Mention, district: Mention) -> bool:
    return bool({code[:DISTRICT] for code in village.codes} & set(district.codes))


def pinned_down(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The smallest places that all mentions can mean together: a village in the kecamatan that is named too."""
    found: tuple[str, ...] = ()
    for mention in mentions:
        if not found:
            found = mention.codes
            continue
        finer = [code for code in {*found, *mention.codes} if _agrees(code, found) and _agrees(code, mention.codes)]
        found = tuple(sorted(finer)) or found
    return found


def _agrees(code: str, others: tuple[str, ...]) -> bool:
    return any(code.startswith(other) for other in others)
