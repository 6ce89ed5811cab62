"""Reads the reference data that the service ships: the directory's rows, and the rules of the choice."""

from collections.abc import Iterator
from functools import cache

from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.rules import Rules


def agencies() -> "Iterator[AgencyRow]":
    """Every body: the listed ones, and the offices made from their patterns for each region."""
    raise NotImplementedError


@cache
def rules() -> Rules:
    """The rules of the choice, compiled from the shipped data; their version changes with the data."""
    raise NotImplementedError


class AgencyRow(Agency):
    """A body with all names by which it may be searched."""

    aliases: tuple[str, ...] = ()
