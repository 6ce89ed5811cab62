"""The bodies that may become competent, as the choice sees them: lean, immutable, in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lapor_contracts.regions import time_zone_of


class AgencyStatus(StrEnum):
    """Whether a body exists today."""

    ACTIVE = "active"
    FORMER = "former"


class AgencyKind(StrEnum):
    """What sort of body it is."""

    MINISTRY = "ministry"
    COORDINATING_MINISTRY = "coordinating_ministry"
    MINISTRY_UNIT = "ministry_unit"
    STATE_INSTITUTION = "state_institution"
    STATE_ENTERPRISE = "state_enterprise"
    FOREIGN_MISSION = "foreign_mission"
    LOCAL_GOVERNMENT = "local_government"
    REGIONAL_OFFICE = "regional_office"


@dataclass(frozen=True, slots=True)
class Agency:
    """A body of the directory (instansi): a ministry, a state company, an office of a region."""

    code: str
    name: str
    kind: AgencyKind
    short_name: str = ""
    parent_code: str | None = None
    region_code: str | None = None
    status: AgencyStatus = AgencyStatus.ACTIVE
    successor_codes: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """It may own reports."""
        return self.status is AgencyStatus.ACTIVE

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

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._by_code.values())

    def get(self, code: str | None) -> Agency | None:
        """The body with this code, former or not."""
        return self._by_code.get(code) if code else None

    def present(self, code: str | None) -> tuple[Agency, ...]:
        """The active bodies that a code means today: the body itself, or those that succeeded it."""
        agency = self.get(code)
        if agency is None or agency.active:
            return (agency,) if agency else ()
        found: dict[str, Agency] = {}
        pending, seen = [*agency.successor_codes], {agency.code}
        while pending:
            successor = self.get(pending.pop(0))
            if successor is None or successor.code in seen:
                continue
            seen.add(successor.code)
            if successor.active:
                found[successor.code] = successor
            else:
                pending.extend(successor.successor_codes)
        return tuple(found.values())
