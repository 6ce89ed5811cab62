"""What the choice knows: topics and their phrases, names of bodies and places."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Compiled once from the reference data, then only read."""

    version: str
