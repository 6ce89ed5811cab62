"""Which earlier reports a new one repeats: the same matter at the same place, in other words. Pure."""

from lapor_verification.domain.repeats.likeness import Likeness, Place, likeness
from lapor_verification.domain.repeats.traits import Traits, bands_of, traits_of

__all__ = ["Likeness", "Place", "Traits", "bands_of", "likeness", "traits_of"]
