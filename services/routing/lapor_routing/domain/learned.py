"""What experience says of a report: a model that learned from decided reports, and approved lessons of refusals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lapor_routing.domain.agencies import nearest


@dataclass(frozen=True, slots=True)
class Prediction:
    """A body, or the region's office of a type, and how probable a model holds it."""

    agency_code: str
    probability: float


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """Reports of a topic (or a category) belong to a body here, as refusals taught and a person approved."""

    subject: str
    region_code: str
    """With all regions in it; empty: everywhere."""
    agency_code: str


class Corrections:
    """The corrections in force: for a subject in a region at most one."""

    __slots__ = ("_by_place", "version")

    def __init__(self, corrections: Iterable[Correction] = (), version: int = 0) -> None:
        self._by_place: Mapping[tuple[str, str], Correction] = {
            (one.subject, one.region_code): one for one in corrections
        }
        self.version = version

    def __iter__(self) -> Iterator[Correction]:
        return iter(sorted(self._by_place.values()))

    def nearest(self, subject: str, region_code: str | None) -> Correction | None:
        """What was learned about a subject here; the smallest region around says it."""
        return nearest(self._by_place, subject, region_code)

    def having(self, correction: Correction) -> "Corrections":
        """The next version: with one more, instead of the one that stood there."""
        return Corrections((*self._by_place.values(), correction), self.version + 1)


#: As the service is shipped.
NO_CORRECTIONS = Corrections()
