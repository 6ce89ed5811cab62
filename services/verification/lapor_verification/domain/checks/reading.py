"""A report read once, for all checks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lapor_contracts import clues
from lapor_contracts.clues import Text
from lapor_contracts.events import ReportReceived
from lapor_verification.domain.checks.lexicon import Lexicon, Topic, lexicon
from lapor_verification.domain.finding import Check


@dataclass(frozen=True)
class Reading:
    """The report, its words, and what the phrases in it mean."""

    report: ReportReceived
    text: Text
    words: tuple[str, ...]
    """Its words with slang written out."""
    today: date
    """The latest date on which anybody in the country may be."""
    lexicon: Lexicon
    meanings: Mapping[Check, Mapping[str, float]]
    """What each check's phrases say, and how surely."""
    topics: Mapping[Topic, frozenset[str]]
    """Matters of complaint, by the phrases that name them."""

    @cached_property
    def names_a_matter(self) -> bool:
        """Whether it names a body, or a matter of complaint by more than one word."""
        return clues.names_an_agency(self.text) or any(
            " " in phrase for said in self.topics.values() for phrase in said
        )

    def says(self, check: Check, what: str) -> bool:
        """Whether a phrase with this meaning is in it."""
        return what in self.meanings.get(check, {})


def read(report: ReportReceived, today: date) -> Reading:
    """Look for all phrases in one pass."""
    known, text = lexicon(), Text(f"{report.title}\n{report.body}")
    meanings: dict[Check, dict[str, float]] = defaultdict(dict)
    topics: dict[Topic, set[str]] = defaultdict(set)
    words = known.normal(text.words)
    for phrase, found in known.find(words):
        for each in found:
            if isinstance(each, Topic):
                topics[each].add(phrase)
            elif each.check:
                meanings[each.check][each.what] = each.weight
    named = {topic: frozenset(said) for topic, said in topics.items()}
    return Reading(report, text, tuple(words), today, known, meanings, named)
