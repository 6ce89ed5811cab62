"""What is found in a text, and the words around it that say what it is."""

from dataclasses import dataclass

from lapor_contracts.vocabulary import Personal


@dataclass(frozen=True)
class Span:
    """Characters ``start`` to ``end`` (not included) of a text, and what they are."""

    start: int
    end: int
    kind: Personal
