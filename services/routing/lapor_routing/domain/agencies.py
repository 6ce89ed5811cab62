"""The bodies that may become competent, as the choice sees them: lean, immutable, in memory."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lapor_contracts.regions import time_zone_of

T = TypeVar("T")


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


#: These govern themselves. Who stands above them in the directory may pass a report on to them, and neither reads
#: along in their inboxes nor arranges their units: or the Ministry of Home Affairs would do so for the whole country.
SELF_GOVERNING = frozenset({AgencyKind.LOCAL_GOVERNMENT, AgencyKind.STATE_ENTERPRISE})


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
    verifies_itself: bool = False
    """Its own administrator verifies what reporters send to it; else the centre does."""
    aliases: tuple[str, ...] = ()
    """By what it is found besides: names that it had, and what people say instead."""

    @property
    def active(self) -> bool:
        """It may own reports."""
        return self.status is AgencyStatus.ACTIVE

    @property
    def time_zone(self) -> str:
        """Where its working days are counted; a body without a region counts in Jakarta's zone."""
        return time_zone_of(self.region_code)


@dataclass(frozen=True, slots=True)
class Competence:
    """A body comes first for a topic (or a category) in a place, whatever the rules say."""

    subject: str
    agency_code: str
    region_code: str = ""
    """With all regions in it; empty: everywhere."""
    note: str = ""


def nearest(settled: Mapping[tuple[str, str], T], subject: str, region_code: str | None) -> T | None:
    """What was settled for a subject here, by subject and region; the smallest region around says it."""
    place = region_code or ""
    while True:
        if found := settled.get((subject, place)):
            return found
        if not place:
            return None
        place = place.rpartition(".")[0]


class Directory:
    """All bodies by code, and who was made competent for what."""

    __slots__ = ("_by_code", "_competences", "version")

    def __init__(self, agencies: Iterable[Agency], version: int = 0, competences: Iterable[Competence] = ()) -> None:
        self._by_code = {agency.code: agency for agency in agencies}
        self._competences: Mapping[tuple[str, str], Competence] = {
            (one.subject, one.region_code): one for one in competences
        }
        self.version = version

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._by_code.values())

    @property
    def competences(self) -> Collection[Competence]:
        """Who was made competent for what."""
        return self._competences.values()

    def get(self, code: str | None) -> Agency | None:
        """The body with this code, former or not."""
        return self._by_code.get(code) if code else None

    def above(self, code: str | None) -> Iterator[Agency]:
        """The bodies above this one, the nearest first; a circle is walked once."""
        agency, seen = self.get(code), set[str]()
        while agency is not None and agency.code not in seen:
            seen.add(agency.code)
            agency = self.get(agency.parent_code)
            if agency is not None and agency.code not in seen:
                yield agency

    def is_below(self, code: str | None, above: str) -> bool:
        """Whether one body stands below another one, on whichever level."""
        return any(agency.code == above for agency in self.above(code))

    def same_house(self, code: str | None) -> Iterator[Agency]:
        """The body and those above it, up to the one that governs itself: whose officers see its reports."""
        agency = self.get(code)
        if agency is None:
            return
        yield agency
        for above in self.above(code):
            if agency.kind in SELF_GOVERNING:
                return
            yield (agency := above)

    def competent_for(self, subject: str, region_code: str | None) -> Competence | None:
        """Who was made competent for a topic or a category here; the smallest region that fits says it."""
        return nearest(self._competences, subject, region_code)

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
