"""From what was found to candidates: whose matter it is in this region, and how strongly each thing speaks for it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from lapor_contracts.events import Evidence
from lapor_contracts.regions import Region, RegionKind
from lapor_routing.domain.agencies import Agency, Directory
from lapor_routing.domain.findings import Phrases
from lapor_routing.domain.places import Whereabouts
from lapor_routing.domain.rules import LOCAL_GOVERNMENT, PROVINCES, Rules, Topic

#: The bodies of a topic, in order: the first is meant, the others may be.
SHARES = (1.0, 0.45, 0.3, 0.2)
#: The matter is the regency's or the city's, and only the province is known.
PROVINCE_ONLY = 0.5
#: The matter is a ministry's office's, and the ministry must find the office.
THROUGH_MINISTRY = 0.8

#: As long as an event allows.
DETAIL_LENGTH = 300
#: So many phrases are quoted for one thing.
QUOTED = 4


def together(weights: Iterable[float]) -> float:
    """What independent pieces of evidence say together: the chance that not all of them are wrong."""
    wrong = 1.0
    for weight in weights:
        wrong *= 1.0 - weight
    return 1.0 - wrong


def office_code(type_code: str, region_code: str) -> str:
    """The code of a region's office (``PEMDA-14.02/OPD-DINKES``, ``POLRES-14.02``) or government (``PEMDA-14.02``)."""
    if type_code == LOCAL_GOVERNMENT:
        return f"PEMDA-{region_code}"
    if type_code.startswith("OPD-"):
        return f"PEMDA-{region_code}/{type_code}"
    return f"{type_code}-{region_code}"


@dataclass(slots=True)
class Case:
    """One report's candidates while their evidence is collected."""

    rules: Rules
    directory: Directory
    place: Whereabouts
    excluded: Collection[str]
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    """What speaks for each candidate, by its code."""
    placed_by: dict[str, Evidence] = field(default_factory=dict)
    """Why a candidate is the one of its region, for the offices of a region."""
    unplaced: float = 0.0
    """The strongest evidence for an office that cannot be named, because the region is unknown."""

    def weigh_topic(self, topic: Topic, kind: str, passage: str, weight: float) -> None:
        """A topic speaks for its competent bodies, for the first more than for the next."""
        detail = f"{passage} → topik {topic.name}"
        shares = iter(SHARES)
        share = next(shares)
        for competent in topic.competent:
            found = list(self.meant(competent, weight * share))
            for agency, scaled in found:
                self.add(agency, kind, detail, scaled)
            if found or not self.place.regions:  # who does not exist here leaves its share to the next
                share = next(shares, 0.0)

    def weigh_body(self, code: str, kind: str, passage: str, weight: float) -> None:
        """Something speaks for a body, or for the region's office of a type."""
        for agency, scaled in self.meant(code, weight):
            self.add(agency, kind, f"{passage} → {agency.name}", scaled)

    def add(self, agency: Agency, kind: str, detail: str, weight: float) -> None:
        """One more piece of evidence for a body; the same thing counts once."""
        if agency.code in self.excluded:
            return
        piece = Evidence(kind=kind, detail=detail[:DETAIL_LENGTH], weight=round(weight, 3))
        pieces = self.evidence.setdefault(agency.code, [])
        if all(piece.detail != other.detail for other in pieces):
            pieces.append(piece)

    def score(self, code: str) -> float:
        """All that speaks for a body, together."""
        return together(piece.weight for piece in self.evidence.get(code, ()))

    def meant(self, competent: str, weight: float) -> Iterator[tuple[Agency, float]]:
        """The active bodies that a competent body of the rules is here and today, and what is left of the weight."""
        name, _, level = competent.partition("@")
        if name not in self.rules.type_parents and name != LOCAL_GOVERNMENT:
            present = self.directory.present(name)
            yield from ((agency, weight / len(present)) for agency in present)
            return
        nowhere = True
        for region, why in zip(self.place.regions, self.place.evidence, strict=True):
            office, share = self._office(name, region, provincial=level == PROVINCES)
            if office:
                nowhere = False
                self.placed_by[office.code] = why
                yield office, weight * share * self.place.trust
        if nowhere:
            above = self._above(name)
            yield from ((agency, weight * THROUGH_MINISTRY / len(above)) for agency in above)
            if not above and not self.place.regions:
                self.unplaced = max(self.unplaced, weight)

    def _office(self, name: str, region: Region, *, provincial: bool) -> tuple[Agency | None, float]:
        """The region's office of a type, or the province's where the region has none of its own."""
        whole = region.kind is RegionKind.PROVINCE
        if not (whole or provincial) and (office := self._active(office_code(name, region.code))):
            return office, 1.0
        return self._active(office_code(name, region.code[:2])), PROVINCE_ONLY if whole and not provincial else 1.0

    def _active(self, code: str) -> Agency | None:
        agency = self.directory.get(code)
        return agency if agency and agency.active else None

    def _above(self, name: str) -> tuple[Agency, ...]:
        """The national body above a type of office."""
        parent = self.rules.type_parents.get(name)
        while parent and parent in self.rules.type_parents:
            parent = self.rules.type_parents[parent]
        return self.directory.present(parent)


def quoted(kind: str, phrases: Phrases) -> str:
    """The passage that speaks: ``frasa “lampu jalan mati”, “pju”``, the strongest first."""
    strongest = sorted(phrases, key=lambda phrase: (-phrases[phrase], phrase))
    return f"{kind} " + ", ".join(f"“{phrase}”" for phrase in strongest[:QUOTED])
