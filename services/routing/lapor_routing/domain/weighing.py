"""From what was found to candidates: whose matter it is in this region, and how strongly each thing speaks for it."""

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field

from lapor_contracts.events import Evidence
from lapor_contracts.regions import Region, RegionKind
from lapor_routing.domain.agencies import Agency, Directory
from lapor_routing.domain.findings import Level, Phrases
from lapor_routing.domain.gazetteer import DISTRICT
from lapor_routing.domain.learned import NO_CORRECTIONS, Corrections, Prediction
from lapor_routing.domain.places import Whereabouts
from lapor_routing.domain.rules import LOCAL_GOVERNMENT, PROVINCES, Rules, Topic

#: The matter is the regency's or the city's, and only the province is known.
PROVINCE_ONLY = 0.5
#: The matter is a ministry's office's, and the ministry must find the office.
THROUGH_MINISTRY = 0.8

#: Jakarta's cities are no regions of their own: their offices are branches of the province's.
JAKARTA, BRANCH = "31", 0.8
#: Somebody of another level is spoken to.
OTHER_LEVEL = 0.8

#: What is left for the others where somebody has settled who is competent here; and what that says by itself.
UNSETTLED, SETTLED = 0.3, 0.85

#: What is left of the words' say for a body to which, as a model has learned, nothing from here has ever gone.
UNHEARD_OF = 0.01
#: What people said outright, which counts beside a model.
OUTRIGHT = frozenset({"reporter_choice", "sms_keyword", "competence", "correction"})

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
    levels: Set[Level] = frozenset()
    """Whom of the state the report speaks of."""
    corrections: Corrections = NO_CORRECTIONS
    subjects: list[str] = field(default_factory=list)
    """The topics and the category that were weighed."""
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    """What speaks for each candidate, by its code."""
    placed_by: dict[str, Evidence] = field(default_factory=dict)
    """Why a candidate is the one of its region, for the offices of a region."""
    unplaced: float = 0.0
    """The strongest evidence for an office that cannot be named, because the region is unknown."""
    learned: dict[str, float] = field(default_factory=dict)
    """How probable a model holds each candidate; empty where there is none."""
    _said: dict[str, dict[str, float]] = field(default_factory=dict)
    """What each passage says for a candidate: once, though it may speak of several of its topics."""

    def weigh_topic(self, topic: Topic, kind: str, says: str, phrases: Phrases) -> None:
        """A topic speaks for its competent bodies, for each by its share."""
        detail = f"{says} → topik {topic.name}"
        spoken_to = self.levels
        if not spoken_to and self.place.within and any(map(self._is_local, topic.competent)):
            spoken_to = {Level.LOCAL}  # who names the village has the mayor in mind
        others = UNSETTLED if self.weigh_competence(topic.code, detail, phrases) else 1.0
        said = together(phrases.values())
        for competent, share in topic.competent.items():
            level = self._level_of(competent)
            at_level = OTHER_LEVEL if spoken_to and level and level not in spoken_to else 1.0
            for agency, scaled in self.meant(competent, share * at_level * others, said):
                self.add(agency, kind, detail, {phrase: weight * scaled for phrase, weight in phrases.items()})

    def weigh_competence(self, subject: str, says: str, phrases: Phrases) -> bool:
        """Whether people settled who comes first for a topic or a category here: then all speaks for that one.

        The directory says it, or else a correction that was approved.
        """
        here = self.place.here
        self.subjects.append(subject)
        held = self.directory.competent_for(subject, here)
        corrected = None if held else self.corrections.nearest(subject, here)
        kind, how = ("competence", "ditetapkan") if held else ("correction", "dikoreksi")
        settled_for = held or corrected
        present = self.directory.present(settled_for.agency_code) if settled_for else ()
        for agency in present:
            settled = f"{says}: {how} untuk {agency.name}"
            self.add(agency, kind, settled, {**phrases, settled: SETTLED * together(phrases.values())})
        return bool(present)

    def weigh_body(self, code: str, kind: str, says: str, phrases: Phrases) -> None:
        """Something speaks for a body, or for the region's office of a type."""
        for agency, scaled in self.meant(code, 1.0, together(phrases.values())):
            scaled_phrases = {phrase: weight * scaled for phrase, weight in phrases.items()}
            self.add(agency, kind, f"{says} → {agency.name}", scaled_phrases)

    def weigh_prediction(self, prediction: Prediction, model_version: str | None) -> None:
        """A model holds a body probable, or the region's office of a type."""
        for agency, share in self.meant(prediction.agency_code, prediction.probability, 1.0):
            self.learned[agency.code] = max(share, self.learned.get(agency.code, 0.0))
            detail = f"model {model_version}: {share:.0%} → {agency.name}"
            self.add(agency, "learned_model", detail, {}, weight=share)

    def add(self, agency: Agency, kind: str, detail: str, phrases: Phrases, *, weight: float | None = None) -> None:
        """One more piece of evidence for a body; the same passage counts once."""
        if agency.code in self.excluded:
            return
        said = self._said.setdefault(agency.code, {})
        for phrase, weights in phrases.items():
            said[phrase] = max(weights, said.get(phrase, 0.0))
        pieces = self.evidence.setdefault(agency.code, [])
        if all(detail != other.detail[:DETAIL_LENGTH] for other in pieces):
            weight = together(phrases.values()) if weight is None else weight
            pieces.append(Evidence(kind=kind, detail=detail[:DETAIL_LENGTH], weight=round(weight, 3)))

    def score(self, code: str) -> float:
        """All that speaks for a body, together. A model leads: it has heard the words, and not what people decided."""
        said = together(self._said.get(code, {}).values())
        if not self.learned:
            return said
        outright = (piece.weight for piece in self.evidence.get(code, ()) if piece.kind in OUTRIGHT)
        return together((self.learned.get(code, UNHEARD_OF * said), *outright))

    def _level_of(self, competent: str) -> Level | None:
        """Whose head is spoken to where this body is meant; None for a ministry's office in the region."""
        name, _, level = competent.partition("@")
        if name != LOCAL_GOVERNMENT:
            if name not in self.rules.type_parents:
                return Level.LOCAL if name.startswith("PEMDA-") else Level.CENTRAL
            if self.rules.type_parents[name]:
                return None
        return Level.PROVINCIAL if level == PROVINCES else Level.LOCAL

    def _is_local(self, competent: str) -> bool:
        return self._level_of(competent) is Level.LOCAL

    def meant(self, competent: str, weight: float, said: float) -> Iterator[tuple[Agency, float]]:
        """The active bodies that a competent body of the rules is here and today, and what is left of the weight.

        ``said`` is how much speaks for it, for the case that it cannot be named.
        """
        name, _, level = competent.partition("@")
        if name not in self.rules.type_parents and name != LOCAL_GOVERNMENT:
            present = self.directory.present(name)
            yield from ((agency, weight / len(present)) for agency in present)
            return
        nowhere = True
        for region, why in zip(self.place.regions, self.place.evidence, strict=True):
            for office, share in self._offices(name, region, provincial=level == PROVINCES):
                nowhere = False
                self.placed_by[office.code] = why
                yield office, weight * share * self.place.trust
        if nowhere:
            above = self._above(name)
            yield from ((agency, weight * THROUGH_MINISTRY / len(above)) for agency in above)
            if not above and not self.place.regions:
                self.unplaced = max(self.unplaced, weight * said)

    def _offices(self, name: str, region: Region, *, provincial: bool) -> Iterator[tuple[Agency, float]]:
        """The region's office of a type, or the province's where the region has none of its own."""
        whole = region.kind is RegionKind.PROVINCE
        provinces = self._active(office_code(name, region.code[:2]))
        if whole or provincial:
            if provinces:
                yield provinces, 1.0 if provincial else PROVINCE_ONLY
            return
        own = self._own_office(name, region)
        if provinces and (own is None or region.parent_code == JAKARTA):
            yield provinces, 1.0
            if own:
                yield own, BRANCH
        elif own:
            yield own, 1.0

    def _own_office(self, name: str, region: Region) -> Agency | None:
        """That of the village or the kecamatan, where the directory holds it singly; else that of the region."""
        within = self.place.within
        if within and within.startswith(region.code):
            for code in (within, within[:DISTRICT]):
                if office := self._active(office_code(name, code)):
                    return office
        return self._active(office_code(name, region.code))

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
