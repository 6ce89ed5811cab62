"""What the choice knows: topics with their phrases, the names of bodies and of places."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from lapor_contracts.events import Point
from lapor_routing.domain.gazetteer import Gazetteer
from lapor_routing.domain.reading import Reader
from lapor_routing.domain.text import PhraseBook

#: A phrase of so many words says that much about its topic: the longer, the less it is said by chance.
PHRASE_WEIGHTS = {1: 0.35, 2: 0.6, 3: 0.75}
#: A phrase that is hardly said of anything else; a word that says something only together with others.
SURE, HINT = 0.8, 0.12
#: A phrase that most often says something else.
WEAK = 0.08
#: A part of a phrase that is a word of few topics only.
PART, FEW_TOPICS, LONG_WORD = 0.1, 3, 4
#: How much less a phrase says of each when several topics share it: 0 no less, 1 their share.
SHARING = 0.5
#: A word of a body's own field of work says less than a phrase that somebody put under a topic.
FIELD_SHARE = 0.6

#: Stands for the local government itself where a competent body is named.
LOCAL_GOVERNMENT = "OPD"
#: ``OPD-DISDIK@PROV``: the office of the province, even where the regency has one.
PROVINCES = "PROV"


class About(Enum):
    """What a phrase points to."""

    TOPIC = "topic"
    FIELD = "field"
    BODY = "body"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A phrase points to a topic, a body (or a type of regional office) or a region, this strongly."""

    about: About
    ref: str
    weight: float


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter of complaint, and the bodies competent for it.

    A competent body is a code of the directory; a type of office (``OPD-DISHUB``, ``POLRES``), which means the one
    of the report's region; a type with ``@PROV``, which means the province's; or ``OPD``, the local government.
    """

    code: str
    name: str
    competent: Mapping[str, float]
    """Each competent body with its share of what speaks for the topic."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Built once from the reference data, then only read."""

    version: str
    topics: Mapping[str, Topic]
    by_category: Mapping[str, tuple[str, ...]]
    """Topics of a category, by its code."""
    yields_to: Mapping[str, frozenset[str]]
    """Topics that give way to more special ones: a road to a provincial road."""
    type_parents: Mapping[str, str | None]
    """The types of office; with the national body above, or None for those of a local government."""
    reader: Reader
    phrases: PhraseBook[Meaning]
    gazetteer: Callable[[], Gazetteer]
    """Names of villages and kecamatan: read when a text first needs them."""
    district_at: Callable[[Point], str | None]
    """The kecamatan around a pin on the map."""


@dataclass
class RulesBuilder:
    """Collects what the reference data says."""

    reader: Reader
    common: frozenset[str]
    """Names that mean something else too often to point to a body or a place."""
    weak: frozenset[str]
    """Phrases that most often say something else than their topic."""
    topics: dict[str, Topic] = field(default_factory=dict)
    by_category: dict[str, tuple[str, ...]] = field(default_factory=dict)
    type_parents: dict[str, str | None] = field(default_factory=dict)
    yields_to: dict[str, frozenset[str]] = field(default_factory=dict)
    phrases: PhraseBook[Meaning] = field(default_factory=PhraseBook)
    _said_of: dict[tuple[str, ...], dict[str, float]] = field(default_factory=dict)
    """Phrases with the topics that they speak of, and how much they say."""

    def topic(
        self, topic: Topic, category: str, *, sure: Iterable[str], phrases: Iterable[str], hints: Iterable[str]
    ) -> None:
        """A topic, the category it has elsewhere, and the phrases by which it is known."""
        self.topics[topic.code] = topic
        for code in filter(None, (topic.code, category)):
            self.by_category[code] = (*self.by_category.get(code, ()), topic.code)
        for group, fixed in ((sure, SURE), (phrases, None), (hints, HINT)):
            for words in self._read(group):
                weight = min(fixed or 1.0, self._weight(words)) if fixed != SURE else SURE
                said = self._said_of.setdefault(tuple(words), {})
                said[topic.code] = max(weight, said.get(topic.code, 0.0))

    def share_out(self) -> None:
        """Note the topics' phrases: what many topics have in common says less of each. Call after the last topic."""
        self._hint_at_parts()
        for words, said in self._said_of.items():
            for code, weight in said.items():
                meaning = Meaning(About.TOPIC, code, weight / len(said) ** SHARING)
                self.phrases.add(list(words), meaning, loose=True)

    def _hint_at_parts(self) -> None:
        """A word that only the phrases of few topics hold hints at these also by itself."""
        topics: dict[str, set[str]] = {}
        for words, said in self._said_of.items():
            for word in words:
                topics.setdefault(word, set()).update(said)
        for word, codes in topics.items():
            if (
                len(codes) <= FEW_TOPICS
                and len(word) >= LONG_WORD
                and word not in self.weak
                and (word,) not in self._said_of
            ):
                self._said_of[word,] = dict.fromkeys(codes, PART)

    def precedence(self, special: str, general: str) -> None:
        """Where both topics appear, only the special one is meant."""
        self.yields_to[general] = self.yields_to.get(general, frozenset()) | {special}

    def office_type(self, code: str, parent: str | None) -> None:
        """A type of office that exists once in a region."""
        self.type_parents[code] = parent

    def body(self, code: str, names: Iterable[str], weight: float) -> None:
        """A body, or a type of office, and what it is called."""
        for words in self._read(names):
            if " ".join(words) not in self.common:
                self.phrases.add(words, Meaning(About.BODY, code, weight), is_name=True)

    def field_of(self, code: str, keywords: Iterable[str]) -> None:
        """Words of a body's field of work, but those in which a topic's phrase says it better. Call after topics."""
        for words in self._read(keywords):
            if not any(self._is_topic(match.meanings) for match in self.phrases.find(words)):
                self.phrases.add(words, Meaning(About.FIELD, code, FIELD_SHARE * self._weight(words)))

    def place(self, region_code: str, name: str, weight: float) -> None:
        """What a region is called. A name that is an ordinary word counts only with its rank before it."""
        for words in self._read([name]):
            if " ".join(words) not in self.common:
                self.phrases.add(words, Meaning(About.PLACE, region_code, weight), is_name=True)

    def build(
        self, version: str, gazetteer: Callable[[], Gazetteer], district_at: Callable[[Point], str | None]
    ) -> Rules:
        """The rules, under a version that changes with the data."""
        return Rules(
            version=version,
            topics=self.topics,
            by_category=self.by_category,
            yields_to=self.yields_to,
            type_parents=self.type_parents,
            reader=self.reader,
            phrases=self.phrases,
            gazetteer=gazetteer,
            district_at=district_at,
        )

    def _read(self, phrases: Iterable[str]) -> Iterator[list[str]]:
        for phrase in phrases:
            words = self.reader.words(phrase)
            if words and not self.reader.is_short_for_another(phrase):
                yield words

    def _weight(self, words: list[str]) -> float:
        return WEAK if " ".join(words) in self.weak else PHRASE_WEIGHTS[min(len(words), max(PHRASE_WEIGHTS))]

    @staticmethod
    def _is_topic(meanings: tuple[Meaning, ...]) -> bool:
        return any(meaning.about is About.TOPIC for meaning in meanings)
