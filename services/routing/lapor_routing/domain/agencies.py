"""The bodies that may become competent, as the choice sees them: lean, immutable, in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lapor_contracts.regions import time_zone_of

#: A body with this status may own reports; any other is former and stands for its successors.
ACTIVE = "aktif"


@dataclass(frozen=True, slots=True)
class Agency:
    """A body of the directory (instansi): a ministry, a state company, a regional office, a mission."""

    code: str
    name: str
    short_name: str = ""
    kind: str = ""
    parent_code: str | None = None
    region_code: str | None = None
    status: str = ACTIVE
    successor_codes: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """It may own reports."""
        return self.status == ACTIVE

    @property
    def time_zone(self) -> str:
        """Where its working days are counted; a body without a region counts in Jakarta's zone."""
        return time_zone_of(self.region_code)


class Directory:
    """All bodies by code."""

    __slots__ = ("_by_code", "version")

    def __init__(self, agencies: Iterable[Agency], version: int = 0) -> None:
        self._by_code = {agency.code: agency for agency in agencies}
        self.version = version

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._by_code.values())

    def get(self, code: str | None) -> Agency | None:
        """The body with this code, former or not."""
        return self._by_code.get(code) if code else None

    def is_active(self, code: str) -> bool:
        """There is such a body, and it may own reports."""
        agency = self._by_code.get(code)
        return agency is not None and agency.status == ACTIVE

    def present(self, code: str | None) -> tuple[Agency, ...]:
        """The active bodies that a code means today: the body itself, or those that succeeded it."""
        found: dict[str, Agency] = {}
        pending, seen = [code], set[str]()
        while pending:
            agency = self.get(pending.pop(0))
            if agency is None or agency.code in seen:
                continue
            seen.add(agency.code)
            if agency.active:
                found[agency.code] = agency
            else:
                pending.extend(agency.successor_codes)
        return tuple(found.values())
