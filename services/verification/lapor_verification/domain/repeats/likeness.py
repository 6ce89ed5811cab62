"""How much two reports are alike, and in what. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz, process

from lapor_verification.domain.repeats.traits import Traits, skeleton
from lapor_verification.domain.repeats.words import FAINT, states, things

#: From here on one of two words is the other one misspelt (percent of letters in common).
_MISSPELT = 78
#: Shorter words are compared as they are.
_LONG_ENOUGH = 5

#: Nobody writes as many words again by chance: of 8,000 complaints of one city no two that named no place did.
_MANY_WORDS = 7

_RT_AND_RW = ("rt", "rw")


class Place(IntEnum):
    """What two reports have in common about the place, the more the higher."""

    OTHER = 0
    """Each names one, and these differ: another street, RT, school or region."""
    UNKNOWN = 1
    """One of them says nothing that the other does."""
    SAME_WORD = 2
    """One name stands in both, but not as the name of the same kind of place."""
    SAME = 3


#: How much of what is alike in words remains, where the place is not known to be the same.
_LEFT = {Place.OTHER: 0.3, Place.UNKNOWN: 0.7, Place.SAME_WORD: 0.85, Place.SAME: 1.0}

#: Two that chose different bodies or topics may still mean the same: people choose badly.
_OTHER_CHOICE = 0.95
#: A month later much may have been repaired, and broken again.
_FADES_AFTER, _FADES_OVER, _FADED = 30, 335, 0.8


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two reports are alike."""

    score: float
    """0 not at all, 1 in everything."""
    words: float
    """Of the words, what they have in common: the things complained of count most."""
    place: Place
    days: int
    """So long after the one came the other."""

    @property
    def percent(self) -> int:
        """The score as people say it."""
        return round(self.score * 100)


def likeness(one: Traits, other: Traits) -> Likeness:
    """How much two reports are alike in words, place, choice and time."""
    words = (_shared(one.what, other.what) + _shared(_things(one), _things(other))) / 2
    place = _place(one, other)
    days = abs((one.received_at - other.received_at).days)
    if _is_copy(one, other):
        return Likeness(1.0, words, place, days)
    score = words if place is Place.OTHER else words**0.5
    score *= _LEFT[place] * _FADED ** min(1.0, max(0.0, (days - _FADES_AFTER) / _FADES_OVER))
    for chosen, others in ((one.agency_code, other.agency_code), (one.category, other.category)):
        if chosen and others and chosen != others:
            score *= _OTHER_CHOICE
    return Likeness(score, words, place, days)


def _is_copy(one: Traits, other: Traits) -> bool:
    """Whether the same text was sent again; one that names no place also from elsewhere, as in a campaign."""
    is_same = set(one.what) == set(other.what) and set(one.where) == set(other.where)
    return is_same and len(one.what) >= _MANY_WORDS and not (one.where and _differ(one.region_code, other.region_code))


def _things(traits: Traits) -> Sequence[str]:
    """What is complained of, or, where we have no word for it, all that is said."""
    return [word for word in traits.what if word in things()] or traits.what


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    same = set(one) & set(other)
    weight, left = _weight(same), [word for word in other if word not in same]
    for word in one:
        if word not in same and (found := _nearest(word, left)):
            left.remove(found)
            weight += _weight([word])
    less, more = sorted((_weight(one), _weight(other)))
    # Who writes little and who writes much mean the same if the little is within the much.
    return min(1.0, weight / (0.7 * less + 0.3 * more)) if less else 0.0


def _weight(words: Iterable[str]) -> float:
    return sum(
        0.2 if word in FAINT else 1.5 if word in things() else 1.0 if word in states() else 0.5 for word in words
    )


def _place(one: Traits, other: Traits) -> Place:
    if _differ(one.region_code, other.region_code):
        return Place.OTHER
    places, others = _by_kind(one), _by_kind(other)
    same = {kind: any(_nearest(name, others[kind]) for name in places[kind]) for kind in places.keys() & others.keys()}
    if not all(same.values()):
        return Place.OTHER
    if any(kind not in _RT_AND_RW for kind, _ in same):
        return Place.SAME
    if same or _is_named(one.names, [*other.names, *other.what]) or _is_named(other.names, one.what):
        return Place.SAME_WORD
    return Place.UNKNOWN


def _differ(code: str | None, other: str | None) -> bool:
    """Whether neither of two regions lies within the other."""
    return bool(code and other) and not (str(code).startswith(str(other)) or str(other).startswith(str(code)))


def _by_kind(traits: Traits) -> Mapping[tuple[str, bool], list[str]]:
    """What is said to be the name of a street, a school …, and apart from these the numbers."""
    found = defaultdict(list)
    for kind, name in traits.where:
        if kind:
            found[kind, name.isdigit()].append(name)
    return found


def _is_named(names: Iterable[str], words: Collection[str]) -> bool:
    return any(_nearest(name, words) for name in names)


def _nearest(word: str, others: Collection[str]) -> str | None:
    """The word among the others, as it is or misspelt."""
    if word in others:
        return word
    if len(word) < _LONG_ENOUGH or word.isdigit() or not others:
        return None
    bare = skeleton(word)
    if found := next((each for each in others if skeleton(each) == bare), None):
        return found
    nearest = process.extractOne(word, others, scorer=fuzz.ratio, score_cutoff=_MISSPELT)
    return nearest[0] if nearest else None
