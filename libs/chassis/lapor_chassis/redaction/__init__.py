"""Personal data in what people write: found, replaced or marked. Pure: a text in, passages out.

What identifies a person beyond doubt (`IDENTIFYING`, and whatever is the reporter's own) leaves the text before it is
stored. Plates and names after a salutation stay, because the body that works on the report needs them, and are marked
for the public version.

Every report passes here, so the time is linear in the length of the text, whatever stands in it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

from lapor_chassis.redaction.numbers import numbers
from lapor_chassis.redaction.own import introduced, passages
from lapor_chassis.redaction.spans import Span
from lapor_chassis.redaction.wording import emails, names, plates
from lapor_contracts.marks import PLACEHOLDERS, replaced
from lapor_contracts.vocabulary import Personal

__all__ = ["IDENTIFYING", "REPORTER", "Cleaned", "Span", "clean", "find", "introduced", "own"]

#: What is replaced in the text itself; the rest is marked only.
IDENTIFYING = frozenset(Personal) - {Personal.PLATE, Personal.NAME}

#: What stands in the place of the reporter's own name.
REPORTER = "[nama pelapor]"

_PLACEHOLDER = re.compile("|".join(map(re.escape, [*PLACEHOLDERS.values(), REPORTER])))
_DIGIT = re.compile(r"\d")


@final
@dataclass(frozen=True)
class Cleaned:
    """A text without what identifies, and what else in it the public must not read."""

    text: str
    marks: tuple[Span, ...]


def find(text: str) -> list[Span]:
    """Personal data in a text, in the order in which it stands there and without overlaps."""
    found = [*emails(text), *names(text)]
    if _DIGIT.search(text):
        found += [*numbers(text), *plates(text)]
    return _apart(found)


def own(text: str, reporter_parts: Sequence[str | None]) -> list[Span]:
    """Where a text says who its reporter is: name, telephone number, e-mail address or account, as far as given."""
    found = _apart(passages(text, [part for part in reporter_parts if part]))
    if not found:
        return found
    # Who is called "Nomor" must not make a placeholder of a placeholder.
    taken = [placeholder.span() for placeholder in _PLACEHOLDER.finditer(text)]
    return [span for span in found if not any(start < span.end and span.start < end for start, end in taken)]


def clean(text: str, reporter_parts: Sequence[str | None] = (), longest: int | None = None) -> Cleaned:
    """The text without what identifies its reporter or anybody else, not longer than ``longest``.

    Again and again until nothing is left: what stood between two numbers may tell, once it is gone or cut off, that
    one more number stands there. Each turn takes something away that does not come back, so there is an end.
    """
    while True:
        found = find(text)
        wrong = [(span.start, span.end, PLACEHOLDERS[span.kind]) for span in found if span.kind in IDENTIFYING]
        for span in own(text, [*reporter_parts, *introduced(text)]):
            wrong.append((span.start, span.end, REPORTER if span.kind is Personal.NAME else PLACEHOLDERS[span.kind]))
        if wrong:
            text = replaced(text, wrong)
        elif longest is not None and len(text) > longest:
            text = _cut(text, longest)
        else:
            return Cleaned(text, tuple(found))


def _apart(found: Iterable[Span]) -> list[Span]:
    """In their order; of those that overlap, the one that begins first, and of these the longest."""
    apart: list[Span] = []
    for span in sorted(found, key=lambda each: (each.start, -each.end)):
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _cut(text: str, longest: int) -> str:
    """The beginning of the text, which ends in no half of a placeholder."""
    crossing = (found for found in _PLACEHOLDER.finditer(text) if found.start() < longest < found.end())
    return text[: next((found.start() for found in crossing), longest)].rstrip()
