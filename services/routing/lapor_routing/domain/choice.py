"""Which body is competent for a report, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lapor_contracts.events import Evidence, Point
from lapor_contracts.regions import region_called
from lapor_contracts.vocabulary import Kind
from lapor_routing.domain.agencies import Directory
from lapor_routing.domain.findings import Findings, Phrases, find
from lapor_routing.domain.learned import Correction, Prediction
from lapor_routing.domain.places import whereabouts
from lapor_routing.domain.rules import About, Rules
from lapor_routing.domain.weighing import Case, quoted, together

#: From this confidence on a report is routed without a person.
THRESHOLD = 0.6
#: So many bodies are shown to a person who decides.
SHOWN = 5

#: What the reporter says outright weighs more than what is read out of the words.
CHOSEN, KEYWORD, CATEGORY = 0.95, 0.85, 0.45
#: A model is never quite as sure as it says.
LEARNED = 0.95
#: What speaks for the runner-up speaks against the winner, by this much.
RIVALRY = 0.5
#: Scores nearer than this are alike.
ALIKE = 0.01


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
    confidence: float = 0.0
    rules_version: str
    model_version: str | None = None
    threshold: float = THRESHOLD
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
    corrections: Sequence[Correction] = (),
    excluded: Collection[str] = frozenset(),
    threshold: float = THRESHOLD,
) -> Choice:
    """The competent bodies for ``report``, never one of ``excluded``; from the evidence, in four steps.

    1. *Find.* Title, text and place are cut into words once; every known phrase in them points to a topic, a field
       of work, a body by its name, or a region. Two words say more than one, a title more than a text.
    2. *Place.* A region that was given counts fully; one only named in words counts 0.9; two named alike leave it open.
    3. *Weigh.* A topic's first competent body gets the topic's weight, the next ones a share of it. A type of office
       becomes the office of the region, times the trust in that region. A body's own name outweighs one topic.
       Weights are probabilities: together they make ``1 - (1-a)(1-b)…``, so that agreement adds up and never
       exceeds 1. The reporter's own choice of an existing body comes before all else: no wrong door lets that body
       pass it on.
    4. *Doubt.* The confidence is the winner's score less half of the runner-up's. There is no winner if nothing
       was found, if two are alike, or if the matter is a region's and the region is unknown.

    Evidence quotes the rules' own phrases, never the report, so that it may be shown to anybody.
    """
    found = find(rules, title=report.title, body=report.body, place=report.place)
    named = _named_by_keyword(report.keyword, rules)
    region = None if named or not report.keyword else region_called(report.keyword)
    keyword = (report.keyword, region) if report.keyword and region else None
    case = Case(rules, directory, whereabouts(report.region_code, keyword, found.regions), excluded)

    _weigh_topics(case, found, report.category)
    _weigh_bodies(case, found)
    for code in named:
        case.weigh_body(code, "sms_keyword", f"kata kunci SMS “{report.keyword}”", KEYWORD / len(named))
    for prediction in learned:
        case.weigh_body(
            prediction.agency_code, "learned_model", f"model {model_version}", LEARNED * prediction.probability
        )
    for correction in corrections:
        case.weigh_body(correction.agency_code, "correction", correction.detail, correction.weight)
    chosen = _weigh_choice(case, report.agency_code)
    return _decide(case, chosen, threshold, model_version)


def _named_by_keyword(keyword: str | None, rules: Rules) -> tuple[str, ...]:
    """The bodies that the keyword of an SMS names: ``PLN mati lampu sejak subuh``."""
    meanings = rules.phrases.get(rules.words(keyword)) if keyword else ()
    return tuple(meaning.ref for meaning in meanings if meaning.about is About.BODY)


def _weigh_topics(case: Case, found: Findings, category: str | None) -> None:
    for code, phrases in _most_special(found.topics, case.rules).items():
        case.weigh_topic(case.rules.topics[code], "topic_phrase", quoted("frasa", phrases), together(phrases.values()))
    codes = case.rules.by_category.get(category or "", ())
    for code in codes:
        topic = case.rules.topics[code]
        case.weigh_topic(topic, "category_given", f"kategori {category} pada laporan", CATEGORY / len(codes))


def _most_special(topics: dict[str, Phrases], rules: Rules) -> dict[str, Phrases]:
    """Where a general topic yields to a special one, its phrases speak for that: a hole, in a national road."""
    meant: dict[str, Phrases] = {}
    for code, phrases in topics.items():
        special = rules.yields_to.get(code, frozenset()) & topics.keys()
        for final in special or (code,):
            meant.setdefault(final, {}).update(phrases)
    return meant


def _weigh_bodies(case: Case, found: Findings) -> None:
    for code, phrases in found.fields.items():
        case.weigh_body(code, "topic_phrase", quoted("kata", phrases), together(phrases.values()))
    sharers: dict[str, int] = {}
    for phrases in found.bodies.values():
        for phrase in phrases:
            sharers[phrase] = sharers.get(phrase, 0) + 1
    for code, phrases in found.bodies.items():
        # A name that several bodies share (BPN: the ministry, and its office in the region) says as much less for each.
        weight = together(weight / sharers[phrase] for phrase, weight in phrases.items())
        case.weigh_body(code, "body_named", quoted("nama", phrases), weight)


def _weigh_choice(case: Case, agency_code: str | None) -> str | None:
    """The body that the reporter chose; of a former body's successors the one for which most else speaks."""
    present = [agency for agency in case.directory.present(agency_code) if agency.code not in case.excluded]
    if not present:
        return None
    chosen = max(present, key=lambda agency: case.score(agency.code))
    former = "" if chosen.code == agency_code else f", penerus {agency_code}"
    case.add(chosen, "reporter_choice", f"pelapor memilih {chosen.name}{former}", CHOSEN)
    return chosen.code


def _decide(case: Case, chosen: str | None, threshold: float, model_version: str | None) -> Choice:
    scores = {code: case.score(code) for code in case.evidence}
    ranked = sorted(scores, key=lambda code: (code != chosen, -scores[code], code))[:SHOWN]
    best, second = (*(scores[code] for code in ranked[:2]), 0.0, 0.0)[:2]
    return Choice(
        candidates=tuple(_candidate(case, code, scores[code]) for code in ranked),
        confidence=round(best if chosen else max(0.0, best - RIVALRY * second), 3),
        rules_version=case.rules.version,
        model_version=model_version,
        threshold=threshold,
        doubt="" if chosen else _doubt(case, ranked, best, second),
    )


def _candidate(case: Case, code: str, score: float) -> Candidate:
    pieces = sorted(case.evidence[code], key=lambda piece: -piece.weight)
    placed_by = case.placed_by.get(code)
    return Candidate(code, round(score, 3), (*pieces, placed_by) if placed_by else tuple(pieces))


def _doubt(case: Case, ranked: list[str], best: float, second: float) -> str:
    if case.unplaced > best:
        return "Wilayah laporan belum diketahui, padahal urusannya ditangani pemerintah daerah."
    if not ranked:
        return "Tidak ada instansi yang dikenali dari isi laporan."
    if ranked[0] in case.placed_by and not case.place.known:
        names = " atau ".join(region.name for region in case.place.regions)
        return f"Tempat yang disebut dapat berarti {names}."
    if second and best - second < ALIKE:
        names = " dan ".join(agency.name for code in ranked[:2] if (agency := case.directory.get(code)))
        return f"Dua instansi sama kuatnya: {names}."
    return ""
