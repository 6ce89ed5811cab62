"""What the words of a report point to, before anything is weighed."""

from collections.abc import Set
from dataclasses import dataclass, field
from enum import StrEnum

from lapor_routing.domain.reading import Text
from lapor_routing.domain.rules import About, Meaning, Rules
from lapor_routing.domain.text import Match

#: A title says in few words what a text says in many; a place is there to say where.
TITLE, BODY, PLACE = 1.2, 1.0, 3.0
#: No phrase is certain, however it is placed.
MOST = 0.9
#: What is left of a phrase when other words stand between its own.
SCATTERED = 0.65
#: What is left of a name or a thing that is only where something is, that was only told of it, or that it is not;
#: what a body gains that is spoken to.
LANDMARK, TOLD, DENIED, ADDRESSED = 0.15, 0.5, 0.2, 1.2
#: A street is called after a city.
STREET = 0.4

_LANDMARK = frozenset({"depan", "samping", "dekat", "sebelah", "belakang", "seberang", "sekitar", "arah", "menuju"})
_TO = frozenset({"ke", "kepada", "pihak", "petugas", "kantor"})
_TELL = frozenset(
    {"lapor", "laporan", "adu", "hubung", "hubungi", "telepon", "telpon", "datang", "tanya", "konfirmasi"}
)
_BEFORE = frozenset({"sudah", "pernah", "sempat", "kali", "coba", "berkali", "tadi", "kemarin"})
_DENY = frozenset({"bukan"})
_ADDRESS = frozenset({"yth", "terhormat", "kepada", "bapak", "ibu", "pak", "bu", "mohon", "tolong", "halo", "min"})
_STREETS = frozenset({"jalan", "gang", "simpang", "perumahan", "pasar", "toko", "warung"})
#: A greeting is over after so many words.
_HEAD = 14


class Level(StrEnum):
    """Whom of the state the words speak of: of the regency's head, of the governor, of a minister."""

    LOCAL = "local"
    PROVINCIAL = "provincial"
    CENTRAL = "central"


_LEVELS = {
    **dict.fromkeys(("bupati", "walikota", "pemkot", "pemkab", "pemko", "camat", "lurah", "wali"), Level.LOCAL),
    **dict.fromkeys(("gubernur", "pemprov"), Level.PROVINCIAL),
    **dict.fromkeys(("menteri", "presiden", "kementerian", "mensos", "dirjen"), Level.CENTRAL),
}

Phrases = dict[str, float]
"""Passages of the report, each with what it weighs."""


@dataclass(slots=True)
class Findings:
    """Topics, fields of work, bodies and regions by their code, with the passages that point to them."""

    topics: dict[str, Phrases] = field(default_factory=dict)
    fields: dict[str, Phrases] = field(default_factory=dict)
    bodies: dict[str, Phrases] = field(default_factory=dict)
    regions: dict[str, tuple[float, str]] = field(default_factory=dict)
    """How clearly each region is named, and by which phrase first."""
    levels: set[Level] = field(default_factory=set)
    texts: list[Text] = field(default_factory=list)
    """Title and text, as they were read."""
    places: list[Text] = field(default_factory=list)
    """What was written as the place."""


def find(rules: Rules, *, title: str, body: str, place: str | None) -> Findings:
    """All that the rules know in a report, in one pass over its words. A place is asked for regions only."""
    found = Findings()
    for source, factor, says_what in ((title, TITLE, True), (body, BODY, True), (place, PLACE, False)):
        if not source:
            continue
        text = rules.reader.read(source)
        (found.texts if says_what else found.places).append(text)
        taken: set[int] = set()
        for match in rules.phrases.find(text.words):
            _note(found, match, text, factor, says_what)
            if len(match.positions) > 1:
                taken.update(match.positions)
        if says_what:
            for match in rules.phrases.find_loose(text.words):
                if taken.isdisjoint(match.positions):
                    _note(found, match, text, factor * SCATTERED, says_what)
            found.levels.update(_LEVELS[word] for word in _LEVELS.keys() & set(text.words))
    return found


def _note(found: Findings, match: Match[Meaning], text: Text, factor: float, says_what: bool) -> None:
    pointed = {About.TOPIC: found.topics, About.FIELD: found.fields, About.BODY: found.bodies}
    passage = text.passage(match.positions).lower()
    standing = {about: _standing(text.words, match, about) for about in {meaning.about for meaning in match.meanings}}
    for meaning in match.meanings:
        weight = factor * meaning.weight * standing[meaning.about]
        if meaning.about is About.PLACE:
            clarity, first = found.regions.get(meaning.ref, (0.0, passage))
            found.regions[meaning.ref] = (clarity + weight, first)
        elif says_what:
            phrases = pointed[meaning.about].setdefault(meaning.ref, {})
            phrases[passage] = max(phrases.get(passage, 0.0), min(MOST, weight))


def _standing(words: list[str], match: Match[Meaning], about: About) -> float:
    """How the words before a phrase change what it says."""
    start = match.positions[0]
    near, before = set(words[max(0, start - 2) : start]), set(words[max(0, start - 7) : start])
    if about is About.PLACE:
        return STREET if near & _STREETS and len(match.positions) == 1 else 1.0
    if len(match.positions) < 3 and near & _LANDMARK:
        return LANDMARK
    if near & _DENY:
        return DENIED
    if about is About.BODY:
        return _told_or_addressed(before, near, start)
    return 1.0


def _told_or_addressed(before: Set[str], near: Set[str], start: int) -> float:
    if near & _TO and before & _TELL and before & _BEFORE:
        return TOLD
    return ADDRESSED if start < _HEAD and before & _ADDRESS else 1.0
