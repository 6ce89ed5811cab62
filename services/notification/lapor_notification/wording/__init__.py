"""The words of each notice, in every form and language in which it travels, and how they are changed."""

from lapor_notification.wording.checking import problems_of
from lapor_notification.wording.parts import PARTS, Parts, shipped_parts
from lapor_notification.wording.previews import Preview, previews
from lapor_notification.wording.writing import LONGEST_PUBLIC_URL, Letter, Wording

__all__ = [
    "LONGEST_PUBLIC_URL",
    "PARTS",
    "Letter",
    "Parts",
    "Preview",
    "Wording",
    "previews",
    "problems_of",
    "shipped_parts",
]
