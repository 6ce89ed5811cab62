"""What the public reads instead of what was written. The original stays as it is; the latest edit lies over it.

Pure: no clock, no database.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from uuid import UUID

from lapor_chassis import redaction
from lapor_chassis.refusals import Refusal
from lapor_contracts.fields import LONGEST_BODY, LONGEST_TITLE
from lapor_contracts.marks import hidden
from lapor_verification.domain.redaction import Marked


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the public is to read; None: what the reporter wrote."""

    title: str | None = None
    body: str | None = None


@dataclass(frozen=True, kw_only=True)
class Edit(Wording):
    """Who changed it, when and why. Only ever added."""

    edit_id: UUID
    report_id: UUID
    edited_at: datetime
    edited_by: str
    reason: str


def as_written(marked: Marked) -> Wording:
    """What the public reads where nobody edited anything: all texts, without what is marked in them."""
    shown = {
        name: hidden(text, [mark for mark in marked.marks if mark.field == name]) for name, text in marked.texts.items()
    }
    return Wording(
        title=shown["title"], body="\n\n".join(text for name, text in shown.items() if name not in ("title", "place"))
    )


def latest_of(edits: Sequence[Edit]) -> Wording:
    """The edit that counts now."""
    return edits[-1] if edits else Wording()


def reworded(written: Wording, latest: Wording, wanted: Wording) -> Wording | Refusal:
    """The edit as it is published: without personal data, and None where it says what was written anyway."""
    title = _unless_same(wanted.title, written.title, LONGEST_TITLE)
    body = _unless_same(wanted.body, written.body, LONGEST_BODY)
    if (title, body) == (latest.title, latest.body):
        return Refusal("Tidak ada yang berubah. (Nothing would change.)", code="nothing_changes")
    return Wording(title=title, body=body)


def masked(text: str, longest: int) -> str:
    """A text for the public: each thing that identifies anybody gives way to the word for what stood there."""
    cleaned = redaction.clean(text, longest=longest)
    return hidden(cleaned.text, cleaned.marks)[:longest]


def difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The pieces of both texts in their order: ``same``, ``gone`` (only before) and ``new`` (only after)."""
    old, new = _words(before), _words(after)
    for kind, start, end, begin, stop in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[start:end])
            continue
        if start < end:
            yield "gone", "".join(old[start:end])
        if begin < stop:
            yield "new", "".join(new[begin:stop])


def _unless_same(wanted: str | None, written: str | None, longest: int) -> str | None:
    if wanted is None or not wanted.strip():
        return None
    text = masked(wanted.replace("\r\n", "\n").strip(), longest)
    return None if text == written else text


def _words(text: str) -> list[str]:
    """Words and what is between them."""
    return re.findall(r"\s+|\w+|[^\w\s]+", text)
