"""What the machine found, before anybody decides."""

from dataclasses import dataclass
from enum import StrEnum

from lapor_contracts.vocabulary import Missing


class Outcome(StrEnum):
    """What the machine may say. It never says no: only a person does."""

    SURE = "sure"
    WAITS = "waits"


class Check(StrEnum):
    """What a report is looked at for."""

    COMPLETENESS = "completeness"
    CLARITY = "clarity"
    SPAM = "spam"
    HATE_SPEECH = "hate_speech"
    SCOPE = "scope"
    KIND = "kind"
    CATEGORY = "category"
    SENSITIVITY = "sensitivity"
    URGENCY = "urgency"
    SUPERVISION = "supervision"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that a check found. Its reasons quote our own phrases and never the report."""

    check: Check
    what: str
    """Which of the things that the check knows."""
    weight: float
    """How sure it is: 0 not at all, 1 beyond doubt."""
    reason: str
    reason_en: str
    suggests: str | None = None
    """What a verifier may take over: a kind, or a category's code."""

    @property
    def percent(self) -> int:
        """How sure it is, as people say it."""
        return round(self.weight * 100)


@dataclass(frozen=True)
class Finding:
    """What the machine found, with its reasons in the words a verifier and a reporter read."""

    outcome: Outcome
    reasons: tuple[str, ...]
    """Why it may pass; else what speaks against it."""
    missing: tuple[Missing, ...] = ()
    hints: tuple[Hint, ...] = ()
    """All that the checks found, also what keeps no report from passing."""

    def of(self, check: Check) -> tuple[Hint, ...]:
        """What one check found, the surest first."""
        return tuple(sorted((hint for hint in self.hints if hint.check == check), key=lambda hint: -hint.weight))
