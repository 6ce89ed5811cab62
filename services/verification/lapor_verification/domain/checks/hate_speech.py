"""Whether it incites against, or insults, an ethnic or religious group (SARA)."""

from collections.abc import Iterator

from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

#: Who was called names quotes them. A person looks at it when there is time, and nobody is kept waiting.
QUOTED = 0.3


def check(reading: Reading) -> Iterator[Hint]:
    """Words against a group; the surest alone."""
    found = dict(reading.meanings.get(Check.HATE_SPEECH, {}))
    is_quoted = found.pop("quoted", None) is not None
    if found:
        what = max(found, key=lambda each: found[each])
        what, weight = ("quoted", QUOTED) if is_quoted else (what, found[what])
        yield reading.lexicon.hint(Check.HATE_SPEECH, what, weight)
