"""A made-up reporter who cannot be mistaken for anybody else, and how she is found, in whatever form she is written."""

import base64
import io
import re
import struct
from collections.abc import Iterator

from PIL import Image

NAME = "Kenari Rahasiawati"
PHONE = "0877 6543 2198"
EMAIL = "kenari.rahasiawati@example.org"
NIK = "1402015405850007"
ADDRESS = "Gang Kenari Emas 9, Rengat"
ACCOUNT = "kenari_rahasiawati_87"
PLATFORM_ID = "87654321987654321"
REPORTER = {"name": NAME, "phone": PHONE, "email": EMAIL}
#: Seconds of latitude of the place where she took the photograph, as the camera writes them.
PLACE = 1_664_442_987

#: What she knows as a whistleblower: for the oversight body alone.
KNOWN = "gelatikfakta"
#: Stands in those of her reports that she calls secret: for the bodies that work on them, and not for the public.
SECRET = "merpatisunyi"

#: She cannot keep herself out of what she writes.
SIGNED = f"Nama saya {NAME}, NIK {NIK}, telepon {PHONE} atau +62-877-6543-2198, surel {EMAIL}. Terima kasih, {NAME}"

#: However digits are set apart.
_APART = r"(?:%20|[\W_]){0,3}"
_NUMBERS = "|".join(map(_APART.join, ("87765432198", NIK, PLATFORM_ID)))
_TRACES = re.compile(rf"\bkenari|rahasiawati|{KNOWN}|{_NUMBERS}", re.IGNORECASE)
#: Of these any piece will do, and none of them begins with a letter that may be large or small.
_WORDS = ("ahasiawati", KNOWN[1:], NIK, "87765432198")


def traces(content: bytes | str) -> list[str]:
    """What of her stands in it: in letters and digits, in the camera's bytes, or hidden in another alphabet."""
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    text = raw.decode("latin-1")
    small = text.lower()
    return [
        *_TRACES.findall(text),
        *(form for form in _FORMS if form in text),
        *(digits for digits in _HEXADECIMAL if digits in small),
    ]


def _forms() -> Iterator[bytes]:
    for order in "<>":
        yield struct.pack(f"{order}I", PLACE)
    for word in _WORDS:
        yield word.encode("utf-16-be")
        for shift in range(3):  # base64 of a word depends on where in a group of three it begins
            yield base64.b64encode(b" " * shift + word.encode())[4 if shift else 0 : -4]


_FORMS = [form.decode("latin-1") for form in _forms()]
_HEXADECIMAL = [struct.pack(f"{order}I", PLACE).hex() for order in "<>"] + [word.encode().hex() for word in _WORDS]


def photograph() -> bytes:
    """A JPEG that says where it was taken, and by whom."""
    exif = Image.Exif()
    exif[0x010F] = NAME  # who made the camera: people write their own name there
    exif.get_ifd(0x8825).update({1: "S", 2: (0.0, 22.0, PLACE), 3: "E", 4: (102.0, 32.0, PLACE)})
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG", exif=exif)
    return file.getvalue()
