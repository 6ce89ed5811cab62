"""Which earlier reports a new one repeats: the same matter at the same place, in other words. Pure."""

from lapor_verification.domain.repeats.earlier import (
    ALIKE,
    FOLLOWABLE,
    Earlier,
    Similar,
    as_hint,
    excerpt,
    following,
    may_follow,
    passages,
    similar,
    weighed,
)
from lapor_verification.domain.repeats.likeness import Likeness, Place, likeness
from lapor_verification.domain.repeats.traits import Traits, bands_of, most_sharing, traits_of, traits_of_text

__all__ = [
    "ALIKE",
    "FOLLOWABLE",
    "Earlier",
    "Likeness",
    "Place",
    "Similar",
    "Traits",
    "as_hint",
    "bands_of",
    "excerpt",
    "following",
    "likeness",
    "may_follow",
    "most_sharing",
    "passages",
    "similar",
    "traits_of",
    "traits_of_text",
    "weighed",
]
