"""Which categories of LAPOR!'s tree the matter may be in.

They are suggested to verifiers and never filled in: routing weighs the same words, and a category that was made of them
would count them twice.
"""

from collections import defaultdict
from collections.abc import Iterator

from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

#: One word alone says too little.
FEWEST_WORDS = 2
MOST_SUGGESTED = 3


def check(reading: Reading) -> Iterator[Hint]:
    """The categories of the topics that most words speak for."""
    phrases: dict[str, set[str]] = defaultdict(set)
    for topic, said in reading.topics.items():
        if topic.category:
            phrases[topic.category] |= said
    scores = {code: sum(phrase.count(" ") + 1 for phrase in said) for code, said in phrases.items()}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    for code in ranked[:MOST_SUGGESTED]:
        if scores[code] >= FEWEST_WORDS:
            named = ", ".join(f"“{phrase}”" for phrase in sorted(phrases[code], key=len, reverse=True)[:3])
            weight = scores[code] / (sum(scores.values()) + 1)
            yield Hint(Check.CATEGORY, code, round(weight, 2), f"Frasa {named}.", f"Phrases {named}.", code)
