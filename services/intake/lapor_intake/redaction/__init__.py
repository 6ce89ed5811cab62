"""Personal data in what people write: found, replaced or marked. Pure: a text in, passages out.

What identifies a person beyond doubt (`IDENTIFYING`, and whatever is the reporter's own) leaves the text before it is
stored. Plates and names after a salutation stay, because the body that works on the report needs them, and are marked
for the public version.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lapor_contracts.vocabulary import Personal
from lapor_intake.redaction.spans import Span

__all__ = ["IDENTIFYING", "REPORTER", "Cleaned", "Span", "clean", "find", "own"]

#: What is replaced in the text itself; the rest is marked only.
IDENTIFYING = frozenset(Personal) - {Personal.PLATE, Personal.NAME}

#: What stands in the place of the reporter's own name.
REPORTER = "[nama pelapor]"


@dataclass(frozen=True)
class Cleaned:
    """A text without what identifies, and what else in it the public must not read."""

    text: str
    marks: tuple[Span, ...]


def find(text: str) -> list[Span]:
    """Personal data in a text, in the order in which it stands there and without overlaps."""
    return []


def own(text: str, reporter_parts: Sequence[str | None]) -> list[Span]:
    """Where a text says who its reporter is: name, telephone number, e-mail address or account, as far as given."""
    return []


def clean(text: str, reporter_parts: Sequence[str | None] = (), longest: int | None = None) -> Cleaned:
    """The text without what identifies its reporter or anybody else, not longer than ``longest``."""
    return Cleaned(text, ())
