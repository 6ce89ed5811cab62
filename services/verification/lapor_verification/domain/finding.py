"""What the machine found, before anybody decides."""

from dataclasses import dataclass
from enum import StrEnum

from lapor_contracts.vocabulary import Missing


class Outcome(StrEnum):
    """What the machine may say. It never says no: only a person does."""

    SURE = "sure"
    WAITS = "waits"


@dataclass(frozen=True)
class Finding:
    """What the machine found, with its reasons in the words a verifier and a reporter read."""

    outcome: Outcome
    reasons: tuple[str, ...]
    missing: tuple[Missing, ...] = ()
