"""Whether it reads like another kind than the one that was given."""

from collections.abc import Iterator

from lapor_contracts.vocabulary import Kind
from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint


def check(reading: Reading) -> Iterator[Hint]:
    """Another kind, where the text speaks for one other and not for the one that was given."""
    found = reading.meanings.get(Check.KIND, {})
    if len(found) == 1:
        (what, weight), *_ = found.items()
        if what != reading.report.kind.value:
            yield reading.lexicon.hint(Check.KIND, what, weight, Kind(what).value)
