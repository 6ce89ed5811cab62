"""The words and phrases that the checks know, read once from ``data/``."""

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lapor_verification.domain.finding import Check, Hint

_WORD = re.compile(r"[^\W\d_]{2,}")
_SET = re.compile(r"\{(\w+)\}")
#: "-nya" (its, the) says nothing here: "lampunya mati" is "lampu mati". Short words (hanya, punya) keep theirs.
_ENCLITIC, _SHORTEST = "nya", 7


class Meaning(NamedTuple):
    """What a phrase means to a check. Without a check it only keeps its words from meaning something else."""

    check: Check | None
    what: str
    weight: float


class Topic(NamedTuple):
    """A matter of complaint, with its category in LAPOR!'s tree."""

    code: str
    category: str
    sensitive: bool
    urgent: bool


@dataclass(slots=True)
class Node:
    """A phrase book is a tree of words: finding phrases costs the same for ten or ten thousand."""

    next: dict[str, "Node"] = field(default_factory=dict)
    meanings: tuple[Meaning | Topic, ...] = ()


class Lexicon:
    """Phrases with their meanings, and the sentences that go with them."""

    def __init__(self, slang: Mapping[str, str], sentences: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        self._slang = slang
        self._sentences = sentences
        self._root = Node()

    def words(self, text: str) -> list[str]:
        """The words of a text in small letters, as the phrases write them."""
        return self.normal(_WORD.findall(text.lower()))

    def normal(self, words: list[str]) -> list[str]:
        """Slang written out, and without "-nya"."""
        written_out = self._slang.get
        return [
            word[:-3] if word.endswith(_ENCLITIC) and len(word) >= _SHORTEST else written_out(word, word)
            for word in words
        ]

    def add(self, phrase: str, meaning: Meaning | Topic) -> None:
        """Let a phrase mean something, beside what it means already."""
        node = self._root
        for word in self.words(phrase):
            node = node.next.setdefault(word, Node())
        node.meanings = (*node.meanings, meaning)

    def find(self, words: list[str]) -> Iterator[tuple[str, tuple[Meaning | Topic, ...]]]:
        """The longest phrase at each place of a text. A harmless one hides what begins within it."""
        root, behind = self._root.next.get, 0
        for position, first in enumerate(words):
            node = root(first)
            if node is None or position < behind:
                continue
            stop, meanings = position + 1, node.meanings
            for ahead in range(position + 1, len(words)):
                node = node.next.get(words[ahead])
                if node is None:
                    break
                if node.meanings:
                    stop, meanings = ahead + 1, node.meanings
            if meanings:
                yield " ".join(words[position:stop]), meanings
                if any(isinstance(each, Meaning) and each.check is None for each in meanings):
                    behind = stop

    def hint(self, check: Check, what: str, weight: float, suggests: str | None = None) -> Hint:
        """A hint in the words that stand in the data."""
        return Hint(check, what, weight, *self._sentences[check.value, what], suggests)


@cache
def lexicon() -> Lexicon:
    """The one that we ship."""
    slang = {row["written"]: row["means"] for row in _rows("slang.csv")}
    sentences = {(row["check"], row["what"]): (row["reason"], row["reason_en"]) for row in _rows("findings.csv")}
    made = Lexicon(slang, sentences)
    sets = {row["set"]: row["words"].split("|") for row in _rows("sets.csv")}
    for row in _rows("phrases.csv"):
        check = None if row["check"] == "harmless" else Check(row["check"])
        meaning = Meaning(check, row["what"], float(row["weight"]))
        for pattern in row["phrases"].split("|"):
            for phrase in _spelt_out(pattern, sets):
                made.add(phrase, meaning)
    for row in _rows("topics.csv"):
        topic = Topic(row["code"], row["category"], row["sensitive"] == "1", row["urgent"] == "1")
        for phrase in row["phrases"].split("|"):
            made.add(phrase, topic)
    return made


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("lapor_verification") / "data" / name).read_text("utf-8")
    return iter(list(csv.DictReader(text.splitlines())))


def _spelt_out(pattern: str, sets: Mapping[str, list[str]]) -> Iterator[str]:
    """``usir {kelompok}`` for each word of the set."""
    names = _SET.findall(pattern)
    for words in itertools.product(*(sets[name] for name in names)):
        yield pattern.format(**dict(zip(names, words, strict=True)))
