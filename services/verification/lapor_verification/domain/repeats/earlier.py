"""Which of the earlier reports a report repeats, and what of both says so. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_verification.domain.case import IN_WORDS, OPEN, Case, State
from lapor_verification.domain.finding import Check, Hint, Outcome
from lapor_verification.domain.policy import Policy
from lapor_verification.domain.repeats.likeness import Likeness, Place, likeness
from lapor_verification.domain.repeats.traits import Traits
from lapor_verification.domain.repeats.words import words_of

#: From here on two reports are shown to people as alike. On the made set of the tests 98 in 100 such pairs are.
ALIKE = 0.75
#: What happened longer ago is another matter.
LONGEST_AGO = timedelta(days=365)
#: What others may follow: it is still being decided, or handled.
FOLLOWABLE = OPEN | {State.VERIFIED}

#: Between two words that are in both texts; more, and they are two passages.
_GAP = re.compile(r"\W*(?:\w+\W+){0,1}\W*")


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A report that is compared with, as it stands. Only such are here whose text is public."""

    report_id: UUID
    traits: Traits
    parent_id: UUID
    """The one that it follows, or itself."""
    tracking_id: str
    """Of the parent, as is what is below."""
    state: State
    is_closed: bool

    @property
    def may_be_followed(self) -> bool:
        """Whether another report may follow it."""
        return self.state in FOLLOWABLE and not self.is_closed


@dataclass(frozen=True)
class Similar:
    """An earlier report that is like another one."""

    earlier: Earlier
    likeness: Likeness


def similar(report_id: UUID, traits: Traits, earlier: Iterable[Earlier], least: float = ALIKE) -> list[Similar]:
    """Those that another report could follow, the most alike first; of one and those that follow it, one."""
    found: dict[UUID, Similar] = {}
    for each in earlier:
        if report_id in (each.report_id, each.parent_id) or not each.may_be_followed:
            continue
        if abs(each.traits.received_at - traits.received_at) > LONGEST_AGO:
            continue
        how = likeness(traits, each.traits)
        known = found.get(each.parent_id)
        if how.score >= least and (known is None or known.likeness.score < how.score):
            found[each.parent_id] = Similar(each, how)
    return sorted(found.values(), key=lambda one: -one.likeness.score)


def as_hint(found: Similar) -> Hint:
    """What the verifier reads of it, and what the policy weighs."""
    tracking_id = found.earlier.tracking_id
    words, english = PLACE_IN_WORDS[found.likeness.place]
    return Hint(
        check=Check.REPEAT,
        what="repeat",
        weight=found.likeness.score,
        reason=f"Mirip laporan {tracking_id}: {words}.",
        reason_en=f"Like report {tracking_id}: {english}.",
        suggests=tracking_id,
    )


def weighed(case: Case, hint: Hint, policy: Policy) -> Case:
    """A case that was sure, now that it is known to be like an earlier one."""
    finding = replace(case.finding, hints=(*case.finding.hints, hint))
    if not policy.holds(hint):
        return replace(case, finding=finding)
    finding = replace(finding, outcome=Outcome.WAITS, reasons=(hint.reason,))
    return replace(case, state=State.WAITING, finding=finding)


def following(case: Case) -> Case:
    """A case that has just come in and follows another one from the start."""
    return replace(case, state=State.MERGED)


def may_follow(case: Case) -> Refusal | None:
    """Why a report cannot follow another one."""
    if case.state in OPEN:
        return None
    if case.state is State.VERIFIED:
        return Refusal(
            "Laporan ini sudah terverifikasi; tarik dahulu, lalu gabungkan. "
            "(It is verified already: recall it, then merge it.)",
            code="recall_first",
        )
    return Refusal(
        f"Laporan ini {IN_WORDS[case.state]} dan tidak dapat digabungkan. (It is {case.state} and cannot be merged.)",
        code="wrong_state",
    )


PLACE_IN_WORDS = {
    Place.SAME: ("tempatnya sama", "the same place"),
    Place.SAME_WORD: ("tempatnya mungkin sama", "perhaps the same place"),
    Place.UNKNOWN: ("tempatnya tidak disebut", "the place is not named"),
    Place.OTHER: ("tempatnya lain", "another place"),
}


def passages(text: str, other: str) -> list[tuple[str, bool]]:
    """A text in pieces: what the other one says too, perhaps in other words, and what it does not."""
    theirs = {(word.of, word.means) for word in words_of(other)}
    spans: list[tuple[int, int]] = []
    for word in words_of(text):
        if (word.of, word.means) not in theirs:
            continue
        if spans and _GAP.fullmatch(text, spans[-1][1], word.start):
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    pieces, done = [], 0
    for start, end in spans:
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]


def excerpt(pieces: Sequence[tuple[str, bool]], longest: int = 240) -> str:
    """The part of a text that says most of what the other one says."""
    text = "".join(piece for piece, _ in pieces)
    if len(text) <= longest:
        return text
    starts, at = [], 0
    for piece, is_shared in pieces:
        starts += [at] if is_shared else []
        at += len(piece)
    start = max(starts or [0], key=lambda begin: sum(begin <= other < begin + longest for other in starts))
    start = max(0, min(start, len(text) - longest))
    return (
        f"{'… ' if start else ''}{text[start : start + longest].strip()}{' …' if start + longest < len(text) else ''}"
    )
