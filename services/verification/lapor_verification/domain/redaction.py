"""What of a report the public must not read: what was marked when it came, and what verifiers put right.

The texts themselves are never changed. A correction lies over them, with its author and its reason; the latest one
counts, and what was added to the report after it keeps its own marks. Pure: no clock, no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import Mark, ReportReceived, ReportSupplemented
from lapor_contracts.vocabulary import Personal


@dataclass(frozen=True, kw_only=True)
class Marked:
    """The texts of a report by their names, as in `Mark.field`, and what in them is marked."""

    texts: Mapping[str, str]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """Who put the marks right, when and why. Only ever added."""

    redaction_id: UUID
    report_id: UUID
    redacted_at: datetime
    redacted_by: str
    reason: str
    marks: tuple[Mark, ...]
    """All that is marked from here on."""
    fields: tuple[str, ...]
    """The texts that were there."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a verifier asks for: marks to add and to lift, or a passage that is to be hidden wherever it stands."""

    reason: str
    add: tuple[Mark, ...] = ()
    lift: tuple[Mark, ...] = ()
    passage: str | None = None
    kind: Personal = Personal.NAME
    """What the passage is."""


def as_given(report: ReportReceived, supplements: Sequence[ReportSupplemented]) -> Marked:
    """The texts of a report and of what was added to it, in their order, marked as they came."""
    texts = {"title": report.title, "body": report.body, **({"place": report.place} if report.place else {})}
    marks = [*report.marks]
    for added in in_order(supplements):
        if added.body:
            name = str(added.supplement_id)
            texts[name] = added.body
            marks += (replace(mark, field=name) for mark in added.marks if mark.field == "body")
    return Marked(texts=texts, marks=_sorted(marks, texts))


def as_put_right(given: Marked, redactions: Sequence[Redaction]) -> Marked:
    """The same texts with the marks that count now."""
    if not redactions:
        return given
    latest = redactions[-1]
    later = (mark for mark in given.marks if mark.field not in latest.fields)
    return replace(given, marks=_sorted([*latest.marks, *later], given.texts))


def corrected(present: Marked, correction: Correction) -> Marked | Refusal:
    """The texts with the marks as a verifier wants them, or why that cannot be."""
    if any(mark not in present.marks for mark in correction.lift):
        return Refusal(
            "Tanda ini sudah tidak ada; periksa kembali. (One of these marks is no longer there.)", code="changed"
        )
    if any(not mark.start < mark.end <= len(present.texts.get(mark.field, "")) for mark in correction.add):
        return Refusal(
            "Salah satu bagian tidak ada dalam teks. (One of the passages is not in the text.)", code="no_such_passage"
        )
    hidden = passages(present.texts, correction.passage, correction.kind) if correction.passage else ()
    if correction.passage and not hidden:
        return Refusal(
            "Kata-kata ini tidak ada dalam laporan. (These words are not in the report.)", code="no_such_passage"
        )
    kept = [mark for mark in present.marks if mark not in correction.lift]
    marks = _sorted([*kept, *correction.add, *hidden], present.texts)
    if marks == present.marks:
        return Refusal("Tidak ada yang berubah. (Nothing would change.)", code="nothing_changes")
    return replace(present, marks=marks)


def passages(texts: Mapping[str, str], passage: str, kind: Personal) -> tuple[Mark, ...]:
    """Every place where a passage stands in the texts, written small or in capitals."""
    found = []
    wanted = _small(passage.strip())
    for name, text in texts.items():
        at = _small(text).find(wanted)
        while at >= 0:
            found.append(Mark(field=name, start=at, end=at + len(wanted), kind=kind))
            at = _small(text).find(wanted, at + len(wanted))
    return tuple(found)


def segments(marked: Marked, name: str) -> list[tuple[str, Personal | None]]:
    """A text in pieces: what is marked, with what it is, and what is not."""
    text, pieces, done = marked.texts[name], [], 0
    for mark in marked.marks:
        if mark.field == name and done < mark.end:
            start = max(done, mark.start)
            pieces += [(text[done:start], None), (text[start : mark.end], mark.kind)]
            done = mark.end
    return [piece for piece in [*pieces, (text[done:], None)] if piece[0]]


def in_order(supplements: Sequence[ReportSupplemented]) -> list[ReportSupplemented]:
    """As they were written, in whatever order they were heard."""
    return sorted(supplements, key=lambda each: (each.supplemented_at, each.supplement_id))


def _small(text: str) -> str:
    """In small letters, each in its place: a few letters become two when they are made small."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _sorted(marks: Iterable[Mark], texts: Mapping[str, str]) -> tuple[Mark, ...]:
    """Those of these texts, each once, in their order."""
    order = {name: place for place, name in enumerate(texts)}
    known = {mark for mark in marks if mark.field in order and mark.start < mark.end}
    return tuple(sorted(known, key=lambda mark: (order[mark.field], mark.start, mark.end, mark.kind)))
