"""Indonesian words: their roots without affixes, slang written out, and those that say nothing by themselves. Pure."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
#: Shorter words have no affixes to take off.
_SHORTEST = 4
#: What is longer is no word; of two that begin so alike nobody will ask for only one.
_LONGEST = 40
_PREFIXES = (
    "memper",
    "diper",
    "menge",
    "meng",
    "meny",
    "peng",
    "peny",
    "mem",
    "men",
    "pem",
    "pen",
    "ber",
    "ter",
    "per",
)
_SHORT_PREFIXES = ("di", "ke", "se", "me", "pe", "be", "te")
_SUFFIXES = ("kannya", "annya", "nya", "lah", "kah", "pun", "kan", "an", "in", "i", "ku", "mu")
#: What a nasal prefix has swallowed: "menarik" is "tarik", "memungut" is "pungut".
_SWALLOWED = {"men": "t", "pen": "t", "mem": "p", "pem": "p", "meny": "s", "peny": "s", "meng": "k", "peng": "k"}


def terms_of(text: str) -> list[str]:
    """The words of a text as they are looked for, in its order: "Lampunya dipasang kpn?" is lampu, pasang.

    Numbers are words too; what every text holds is left out.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [term for written in _TOKEN.findall(plain) if (term := _term(written[:_LONGEST]))]


@lru_cache(maxsize=100_000)
def _term(written: str) -> str | None:
    """The root of a word as it was written; None where it says nothing."""
    if written.isdigit():
        return written.lstrip("0") or "0"
    usual = slang().get(written, written)
    # "Kesehatan" says much, though good health is wished in every letter.
    return None if len(written) == 1 or usual in stop_words() else stem(usual)


def stem(word: str) -> str:
    """The root of a word without its affixes, where the dictionary has it; else the word itself, without "-nya"."""
    if word in roots() or len(word) <= _SHORTEST:
        return word
    endings = [suffix for suffix in _SUFFIXES if word.endswith(suffix) and len(word) - len(suffix) > 2]
    for form in (word, *(word.removesuffix(suffix) for suffix in endings)):
        for root in (form, *_unprefixed(form)):
            if root in roots():
                return root
    return word.removesuffix("nya")


def _unprefixed(word: str) -> Iterator[str]:
    for prefix in (*_PREFIXES, *_SHORT_PREFIXES):
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 2:
            swallowed = _SWALLOWED.get(prefix, "") + rest
            # "menarik" is no "arik" with "men-", as "mengambil" is no "kambil".
            yield from (
                (swallowed, rest)
                if rest[0] in "aiueo" and prefix in ("men", "mem", "pen", "pem")
                else (rest, swallowed)
            )


@cache
def roots() -> frozenset[str]:
    """Root words."""
    return frozenset(_lines("root_words.txt"))


@cache
def stop_words() -> frozenset[str]:
    """Words that every report may hold."""
    return frozenset(_lines("stop_words.txt"))


@cache
def slang() -> Mapping[str, str]:
    """How a word is usually written; of two words the last, which carries the meaning."""
    return {row["written"]: row["means"].split()[-1] for row in csv.DictReader(_lines("slang.csv"))}


def _lines(name: str) -> list[str]:
    return files("lapor_chassis").joinpath("data", "indonesian", name).read_text(encoding="utf-8").splitlines()
