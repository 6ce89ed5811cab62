"""Words and phrases: a report is cut into words once, then every phrase in it is found in one pass."""

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

_WORD = re.compile(r"[a-z0-9]+")
#: "-nya" (its, the) says nothing here: "lampunya mati" is "lampu mati". Short words (hanya, punya) keep theirs.
_ENCLITIC = re.compile(r"(?<=[a-z]{4})nya\b")


def words_of(text: str, abbreviations: Mapping[str, str]) -> list[str]:
    """The words of a text in small letters, usual abbreviations written out (``jln`` → ``jalan``)."""
    written_out = abbreviations.get
    return [written_out(word, word) for word in _WORD.findall(_ENCLITIC.sub("", text.lower()))]


class _Node(Generic[T]):
    __slots__ = ("meanings", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node[T]] = {}
        self.meanings: tuple[T, ...] = ()


class PhraseBook(Generic[T]):
    """Phrases and what they mean, as a tree of words: finding them costs the same for ten or ten thousand."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, words: list[str], meaning: T) -> None:
        """Let a phrase mean something, beside what it means already."""
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        if meaning not in node.meanings:
            node.meanings = (*node.meanings, meaning)

    def get(self, words: list[str]) -> tuple[T, ...]:
        """What exactly these words mean."""
        node: _Node[T] | None = self._root
        for word in words:
            node = node.next.get(word) if node else None
        return node.meanings if node else ()

    def find(self, words: list[str]) -> Iterator[tuple[str, tuple[T, ...]]]:
        """Each phrase in a text with its meanings: from the left, the longest first, none inside another."""
        first, end, behind = self._root.next.get, len(words), 0
        for position, word in enumerate(words):
            node = first(word)
            if node is None or position < behind:
                continue
            ahead, meanings = position + 1, node.meanings
            stop = ahead
            while ahead < end and (node := node.next.get(words[ahead])):
                ahead += 1
                if node.meanings:
                    stop, meanings = ahead, node.meanings
            if meanings:
                yield " ".join(words[position:stop]), meanings
                behind = stop
