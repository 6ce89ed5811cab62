"""Learning from refusals: which correction of the rules would have sent how many reports to the right body at once.

A report that went from body to body, or that a coordinator had to decide, says who is competent for its topic where it
plays. Where enough of them agree, a correction is made of it and tried on all that is known: it is proposed only if it
puts right far more than it breaks. Pure: no clock, no database, no broker.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_routing.domain.agencies import Directory
from lapor_routing.domain.choice import Choice, Report, choose
from lapor_routing.domain.learned import Correction, Corrections, Prediction
from lapor_routing.domain.rules import Rules

#: So many corrected reports must agree on a body, unless it is said otherwise; and this share of all alike.
LEAST, AGREEING = 5, 0.8
#: For each report that it breaks, a correction must put right more than so many.
WORTH = 3
#: So many are shown.
EXAMPLES = 5
#: As long as the code of a regency: a smaller place has too few reports to learn from.
REGENCY = 5


class ProposalState(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """It was approved, and is in force no more."""


#: Who decided otherwise once may approve after all; what is in force ends by going back to an earlier version.
NEXT: Mapping[ProposalState, frozenset[ProposalState]] = {
    ProposalState.PROPOSED: frozenset({ProposalState.APPROVED, ProposalState.REJECTED}),
    ProposalState.APPROVED: frozenset(),
    ProposalState.REJECTED: frozenset({ProposalState.APPROVED}),
    ProposalState.WITHDRAWN: frozenset({ProposalState.APPROVED}),
}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A correction that somebody must decide about, and what it would have done."""

    id: UUID
    proposed_at: datetime
    correction: Correction
    fixed: int
    broken: int
    examples: Sequence[str]
    """Tracking IDs of reports that it would have put right, none of them secret."""
    state: ProposalState = ProposalState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""

    def becoming(self, state: ProposalState, *, by: str, at: datetime, reason: str) -> Self | Refusal:
        """The proposal once that is decided, or why it cannot be."""
        if state not in NEXT[self.state]:
            return Refusal(
                f"Usulan ini sudah diputuskan (this proposal cannot go from {self.state} to {state}).",
                code=f"proposal_{self.state}",
            )
        return replace(self, state=state, decided_by=by, decided_at=at, reason=reason)


@dataclass(frozen=True, slots=True)
class Example:
    """A report of which it is known who was competent."""

    tracking_id: str
    report: Report
    agency_code: str
    corrected: bool
    """Another body had refused it, or the coordinator had to decide."""
    secret: bool = False


@dataclass(slots=True)
class Trial:
    """What a correction does to reports whose bodies are known."""

    correction: Correction
    tried: Corrections
    """All that would be in force with it."""
    fixed: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_worth_it(self) -> bool:
        """It puts right far more than it breaks."""
        return self.fixed > WORTH * self.broken

    def note(self, example: Example, *, was_right: bool, is_right: bool) -> None:
        """One more report was chosen for with it and without."""
        self.broken += was_right and not is_right
        if is_right and not was_right:
            self.fixed += 1
            if not example.secret and len(self.examples) < EXAMPLES:
                self.examples.append(example.tracking_id)


class Lessons:
    """Two rounds over what is known: `learn` from each corrected report, then `replay` all with what that suggests."""

    def __init__(self, rules: Rules, directory: Directory, in_force: Corrections, *, least: int = LEAST) -> None:
        self._rules = rules
        self._directory = directory
        self._in_force = in_force
        self._least = least
        self._competent: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._trials: dict[tuple[str, str], Trial] | None = None

    def learn(self, example: Example, predicted: Sequence[Prediction] = ()) -> None:
        """What a report that would still go wrong says about its topics, here and around."""
        if not example.corrected:
            return
        choice = self._choose(example, predicted, self._in_force)
        if not self._is_right(choice, example):
            for key in _keys(choice):
                self._competent[key][example.agency_code] += 1

    def replay(self, example: Example, predicted: Sequence[Prediction] = ()) -> None:
        """Choose for a report with each correction that concerns it."""
        before = self._choose(example, predicted, self._in_force)
        was_right = self._is_right(before, example)
        for key in _keys(before):
            if trial := self._suggested.get(key):
                after = self._choose(example, predicted, trial.tried)
                trial.note(example, was_right=was_right, is_right=self._is_right(after, example))

    def found(self) -> list[Trial]:
        """The corrections that are worth it, the most helpful first; none that a wider one holds already."""
        worth = {key: trial for key, trial in self._suggested.items() if trial.is_worth_it}
        kept = [
            trial
            for (subject, region), trial in worth.items()
            if not any(
                (wider := worth.get((subject, around))) and wider.correction.agency_code == trial.correction.agency_code
                for around in _around(region)
                if around != region
            )
        ]
        return sorted(kept, key=lambda trial: (-trial.fixed, trial.broken, trial.correction))

    @property
    def _suggested(self) -> dict[tuple[str, str], Trial]:
        """By subject and region; made when all has been learned."""
        if self._trials is None:
            agreed = {}
            for key, bodies in self._competent.items():
                [(code, count)] = bodies.most_common(1)
                enough = count >= self._least and count >= AGREEING * bodies.total()
                if enough and self._is_at_home(code, key[1]):
                    agreed[key] = code, count
            self._trials = {}
            for (subject, region), (code, count) in agreed.items():
                # All that is known of the country plays in one regency: then it says nothing of the country.
                if any(
                    (subject, region) != other and subject == other[0] and region in _around(other[1])
                    for other, same in agreed.items()
                    if same == (code, count)
                ):
                    continue
                correction = Correction(subject, region, code)
                self._trials[subject, region] = Trial(correction, self._in_force.having(correction))
        return self._trials

    def _is_at_home(self, code: str, region_code: str) -> bool:
        """The body may act in the whole region; of a regency's office a few reports say nothing of the province."""
        body = self._directory.get(code)
        return body is not None and (body.region_code is None or f"{region_code}.".startswith(f"{body.region_code}."))

    def _choose(self, example: Example, predicted: Sequence[Prediction], corrections: Corrections) -> Choice:
        return choose(example.report, self._rules, self._directory, learned=predicted, corrections=corrections)

    def _is_right(self, choice: Choice, example: Example) -> bool:
        """The body itself comes first, or one above it in its own government, which passes it down."""
        first = choice.candidates[0].agency_code if choice.candidates else None
        return any(body.code == first for body in self._directory.same_house(example.agency_code))


def _keys(choice: Choice) -> list[tuple[str, str]]:
    return [(subject, region) for subject in choice.subjects for region in _around(choice.place.here)]


def _around(region_code: str | None) -> Iterator[str]:
    """The regency, the province and the country in which a place lies."""
    place = (region_code or "")[:REGENCY]
    while place:
        yield place
        place = place.rpartition(".")[0]
    yield ""
