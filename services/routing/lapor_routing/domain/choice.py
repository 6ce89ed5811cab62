"""Which body is competent for a report, and why."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lapor_contracts.events import Evidence, Point
from lapor_contracts.regions import Region, enclosing, region_called
from lapor_contracts.vocabulary import Kind
from lapor_routing.domain.agencies import Directory
from lapor_routing.domain.findings import Findings, Phrases, find
from lapor_routing.domain.learned import NO_CORRECTIONS, Corrections, Prediction
from lapor_routing.domain.places import Whereabouts, whereabouts
from lapor_routing.domain.rules import About, Rules
from lapor_routing.domain.weighing import Case, quoted, together

#: From this confidence on a report is routed without a person.
THRESHOLD = 0.8
#: So many bodies are shown to a person who decides, at most and, where anything is known, at least.
SHOWN, FEWEST = 5, 3

#: What the reporter says outright weighs more than what is read out of the words.
CHOSEN, KEYWORD, CATEGORY = 0.95, 0.85, 0.45
#: Less than this is said by any text.
FAINT = 0.15
#: A special topic stands in for a general one if so much speaks for it: more than a hint.
SAID = 0.3
#: A score of 1 is not certain either.
LEAST_DOUBT = 0.007
#: Bodies for which evidence is so nearly as strong are alike.
ALIKE = 0.02


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is known of a report when a body is chosen for it."""

    title: str
    body: str
    kind: Kind = Kind.COMPLAINT
    region_code: str | None = None
    place: str | None = None
    point: Point | None = None
    agency_code: str | None = None
    keyword: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that may be competent, with all that speaks for it."""

    agency_code: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The bodies that may be competent, the best first, and how sure it is."""

    candidates: tuple[Candidate, ...] = ()
    place: Whereabouts = field(default_factory=Whereabouts)
    confidence: float = 0.0
    rules_version: str
    model_version: str | None = None
    threshold: float = THRESHOLD
    subjects: tuple[str, ...] = ()
    """The topics and the category that the report was seen to be of."""
    doubt: str = ""
    """Why no body is the winner, in words for the coordinator; empty when one is."""

    @property
    def winner(self) -> Candidate | None:
        """The competent body, unless that is open."""
        return self.candidates[0] if self.candidates and not self.doubt else None

    @property
    def runner_up(self) -> Candidate | None:
        """The next best."""
        return self.candidates[1] if len(self.candidates) > 1 else None

    @property
    def sure(self) -> bool:
        """Sure enough to route without a person."""
        return self.winner is not None and self.confidence >= self.threshold


def choose(
    report: Report,
    rules: Rules,
    directory: Directory,
    *,
    learned: Sequence[Prediction] = (),
    model_version: str | None = None,
    corrections: Corrections = NO_CORRECTIONS,
    excluded: Collection[str] = frozenset(),
    threshold: float = THRESHOLD,
) -> Choice:
    """The competent bodies for ``report``, never one of ``excluded``; from the evidence, in four steps.

    1. *Find.* Title, text and place are cut into words once; every known phrase in them points to a topic, a field
       of work, a body by its name, or a region. Two words say more than one, a title more than a text.
    2. *Place.* A region that was given counts fully, then a pin on the map, then one named in words, for which
       villages and kecamatan speak too; two named alike leave it open.
    3. *Weigh.* Each competent body of a topic gets its share of the topic's weight; where the directory, or an
       approved correction, says who comes first for it here, that body does. A type of office becomes the office of
       the region, times the trust in that region. Who is spoken to (a mayor, a minister) says whose level is meant.
       A body that is only a landmark, or was only told of it, says little. Weights are probabilities:
       together they make ``1 - (1-a)(1-b)…``, so that agreement adds up and never exceeds 1. Where a model has
       learned, it leads. The reporter's own choice of an existing body comes before all else: no wrong door lets
       that body pass it on.
    4. *Doubt.* The confidence is how probable the winner is right. There is no winner if nothing was found, if two
       are alike, or if the matter is a region's and the region is unknown.

    Evidence quotes passages of the report, but only such as the rules know: it holds no name that is not theirs.
    """
    found = find(rules, title=report.title, body=report.body, place=report.place)
    named = _named_by_keyword(report.keyword, rules)
    region = None if named or not report.keyword else region_called(report.keyword)
    keyword = (report.keyword, region) if report.keyword and region else None
    place = _place(report, keyword, found, rules)
    case = Case(rules, directory, place, excluded, found.levels, corrections)

    _weigh_topics(case, found, report.category)
    _weigh_bodies(case, found)
    for code in named:
        says = f"kata kunci SMS “{report.keyword}”"
        case.weigh_body(code, "sms_keyword", says, {says: KEYWORD / len(named)})
    for prediction in learned:
        case.weigh_prediction(prediction, model_version)
    chosen = _weigh_choice(case, report.agency_code)
    return _decide(case, chosen, threshold, model_version)


