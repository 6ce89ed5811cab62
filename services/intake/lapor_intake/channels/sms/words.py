"""What the text of an SMS says: the keyword at its head, and the rest. Pure."""

import re
from typing import NamedTuple

from lapor_contracts.keywords import Keyword, is_ordinary, keyword_called, keyword_like

_LONGEST_NAME = 4
#: Capitals that run into the next word: ``INHUjalan rusak``.
_GLUED = re.compile(r"([A-Z]{3,})(?=[a-z]{2})")
#: With a mark between: ``INHU,jalan rusak``, ``INHU-jalan rusak``.
_MARKED = re.compile(r"([A-Za-z0-9]{2,})(?=[^\w\s])")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]+")
#: What reports begin with, so that a keyword in front of it is known without a space: ``inhujalan rusak``.
_FIRST_WORDS = (
    "jalan", "jln", "lampu", "listrik", "air", "sampah", "banjir", "jembatan", "parkir", "sekolah", "guru", "pungli",
    "bansos", "bantuan", "warga", "mohon", "tolong", "saya", "kami", "ada", "mati", "rusak",
)  # fmt: skip
_SEPARATORS = "#*,.:;-/!|"


class Message(NamedTuple):
    """What an SMS says: for which region or body, and what."""

    body: str
    region_code: str | None = None
    agency_code: str | None = None
    keyword: str | None = None
    """The body, or the kind of office, by its usual name."""


def read(text: str) -> Message:
    """Take the keyword off an SMS, where there is one.

    A region's is taken out of the text, for the report carries it from here on. A body's stays: the sentence often
    needs it (``PLN tidak mau memindahkan tiang``). Where no keyword is sure there is none, and nothing is lost.
    """
    text = text.strip()
    named, rest = _keyword(text) or (None, text)
    if named is None:
        return Message(text)
    if named.region_code:
        return Message(rest.lstrip(_SEPARATORS).strip(), region_code=named.region_code)
    return Message(text, agency_code=named.agency_code, keyword=named.word)


def _keyword(text: str) -> tuple[Keyword, str] | None:
    words = list(re.finditer(r"\S+", text))[:_LONGEST_NAME]
    if not words:
        return None
    for word in reversed(words):
        head, rest = text[: word.end()].strip(_SEPARATORS), text[word.end() :]
        if (named := keyword_called(head)) and (_stands_out(head, rest) or not is_ordinary(head)):
            return named, rest
    return _imprecise(text, words[0])


def _imprecise(text: str, first: re.Match[str]) -> tuple[Keyword, str] | None:
    """A keyword without a space behind it, or with a slip in it: only where it is plainly meant as one."""
    start = len(text) - len(text.lstrip(_SEPARATORS))
    for pattern in (_GLUED, _MARKED):
        if glued := pattern.match(text, start):
            head, rest = glued[1], text[glued.end() :]
            named = keyword_called(head)
            if named and is_ordinary(head) and not _stands_out(head, rest):
                named = None
            if named := named or _forgiven(head, rest):
                return named, rest
    word = first.group().strip(_SEPARATORS)
    rest = text[first.end() :]
    if named := _forgiven(word, rest):
        return named, rest
    for ending in _FIRST_WORDS:
        head = word[: -len(ending)]
        is_glued = len(head) > 3 and word.casefold().endswith(ending) and not is_ordinary(head)
        if is_glued and (named := keyword_called(head)):
            return named, word[-len(ending) :] + rest
    return None


def _forgiven(word: str, rest: str) -> Keyword | None:
    return keyword_like(word) if _stands_out(word, rest) else None


def _stands_out(word: str, rest: str) -> bool:
    """Whether the word was typed as a keyword: in capitals, and what follows is not."""
    return bool(_CAPITALS.fullmatch(re.sub(r"\W", "", word))) and not rest.isupper()
