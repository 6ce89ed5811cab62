"""What the words of a report point to, before anything is weighed."""

from dataclasses import dataclass, field

from lapor_routing.domain.rules import About, Rules

#: A title says in few words what a text says in many; a place is there to say where.
TITLE, BODY, PLACE = 1.2, 1.0, 3.0
#: No phrase is certain, however it is placed.
MOST = 0.9

Phrases = dict[str, float]
"""Phrases, each with its weight."""


@dataclass(slots=True)
class Findings:
    """Topics, fields of work, bodies and regions by their code, with the phrases that point to them."""

    topics: dict[str, Phrases] = field(default_factory=dict)
    fields: dict[str, Phrases] = field(default_factory=dict)
    bodies: dict[str, Phrases] = field(default_factory=dict)
    regions: dict[str, tuple[float, str]] = field(default_factory=dict)
    """How clearly each region is named, and by which phrase first."""


def find(rules: Rules, *, title: str, body: str, place: str | None) -> Findings:
    """All that the rules know in a report, in one pass over its words. A place is asked for regions only."""
    found = Findings()
    pointed = {About.TOPIC: found.topics, About.FIELD: found.fields, About.BODY: found.bodies}
    for text, factor, says_what in ((title, TITLE, True), (body, BODY, True), (place, PLACE, False)):
        for phrase, meanings in rules.phrases.find(rules.words(text)) if text else ():
            for meaning in meanings:
                if meaning.about is About.PLACE:
                    clarity, first = found.regions.get(meaning.ref, (0.0, phrase))
                    found.regions[meaning.ref] = (clarity + factor * meaning.weight, first)
                elif says_what:
                    phrases = pointed[meaning.about].setdefault(meaning.ref, {})
                    phrases[phrase] = max(phrases.get(phrase, 0.0), min(MOST, factor * meaning.weight))
    return found
