"""Words and phrases: a report is cut into words once, then every phrase in it is found in one pass."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_WORD = re.compile(r"[a-z0-9]+")
#: "-nya" (its, the) says nothing here: "lampunya mati" is "lampu mati". Short words (hanya, punya) keep theirs.
_ENCLITIC = re.compile(r"(?<=[a-z]{4})nya\b")

#: So many other words may stand between the words of a phrase: "lampu di depan balai desa mati".
GAP = 3


def words_of(text: str, abbreviations: Mapping[str, str]) -> list[str]:
    """The words of a text in small letters, usual abbreviations written out (``jln`` → ``jalan``)."""
    written_out = abbreviations.get
    return [written_out(word, word) for word in _WORD.findall(_ENCLITIC.sub("", text.lower()))]


class _Node(Generic[T]):
    __slots__ = ("is_name", "meanings", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node[T]] = {}
        self.meanings: tuple[T, ...] = ()
        self.is_name = False


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A phrase in a text, what it means, and where its words stand."""

    meanings: tuple[T, ...]
    positions: tuple[int, ...]


class PhraseBook(Generic[T]):
    """Phrases and what they mean, as a tree of words: finding them costs the same for ten or ten thousand."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._loose: dict[tuple[str, ...], tuple[T, ...]] = {}
        self._by_rarest: dict[str, list[tuple[tuple[str, ...], tuple[T, ...]]]] | None = None

    def add(self, words: list[str], meaning: T, *, loose: bool = False, is_name: bool = False) -> None:
        """Let a phrase mean something, beside what it means already; if loose, also with other words in between.

        A name of several words is found also where it begins with the last words of another phrase.
        """
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        node.is_name |= is_name and len(words) > 1
        if meaning not in node.meanings:
            node.meanings = (*node.meanings, meaning)
        if loose and len(set(words)) > 1:
            key = tuple(words)
            self._loose[key] = (*self._loose.get(key, ()), meaning)
            self._by_rarest = None

    def get(self, words: list[str]) -> tuple[T, ...]:
        """What exactly these words mean."""
        node: _Node[T] | None = self._root
        for word in words:
            node = node.next.get(word) if node else None
        return node.meanings if node else ()

    def words(self) -> set[str]:
        """Every word of a phrase."""
        found, pending = set[str](), [self._root]
        while pending:
            node = pending.pop()
            found |= node.next.keys()
            pending.extend(node.next.values())
        return found

    def find(self, words: list[str]) -> Iterator[Match[T]]:
        """Each phrase in one piece with its meanings: from the left, the longest first, none inside another."""
        first, end, behind = self._root.next.get, len(words), 0
        for position, word in enumerate(words):
            node = first(word)
            if node is None:
                continue
            ahead, found = position + 1, node
            stop = ahead
            while ahead < end and (node := node.next.get(words[ahead])):
                ahead += 1
                if node.meanings:
                    stop, found = ahead, node
            if found.meanings and (position >= behind or (found.is_name and stop > behind)):
                yield Match(found.meanings, tuple(range(position, stop)))
                behind = stop

    def find_loose(self, words: list[str]) -> Iterator[Match[T]]:
        """Each loose phrase that is not in one piece: its words in their order, with others in between."""
        by_rarest = self._rarest()
        at: dict[str, list[int]] = {}
        for position, word in enumerate(words):
            at.setdefault(word, []).append(position)
        for rarest in at.keys() & by_rarest.keys():
            for phrase, meanings in by_rarest[rarest]:
                if all(word in at for word in phrase) and (places := _near(phrase, at)):
                    yield Match(meanings, places)

    def _rarest(self) -> dict[str, list[tuple[tuple[str, ...], tuple[T, ...]]]]:
        """Loose phrases by the word that the fewest of them share, so that few are tried for each text."""
        if self._by_rarest is None:
            counts = Counter(word for phrase in self._loose for word in set(phrase))
            self._by_rarest = {}
            for phrase, meanings in self._loose.items():
                rarest = min(phrase, key=lambda word: (counts[word], word))
                self._by_rarest.setdefault(rarest, []).append((phrase, meanings))
        return self._by_rarest


def _near(phrase: tuple[str, ...], at: Mapping[str, list[int]]) -> tuple[int, ...] | None:
    """Where the words of a phrase follow each other, not too far apart and not all at once."""
    for start in at[phrase[0]]:
        places = [start]
        for word in phrase[1:]:
            after = next((place for place in at[word] if place > places[-1]), None)
            if after is None or after - start >= len(phrase) + GAP:
                break
            places.append(after)
        else:
            if places[-1] - start >= len(phrase):
                return tuple(places)
    return None
