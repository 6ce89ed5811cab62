"""Whether it must be handled with care: sensitive, urgent, or with supervision (berkadar pengawasan)."""

from collections.abc import Iterator

from lapor_contracts.vocabulary import Kind
from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

#: A topic alone says that it may be so.
BY_TOPIC = 0.4


def check(reading: Reading) -> Iterator[Hint]:
    """What it names itself; else what its topics often are."""
    yield from _named(reading, Check.SENSITIVITY, any(topic.sensitive for topic in reading.topics))
    yield from _named(reading, Check.URGENCY, any(topic.urgent for topic in reading.topics))
    if reading.report.kind is Kind.COMPLAINT:
        yield from _named(reading, Check.SUPERVISION, by_topic=False)


def _named(reading: Reading, check: Check, by_topic: bool) -> Iterator[Hint]:
    found = reading.meanings.get(check, {})
    for what, weight in found.items():
        yield reading.lexicon.hint(check, what, weight)
    if by_topic and not found:
        yield reading.lexicon.hint(check, "topic", BY_TOPIC)
