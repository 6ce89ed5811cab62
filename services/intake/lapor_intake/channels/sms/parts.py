"""Long SMS arrive in parts, in any order: what each part's header says, and the text that the parts make. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Information elements of a user data header (3GPP TS 23.040, 9.2.3.24) that tell a part's place, and the bytes of
#: their reference.
_CONCATENATED = {0x00: 1, 0x08: 2}


@dataclass(frozen=True)
class Part:
    """The place of an SMS in a longer one. The sender's telephone counts the references, and soon begins anew."""

    reference: int
    total: int
    number: int


def part_of(header: bytes) -> Part | None:
    """What the user data header says; None for an SMS that is whole, or whose header makes no sense."""
    elements = header[1 : 1 + header[0]] if header else b""
    while len(elements) >= 2:
        kind, length = elements[0], elements[1]
        value, elements = elements[2 : 2 + length], elements[2 + length :]
        wide = _CONCATENATED.get(kind)
        if wide and len(value) == wide + 2:
            reference, total, number = int.from_bytes(value[:wide]), value[wide], value[wide + 1]
            return Part(reference, total, number) if 1 <= number <= total and total > 1 else None
    return None


def joined(texts: Mapping[int, str], total: int) -> str:
    """The whole text, with the gaps marked where parts are missing.

    Halves of an emoji that the telephone tore apart find each other again.
    """
    pieces = (texts.get(number, f" [bagian {number} dari {total} tidak sampai] ") for number in range(1, total + 1))
    return "".join(pieces).encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
