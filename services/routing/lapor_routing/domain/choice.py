"""Which body is competent for a report, and why."""

from collections.abc import Collection
from dataclasses import dataclass

from lapor_contracts.events import Evidence
from lapor_contracts.vocabulary import Kind

from lapor_routing.domain.agencies import Directory
from lapor_routing.domain.rules import Rules

#: From this confidence on a report is routed without a person.
THRESHOLD = 0.6


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is known of a report when a body is chosen for it."""

    title: str
    body: str
    kind: Kind = Kind.COMPLAINT
    region_code: str | None = None
    place: str | None = None
    agency_code: str | None = None
    keyword: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A body that may be competent, with all that speaks for it."""

    agency_code: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The bodies that may be competent, the best first, and how sure it is."""

    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    rules_version: str
    threshold: float = THRESHOLD
    doubt: str = ""
    """Why there is no winner, in words for the coordinator; empty when there is one."""

    @property
    def winner(self) -> Candidate | None:
        """The competent body, unless it is in doubt."""
        return self.candidates[0] if self.candidates and not self.doubt else None

    @property
    def runner_up(self) -> Candidate | None:
        """The next best."""
        return self.candidates[1] if len(self.candidates) > 1 else None

    @property
    def sure(self) -> bool:
        """Sure enough to route without a person."""
        return self.winner is not None and self.confidence >= self.threshold


def choose(
    report: Report,
    rules: Rules,
    directory: Directory,
    *,
    excluded: Collection[str] = frozenset(),
    threshold: float = THRESHOLD,
) -> Choice:
    """The competent bodies for ``report``, never one of ``excluded``."""
    raise NotImplementedError
