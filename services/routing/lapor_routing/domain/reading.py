"""Reads what people write as the rules write it: short, inflected, drawn out or mistyped words become plain ones."""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[a-z]+|[0-9]+", re.ASCII | re.IGNORECASE)
_DRAWN_OUT = re.compile(r"([aeiou])\1{2,}")

#: What may stand at the end of a word and says nothing here: lampunya, lampulah, lampuku.
_ENCLITICS = ("nya", "lah", "kah", "pun", "ku", "mu")
#: What a verb takes: di-tambal, ber-lubang, meng-alir. With the first letter that its root lost, if it lost one.
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("me", ("",)),
    ("meng", ("", "k")),
    ("meny", ("s", "c")),
    ("men", ("", "t")),
    ("mem", ("", "p")),
    ("di", ("",)),
    ("ber", ("",)),
    ("ter", ("",)),
    ("nge", ("",)),
    ("ng", ("", "k")),
    ("ny", ("s", "c")),
    ("n", ("t",)),
    ("m", ("p",)),
)
_SUFFIXES = ("", "kan", "i", "in")
_NOUNS = ("", "pe", "pem", "pen", "peng", "per", "ke", "se")
_NOUN_SUFFIXES = ("", "an")
#: No root is shorter; a word must be this long before one wrong letter in it is forgiven.
_SHORTEST_ROOT, _SHORTEST_TO_FORGIVE = 4, 7
#: So many words are remembered once they were read.
_REMEMBERED = 30_000


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the rules read it, and where each word stands in it."""

    source: str
    words: list[str]
    spans: list[tuple[int, int]]

    def passage(self, positions: Iterable[int]) -> str:
        """These words as they were written, with an ellipsis for what stands between."""
        pieces: list[str] = []
        last = None
        for position in positions:
            start, end = self.spans[position]
            if last is not None and position != last + 1:
                pieces.append("…")
            pieces.append(self.source[start:end])
            last = position
        return " ".join(pieces)


class Reader:
    """Turns texts into words; what it has read once it knows again."""

    def __init__(self, abbreviations: Mapping[str, str], roots: Set[str], plain: Set[str] = frozenset()) -> None:
        self._abbreviations = abbreviations
        self._roots = roots | plain  # what is a word of its own is nobody's inflection (napi, dirumahkan)
        self._known: Set[str] = frozenset()
        self._one_letter_less: Mapping[str, str] = {}
        self.plain: Callable[[str], tuple[str, ...]] = lru_cache(_REMEMBERED)(self._plain)

    def is_short_for_another(self, words: str) -> bool:
        """One word that people write instead of another one (``bpk`` for bapak) names nothing."""
        return words.lower() in self._abbreviations

    def read(self, text: str) -> Text:
        """The words of a text."""
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        for found in _WORD.finditer(text):
            for word in self.plain(found.group().lower()):
                words.append(word)
                spans.append(found.span())
        return Text(text, words, spans)

    def words(self, text: str) -> list[str]:
        """The words of a name or a phrase of the rules, or of a text whose passages do not matter."""
        return [word for found in _WORD.findall(text.lower()) for word in self.plain(found)]

    def forgive(self, words: Set[str], unless: Set[str] = frozenset()) -> None:
        """From now on take a word that is nobody's for the one of ``words`` from which one letter separates it."""
        self._known = words | unless
        shortened: dict[str, str] = {}
        for word in sorted(word for word in words if len(word) >= _SHORTEST_TO_FORGIVE and word.isalpha()):
            for less in _one_letter_less(word):
                shortened.setdefault(less, word)
        self._one_letter_less = shortened
        self.plain = lru_cache(_REMEMBERED)(self._plain)

    def _plain(self, word: str) -> tuple[str, ...]:
        if word.isdigit():
            return (word,)
        word = _DRAWN_OUT.sub(r"\1", word)
        written_out = self._abbreviations.get(word)
        if written_out is None:
            word = self._without_affixes(word)
            written_out = self._abbreviations.get(word, word)
        if written_out == word and self._one_letter_less:
            return (self._corrected(word),)
        return tuple(written_out.split())

    def _without_affixes(self, word: str) -> str:
        if word in self._roots or word in self._abbreviations:
            return word
        for enclitic in _ENCLITICS:
            rest = word.removesuffix(enclitic)
            if rest != word and len(rest) >= _SHORTEST_ROOT and (enclitic == "nya" or rest in self._roots):
                word = rest
                break
        return self._root_of(word) or word

    def _root_of(self, word: str) -> str | None:
        """The root of an inflected verb. Nouns made of it (pelayanan, kesehatan) are words of their own."""
        if word in self._roots:
            return word
        for prefix, lost in _PREFIXES:
            if word.startswith(prefix):
                for suffix in _SUFFIXES:
                    stem = word[len(prefix) :].removesuffix(suffix)
                    for letter in lost:
                        if len(letter + stem) >= _SHORTEST_ROOT and letter + stem in self._roots:
                            return letter + stem
        stem = word.removesuffix("kan")
        return stem if stem != word and len(stem) >= _SHORTEST_ROOT and stem in self._roots else None

    def _corrected(self, word: str) -> str:
        if len(word) < _SHORTEST_TO_FORGIVE or word in self._known or self._is_derived(word):
            return word
        # The first letter must be right, or names and other words are seldom taken for what they are.
        for less in (word, *_one_letter_less(word)):
            meant = self._one_letter_less.get(less) or (less if less in self._known else None)
            if meant and _one_letter_apart(word, meant):
                return meant
        return word

    def _is_derived(self, word: str) -> bool:
        """A noun made of a root, such as coretan: a word, though none of ours."""
        stems = (word[len(prefix) :] for prefix in _NOUNS if word.startswith(prefix))
        return any(stem.removesuffix(suffix) in self._roots for stem in stems for suffix in _NOUN_SUFFIXES)


def _one_letter_less(word: str) -> list[str]:
    return [word[:cut] + word[cut + 1 :] for cut in range(1, len(word))]


def _one_letter_apart(word: str, other: str) -> bool:
    """One letter is wrong, missing, or too many."""
    longer, shorter = (word, other) if len(word) > len(other) else (other, word)
    same = next((at for at, (one, two) in enumerate(zip(longer, shorter, strict=False)) if one != two), len(shorter))
    return longer[same + 1 :] == shorter[same + (len(longer) == len(shorter)) :]