def _place(report: Report, keyword: tuple[str, Region] | None, found: Findings, rules: Rules) -> Whereabouts:
    pin = rules.district_at(report.point) if report.point else None
    known = enclosing(report.region_code) or keyword or pin or found.regions
    # Without anything else, and in what was written as the place, names that are no other words count as well.
    names = [(text, not known) for text in found.texts] + [(text, True) for text in found.places]
    mentions = [mention for text, bare in names for mention in rules.gazetteer().mentions(text, bare=bare)]
    return whereabouts(report.region_code, keyword, pin, found.regions, mentions)


def _named_by_keyword(keyword: str | None, rules: Rules) -> tuple[str, ...]:
    """The bodies that the keyword of an SMS names: ``PLN mati lampu sejak subuh``."""
    meanings = rules.phrases.get(rules.reader.words(keyword)) if keyword else ()
    return tuple(meaning.ref for meaning in meanings if meaning.about is About.BODY)


def _weigh_topics(case: Case, found: Findings, category: str | None) -> None:
    for code, phrases in _most_special(found.topics, case.rules).items():
        case.weigh_topic(case.rules.topics[code], "topic_phrase", quoted("frasa", phrases), phrases)
    if category and category not in case.rules.topics:
        says = f"kategori {category} pada laporan"
        case.weigh_competence(category, says, {says: CATEGORY})
    codes = case.rules.by_category.get(category or "", ())
    for code in codes:
        topic = case.rules.topics[code]
        says = f"kategori {category} pada laporan"
        case.weigh_topic(topic, "category_given", says, {says: CATEGORY / len(codes)})


def _most_special(topics: dict[str, Phrases], rules: Rules) -> dict[str, Phrases]:
    """Where a general topic yields to a special one, its phrases speak for that: a hole, in a national road."""
    meant: dict[str, Phrases] = {}
    for code, phrases in topics.items():
        special = [
            other
            for other in rules.yields_to.get(code, frozenset()) & topics.keys()
            if together(topics[other].values()) >= SAID
        ]
        for final in special or (code,):
            meant.setdefault(final, {}).update(phrases)
    return meant


def _weigh_bodies(case: Case, found: Findings) -> None:
    for code, phrases in found.fields.items():
        case.weigh_body(code, "topic_phrase", quoted("kata", phrases), phrases)
    sharers: dict[str, int] = {}
    for phrases in found.bodies.values():
        for phrase in phrases:
            sharers[phrase] = sharers.get(phrase, 0) + 1
    for code, phrases in found.bodies.items():
        # A name that several bodies share (BPN: the ministry, and its office in the region) says as much less for each.
        shared = {phrase: weight / sharers[phrase] for phrase, weight in phrases.items()}
        case.weigh_body(code, "body_named", quoted("nama", phrases), shared)


def _weigh_choice(case: Case, agency_code: str | None) -> str | None:
    """The body that the reporter chose; of a former body's successors the one for which most else speaks."""
    present = [agency for agency in case.directory.present(agency_code) if agency.code not in case.excluded]
    if not present:
        return None
    chosen = max(present, key=lambda agency: case.score(agency.code))
    former = "" if chosen.code == agency_code else f", penerus {agency_code}"
    says = f"pelapor memilih {chosen.name}{former}"
    case.add(chosen, "reporter_choice", says, {says: CHOSEN})
    return chosen.code


