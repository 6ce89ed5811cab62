"""The directory of agencies in routing's database: load it, read it, search it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from lapor_chassis.transactions import Transaction

from lapor_routing.domain.agencies import Agency, Directory
from lapor_routing.reference import AgencyRow


@dataclass(frozen=True)
class Loaded:
    """What loading changed."""

    total: int
    added: int
    changed: int
    version: int


def load_directory(
    tx: Transaction,
    rows: Iterable[AgencyRow],
    progress: Callable[[int, int], None] | None = None,
) -> Loaded:
    """Make the directory hold ``rows``; only differences are written, nothing is removed.

    ``progress`` is called with the rows done and the total.
    """
    raise NotImplementedError


def read_directory(connection: sa.Connection) -> Directory:
    """The whole directory, for the choice."""
    raise NotImplementedError


def directory_version(connection: sa.Connection) -> int:
    """Grows with each load that changed something; 0 while nothing is loaded."""
    raise NotImplementedError


def search_agencies(
    connection: sa.Connection, text: str = "", cursor: str | None = None, limit: int = 25
) -> tuple[list[Agency], str | None]:
    """Bodies with all words of ``text`` (each may be cut short) in their code, name or aliases; next cursor or None."""
    raise NotImplementedError


def agency(connection: sa.Connection, code: str) -> Agency | None:
    """The body with this code, former or not."""
    raise NotImplementedError


def units_of(connection: sa.Connection, code: str) -> list[Agency]:
    """The active bodies directly below this one, by name."""
    raise NotImplementedError
