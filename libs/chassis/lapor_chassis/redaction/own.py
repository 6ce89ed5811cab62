"""Where a text says who its reporter is."""

import re
from collections.abc import Iterator, Sequence

from lapor_chassis.redaction.numbers import BETWEEN, ascii_digits
from lapor_chassis.redaction.spans import Span
from lapor_chassis.redaction.words import NOT_NAMES, ORDINARY, PLACES
from lapor_contracts.vocabulary import Personal

_NAME = re.compile(r"[^\W\d_]+(?:[\s.,'’-]+[^\W\d_]+)*\.?")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
#: Digits as they stand in one number, however it is written.
_NUMBER = re.compile(rf"\d(?:{BETWEEN}{{0,3}}\d)*")
_COUNTRY_OR_ZERO = re.compile(r"^(?:(?:00)?62|0)")
_COUNTRY_OR_ZERO_BEFORE = re.compile(r"(?:(?:00)?62)?0?$")
#: A name with fewer letters says nothing by itself.
_SHORTEST = 3
#: With fewer digits a number is not the reporter's alone.
_FEWEST_DIGITS = 7
#: Between two words of one name.
_WIDEST_GAP = 3


_CAPITALISED = r"[A-Z][\w'’.-]{0,40}"
#: Words by which people say who they are, and how they end what they write.
_INTRODUCTIONS = re.compile(
    rf"""
    (?i:\bnama\ (?:lengkap\ )?saya(?:\ adalah)?|\bsaya\ bernama|\bpelapor\s?:|\bnama(?:\ lengkap|\ pelapor)?\s?:)
        [\s:,]{{0,3}}(?P<said>{_CAPITALISED}(?:\ {_CAPITALISED}){{0,4}})
    | \b(?i:saya),?\ (?P<after>{_CAPITALISED}(?:\ {_CAPITALISED}){{1,4}})
    | \b(?i:hormat\ saya|(?:salam|wassalam)(?:\ hormat)?|terima\ ?kasih|trims|ttd)
        [\s,.!:-]{{1,5}}(?P<signed>{_CAPITALISED}(?:\ {_CAPITALISED}){{0,4}})\s*\Z
    """,
    re.VERBOSE,
)


def introduced(text: str) -> list[str]:
    """The names by which writers of the text call themselves."""
    names = []
    for found in _INTRODUCTIONS.finditer(text):
        name = found.group(found.lastgroup or 0).rstrip(".-'’")
        if not NOT_NAMES.union(PLACES).intersection(_WORD.findall(name.lower())):
            names.append(name)
    return names


def passages(text: str, parts: Sequence[str]) -> Iterator[Span]:
    """Every occurrence of what the reporter gave as a whole; of a name, also of each word of it."""
    lowered = _lowered(text)
    for part in parts:
        given = part.strip().lower()
        digits = ascii_digits("".join(_DIGIT.findall(given)))
        if _NAME.fullmatch(given):
            words = _WORD.findall(given)
            if any(word in lowered for word in words):
                yield from _of_name(words, lowered)
        elif "@" in given[1:]:
            yield from _of_address(given, lowered, Personal.EMAIL)
        elif len(digits) >= _FEWEST_DIGITS:
            yield from _of_number(_COUNTRY_OR_ZERO.sub("", digits), text)
        else:
            yield from _of_address(given.removeprefix("@"), lowered, Personal.NAME)


def _of_name(words: Sequence[str], lowered: str) -> Iterator[Span]:
    """Words of the name that stand side by side, where one of them could mean nobody else or all of them are there.

    A street named like the reporter is a place and stays one: to replace it would tell the reporter's name to whoever
    can read a map.
    """
    telling = {word for word in words if len(word) >= _SHORTEST and word not in ORDINARY and word not in NOT_NAMES}
    said: list[re.Match[str]] = []
    before = ""
    for word in _WORD.finditer(lowered):
        if said and (word.group() not in words or word.start() - said[-1].end() > _WIDEST_GAP):
            yield from _as_name(said, words, telling)
            before, said = said[-1].group(), []
        if said or (word.group() in words and before not in PLACES):
            said.append(word)
        else:
            before = word.group()
    if said:
        yield from _as_name(said, words, telling)


def _as_name(said: Sequence[re.Match[str]], words: Sequence[str], telling: set[str]) -> Iterator[Span]:
    found = [word.group() for word in said]
    if telling.intersection(found) or (len(words) > 1 and found == [*words]):
        yield Span(said[0].start(), said[-1].end(), Personal.NAME)


def _of_address(given: str, lowered: str, kind: Personal) -> Iterator[Span]:
    at = lowered.find(given) if len(given) >= _SHORTEST else -1
    while at >= 0:
        end = at + len(given)
        if not (lowered[at - 1 : at].isalnum() or lowered[end : end + 1].isalnum()):
            yield Span(at - (lowered[at - 1 : at] == "@"), end, kind)
        at = lowered.find(given, end)


def _of_number(core: str, text: str) -> Iterator[Span]:
    """The number in any spelling, with or without what stands before it from outside a town or the country."""
    for number in _NUMBER.finditer(text):
        places = [digit.start() for digit in _DIGIT.finditer(text, *number.span())]
        if len(places) < len(core):
            continue
        digits = ascii_digits("".join(text[place] for place in places))
        at = digits.find(core)
        while at >= 0:
            prefix = _COUNTRY_OR_ZERO_BEFORE.search(digits, max(0, at - 5), at)
            start = places[prefix.start() if prefix else at]
            yield Span(start - (text[start - 1 : start] == "+"), places[at + len(core) - 1] + 1, Personal.PHONE)
            at = digits.find(core, at + len(core))


def _lowered(text: str) -> str:
    """In small letters, each character in its place: a few letters become two when they are made small."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
