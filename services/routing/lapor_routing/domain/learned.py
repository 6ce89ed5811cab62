"""What experience says of a report: a model that learned from decided reports, and approved lessons of refusals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prediction:
    """A body, or the region's office of a type, and how probable a model holds it."""

    agency_code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What people decided about reports like this one, after they had gone elsewhere."""

    agency_code: str
    weight: float
    """How strongly it speaks for the body: 0 not at all, 1 beyond doubt."""
    detail: str
    """In words that anybody may read, such as ``koreksi “lampu taman” → Dinas Lingkungan Hidup``."""
