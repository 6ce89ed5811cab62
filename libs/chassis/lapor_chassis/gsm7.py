"""How much of an SMS a text fills. Pure: the GSM 7-bit alphabet (3GPP TS 23.038), else UCS-2."""

import unicodedata

#: The basic table: one septet each.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: The extension table: an escape and another septet.
EXTENSION = frozenset("\f^{}\\[~]|€")

#: What one SMS holds, and what one part of a longer one does, whose header takes the rest.
ONE_IN_GSM, PART_IN_GSM = 160, 153
ONE_IN_UCS2, PART_IN_UCS2 = 70, 67

_NEAREST = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "[": "(", "]": ")"})


def septets(text: str) -> int | None:
    """How many places the text takes in the GSM alphabet; None where it has other characters."""
    if not all(char in BASIC or char in EXTENSION for char in text):
        return None
    return len(text) + sum(char in EXTENSION for char in text)


def parts(text: str) -> int:
    """How many SMS it takes to send the text."""
    length = septets(text)
    if length is not None:
        return _parts([2 if char in EXTENSION else 1 for char in text], length, ONE_IN_GSM, PART_IN_GSM)
    places = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _parts(places, sum(places), ONE_IN_UCS2, PART_IN_UCS2)


def plain(text: str) -> str:
    """The text in letters that every telephone shows and that cost one septet each."""
    near = text.translate(_NEAREST)
    return "".join(char if char in BASIC else _without_accents(char) for char in near)


def _parts(places: list[int], length: int, whole: int, part: int) -> int:
    if length <= whole:
        return 1
    count, room = 1, part
    for place in places:
        if place > room:  # neither an escape nor a surrogate pair is torn apart
            count, room = count + 1, part
        room -= place
    return count


def _without_accents(char: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return "".join(letter for letter in ascii_only if letter in BASIC) or "?"
