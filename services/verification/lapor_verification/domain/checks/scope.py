"""Whether somebody else is to be asked: the parliament, a court, the police, a mediator. With advice who."""

from collections.abc import Iterator

from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

#: Whoever names an office or its service complains of that: of how the police treated a theft, not of the thief.
OF_A_SERVICE = 0.3


def check(reading: Reading) -> Iterator[Hint]:
    """What is outside of LAPOR!, where no public service is in it."""
    found = dict(reading.meanings.get(Check.SCOPE, {}))
    is_of_service = found.pop("service", None) is not None
    for what, weight in found.items():
        yield reading.lexicon.hint(Check.SCOPE, what, OF_A_SERVICE if is_of_service else weight)
