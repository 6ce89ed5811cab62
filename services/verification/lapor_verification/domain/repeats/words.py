"""The words of a report as they are compared: slang, affixes, politeness and different words for one thing left out.

People write the same thing in different words, and different things in nearly the same: what remains of a text is what
it is about, and apart from that the names and numbers that say where. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from lapor_chassis.indonesian import roots, slang, stem, stop_words

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
#: Links, what redaction put in, dates, times and amounts: no words, and no numbers of places.
_NO_WORDS = re.compile(
    r"https?://\S+|\[[^\]]*\]|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}[.:]\d{2}\b|\brp\.?\s*\d[\d.,]*",
    re.IGNORECASE,
)
#: What ends a name; a full stop does too, unless it belongs to an abbreviation: "Jl. Mawar".
_ENDS = frozenset(",;!?:\n")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: After these stands which one it is, by name: "Jalan Mawar", "Puskesmas Tegalsari" …
_NAMED = _set(
    "jalan gang kelurahan desa kecamatan dusun kampung komplek perumahan blok pasar jembatan sungai simpang terminal"
    " stasiun pelabuhan puskesmas rs rsud sekolah sd sdn smp smpn sma sman smk negeri tk masjid taman nagari pulau tol"
    " halte tps tpa spbu kantor"
)
#: … or by number: "RT 03", "SDN 2". With others a number says how many.
_NUMBERED = _set(
    "rt rw km nomor blok gang kavling lantai loket koridor tiang gardu tps halte spbu"
    " sd sdn smp smpn sma sman smk negeri tk"
)
_CUES = _NAMED | _NUMBERED
#: Places are full of these.
FAINT = _set("jalan gang kelurahan desa kecamatan dusun kampung komplek perumahan blok rumah")
#: May stand between "jalan" and its name, or behind it, and tells no street from another.
_FILLING = _set("raya utama umum lingkar baru lama kota tengah pinggir sekitar depan belakang dekat samping negeri")
_SHORTEST_WORD = 3
#: Shorter words are too easily another one by a slip.
_SHORTEST = 4
#: A telephone number is no house's.
_TOO_LONG_FOR_A_NUMBER = 6


class Word(NamedTuple):
    """A word of a text that says something, and where it stands."""

    start: int
    end: int
    means: str
    """Its root, or the first of the words that mean the same."""
    of: str | None = None
    """Of a name or number: what it is the name of (``jalan``, ``rt``), or empty where that is not said."""


class _Token(NamedTuple):
    """A word as it is written."""

    start: int
    end: int
    written: str
    """In small letters."""
    is_name_like: bool
    """It has a capital letter where others have none."""
    begins: bool
    """What stood before it has ended: it cannot be the name of that."""


class _Meaning(NamedTuple):
    """What a word means wherever it stands."""

    usual: str
    """Without slang and slips."""
    root: str
    """Of words that mean the same, the first."""
    says_much: bool
    """What complaints are about, or what is wrong with it."""
    is_known: bool
    announces: str
    """The kind of place of which a name may follow: "jln" announces a street, "pejalan" does not."""
    is_empty: bool
    """Greetings, thanks, "yang"."""


def words_of(text: str) -> Iterator[Word]:
    """What a text says, in its order."""
    cue, names = "", 0
    for token in _tokens(text):
        cue = "" if token.begins else cue
        # What stands behind "jalan" is a name, and no ordinary word with a slip.
        word = _meaning(token.written, cue not in _NAMED or names > 0)
        if token.written.isdigit() or (len(token.written) == 1 and cue in _NUMBERED):
            if cue in _NUMBERED and len(token.written) < _TOO_LONG_FOR_A_NUMBER:
                yield Word(token.start, token.end, token.written.lstrip("0") or "0", _kind(cue))
            cue = cue if cue in _NAMED else ""
        elif word.usual in _FILLING:
            cue = "" if names else cue
        elif word.announces:
            yield from _announcing(token, word.announces, cue if not names else "")
            cue, names = word.announces, 0
        elif cue in _NAMED and _may_be_name(word, names):
            yield Word(token.start, token.end, word.usual, _kind(cue))
            names += 1
        else:
            cue, names = "", 0
            if word.says_much or not word.is_empty:
                is_name = token.is_name_like and not word.is_known
                yield Word(token.start, token.end, word.usual if is_name else word.root, "" if is_name else None)


def _tokens(text: str) -> Iterator[_Token]:
    text = _NO_WORDS.sub(lambda found: " " * len(found[0]), text)
    small, shouts, before, done = text.lower(), text.isupper(), "", 0
    if len(small) != len(text):  # a few letters become two when they are made small
        text = small
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        gap = text[done:start]
        # A full stop ends nothing behind an abbreviation: "Jl. Mawar".
        begins = gap != " " and (not _ENDS.isdisjoint(gap) or ("." in gap and len(before) >= _SHORTEST))
        before, done = small[start:end], end
        is_capital = text[start] != small[start]
        yield _Token(start, end, before, is_capital and start > 0 and not shouts and not begins, begins)


def _announcing(token: _Token, means: str, cue: str) -> Iterator[Word]:
    """A word behind which a name may stand."""
    if cue == "jalan" and means not in FAINT:  # there is a Jalan Pasar, and a Jalan Sungai
        yield Word(token.start, token.end, means, cue)
    if means not in _NUMBERED:
        yield Word(token.start, token.end, means)


def _may_be_name(word: _Meaning, names: int) -> bool:
    """Of an announced name the first word may be an ordinary one (a flower); a second only if it is nothing else."""
    is_empty = len(word.usual) < _SHORTEST_WORD or word.usual in stop_words()
    return not word.says_much and not is_empty and not (names and word.is_known)


def _kind(cue: str) -> str:
    """Schools are written in many ways."""
    return "sekolah" if cue[:2] in ("sd", "sm", "tk") or cue == "negeri" else cue


@lru_cache(maxsize=100_000)
def _meaning(written: str, put_right: bool) -> _Meaning:
    usual = slang().get(written, written)
    usual = _without_slip(usual) if put_right else usual
    root = stem(usual)
    means = meanings().get(usual) or meanings().get(root)
    is_empty = any(len(each) < _SHORTEST_WORD or each in stop_words() for each in (usual, root))
    plain = means or usual
    return _Meaning(
        usual=usual,
        root=means or root,
        says_much=means is not None,
        is_known=means is not None or root in roots(),
        announces=plain if plain in _CUES else "",
        is_empty=is_empty,
    )


def _without_slip(word: str) -> str:
    """The word, or the one of those that complaints are made of from which it is one slip away."""
    if len(word) < _SHORTEST or word in _vocabulary() or word in roots() or stem(word) in roots():
        return word
    return next((_slips()[form] for form in _with_one_less(word) if form in _slips()), word)


@cache
def _vocabulary() -> frozenset[str]:
    """What complaints are about, what announces a place, and what every report may hold."""
    return frozenset({*meanings(), *_CUES, *stop_words()})


@cache
def _slips() -> Mapping[str, str]:
    """Each of these words with one letter less: two words that are one slip apart have such a form in common."""
    return {form: word for word in sorted(_vocabulary()) if len(word) >= _SHORTEST for form in _with_one_less(word)}


def _with_one_less(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


@cache
def meanings() -> Mapping[str, str]:
    """For words that mean the same in a complaint, the first of them. "Tidak menyala" is a lamp that is out."""
    lines = [*_lines("things.csv"), *_lines("states.csv")]
    return {word: line.split()[0] for line in lines for word in line.split()}


@cache
def things() -> frozenset[str]:
    """What complaints are about: a lamp, waste, an identity card."""
    return frozenset(line.split()[0] for line in _lines("things.csv"))


@cache
def states() -> frozenset[str]:
    """What is wrong with it: out, piled up, not ready."""
    return frozenset(line.split()[0] for line in _lines("states.csv"))


def _lines(name: str) -> list[str]:
    return files("lapor_verification").joinpath("data", "repeats", name).read_text(encoding="utf-8").splitlines()
