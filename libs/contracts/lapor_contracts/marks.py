"""Texts as the public may read them: each marked passage gives way to a word that says what stood there."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from lapor_contracts.vocabulary import Personal

#: What stands in the place of personal data.
PLACEHOLDERS: Mapping[Personal, str] = MappingProxyType(
    {
        Personal.NIK: "[NIK]",
        Personal.FAMILY_CARD: "[nomor KK]",
        Personal.TAX_NUMBER: "[NPWP]",
        Personal.PHONE: "[nomor telepon]",
        Personal.EMAIL: "[surel]",
        Personal.BANK_ACCOUNT: "[nomor rekening]",
        Personal.PLATE: "[pelat nomor]",
        Personal.NAME: "[nama]",
    }
)


class Passage(Protocol):
    """Characters ``start`` to ``end`` (not included) of a text, and what they are."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> Personal: ...


def hidden(text: str, marks: Iterable[Passage]) -> str:
    """The public version of ``text``. Marks may overlap and reach beyond it: all that any of them covers is hidden."""
    return replaced(text, [(mark.start, mark.end, PLACEHOLDERS[mark.kind]) for mark in marks])


def replaced(text: str, passages: Iterable[tuple[int, int, str]]) -> str:
    """``text`` with another text in the place of each passage; of those that overlap the first one's stands for all."""
    parts: list[str] = []
    done = 0
    for start, end, instead in sorted(passages):
        if start < min(end, len(text)):
            if start >= done:
                parts += text[done:start], instead
            done = max(done, end)
    return "".join([*parts, text[done:]])