def _decide(case: Case, chosen: str | None, threshold: float, model_version: str | None) -> Choice:
    scores = {code: case.score(code) for code in case.evidence}
    ranked = sorted(scores, key=lambda code: (code != chosen, -scores[code], code))[:SHOWN]
    best = scores[ranked[0]] if ranked else 0.0
    rival = next((code for code in ranked[1:] if not _same_house(case, ranked[0], code)), None)
    if chosen or (ranked and ranked[0] in case.learned):
        sureness = best  # a model's probability has been checked against what came true
    else:
        sureness = confidence(best, scores[rival] if rival else 0.0)
    doubt = "" if chosen else _doubt(case, ranked, scores, rival)
    return Choice(
        candidates=tuple(_candidate(case, code, scores[code]) for code in ranked) + _next_doors(case, ranked),
        place=case.place,
        confidence=round(sureness, 3),
        rules_version=_version(case.rules, case.corrections),
        subjects=tuple(dict.fromkeys(case.subjects)),
        model_version=model_version,
        threshold=threshold,
        doubt=doubt,
    )


def _version(rules: Rules, corrections: Corrections) -> str:
    """Of both, since both decide: ``1a2b3c+4``."""
    return f"{rules.version}+{corrections.version}" if corrections.version else rules.version


def _same_house(case: Case, code: str, other: str) -> bool:
    """One stands below the other: whichever gets the report can hand it up or down."""
    one, two = case.directory.get(code), case.directory.get(other)
    return one is not None and two is not None and (one.parent_code == other or two.parent_code == code)


def confidence(best: float, rival: float) -> float:
    """How probable it is that the winner is competent, given its score and its strongest rival's.

    Strength of evidence is ``-log(1 - score)``, so that it adds up. What counts most is the winner's share of the
    two; the numbers are fitted to reports whose bodies are known.
    """
    if not best:
        return 0.0
    strength, against = _strength(best), _strength(rival)
    share = strength / (strength + against + 0.2)
    return 1.0 / (1.0 + math.exp(2.6 - 5.0 * share - 0.33 * strength))


def _next_doors(case: Case, ranked: list[str]) -> tuple[Candidate, ...]:
    """Where a person may ask next when words name few bodies: above the winner, and the region's government."""
    if len(ranked) >= FEWEST:
        return ()
    above = case.directory.get(ranked[0]) if ranked else None
    codes = [above.parent_code] if above and above.parent_code else []
    for region in case.place.regions:
        codes += [f"PEMDA-{region.code}", f"PEMDA-{region.code}/OPD-SETDA"]
    if case.place.known and len(case.place.regions[0].code) > 2:
        codes.append(f"PEMDA-{case.place.regions[0].code[:2]}")
    doors = (case.directory.get(code) for code in dict.fromkeys(codes) if code not in ranked)
    return tuple(
        Candidate(
            agency.code, 0.0, (Evidence(kind="next_door", detail=f"bila ragu → {agency.name}"[:300], weight=0.0),)
        )
        for agency in doors
        if agency and agency.active and agency.code not in case.excluded
    )[: FEWEST - len(ranked)]


def _candidate(case: Case, code: str, score: float) -> Candidate:
    pieces = sorted(case.evidence[code], key=lambda piece: -piece.weight)
    placed_by = case.placed_by.get(code)
    return Candidate(code, round(score, 3), (*pieces, placed_by) if placed_by else tuple(pieces))


def _doubt(case: Case, ranked: list[str], scores: Mapping[str, float], rival: str | None) -> str:
    if case.unplaced > max(scores.values(), default=0.0):
        return "Wilayah laporan belum diketahui, padahal urusannya ditangani pemerintah daerah."
    if not ranked or scores[ranked[0]] < FAINT:
        return "Tidak ada instansi yang dikenali dari isi laporan."
    if ranked[0] in case.placed_by and not case.place.known:
        names = " atau ".join(region.name for region in case.place.regions)
        return f"Tempat yang disebut dapat berarti {names}."
    if rival and _strength(scores[ranked[0]]) - _strength(scores[rival]) < ALIKE:
        names = " dan ".join(agency.name for code in (ranked[0], rival) if (agency := case.directory.get(code)))
        return f"Dua instansi sama kuatnya: {names}."
    return ""


def _strength(score: float) -> float:
    return -math.log(max(LEAST_DOUBT, 1.0 - score))
