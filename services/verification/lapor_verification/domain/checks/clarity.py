"""Whether it can be read at all."""

import re
from collections.abc import Iterator

from lapor_contracts.clues import Text
from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

_LONG_RUN = re.compile(r"([^\W\d_])\1{14}")
_VOWELS = frozenset("aeiou")

SURE = 0.9


def check(reading: Reading) -> Iterator[Hint]:
    """What is no text that anybody could act on."""
    report, text, hint = reading.report, reading.text, reading.lexicon.hint
    if report.occurred_on and report.occurred_on > reading.today:
        yield hint(Check.CLARITY, "future", SURE)
    if text.has_links and len(text.words) < 3:
        yield hint(Check.CLARITY, "only_links", SURE)
    if repeats_itself(text):
        yield hint(Check.CLARITY, "repeats", SURE)
    if is_gibberish(frozenset(reading.words)):
        yield hint(Check.CLARITY, "gibberish", SURE)


def repeats_itself(text: Text) -> bool:
    """Whether one letter or a few words are said over and over."""
    if len(text.words) >= 6:
        # A long honest text repeats its common words too; a tiny vocabulary over many words is no story.
        return len(text.vocabulary) <= max(2, len(text.words) // 8)
    letters = "".join(text.words)
    return (len(letters) >= 12 and len(set(letters)) <= 4) or bool(_LONG_RUN.search(text.text))


def is_gibberish(vocabulary: frozenset[str]) -> bool:
    """Whether fewer than half of the words can be spoken: "sdfg hjkl qwrt"; usual abbreviations can."""
    spoken = sum(not _VOWELS.isdisjoint(word) for word in vocabulary)
    return spoken * 2 < len(vocabulary)
