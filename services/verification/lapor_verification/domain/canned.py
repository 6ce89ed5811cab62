"""Texts that verifiers begin with, and never send as they are: what is open in them must be completed. Pure."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Purpose(StrEnum):
    """What a text is for."""

    RETURN = "return"
    ARCHIVE = "archive"
    EDIT = "edit"
    APPEAL = "appeal"


@dataclass(frozen=True, kw_only=True)
class CannedText:
    """A text to begin with."""

    text_id: str
    purpose: Purpose
    title: str
    text: str
    retired: bool = False
    """Offered no longer."""


#: ``{{lokasi}}`` says what is to be filled in, ``…`` that something is.
OPEN = re.compile(r"\{\{[^{}]*\}\}|…")


def open_places(text: str) -> tuple[str, ...]:
    """What of a text is still to be completed, each once."""
    return tuple(dict.fromkeys(OPEN.findall(text)))


@cache
def shipped() -> tuple[CannedText, ...]:
    """The texts that we ship."""
    texts = tomllib.loads((files("lapor_verification") / "data" / "canned_texts.toml").read_text("utf-8"))
    return tuple(
        CannedText(text_id=text_id, purpose=Purpose(text["purpose"]), title=text["title"], text=text["text"])
        for text_id, text in texts.items()
    )
