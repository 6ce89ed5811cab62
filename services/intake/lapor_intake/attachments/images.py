"""Pictures, drawn anew from their pixels: what a camera wrote beside them (place, time, owner, model) stays behind."""

import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps

from lapor_intake.attachments.verdicts import Cleaned, UnfitError, damaged, too_costly, two_in_one

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}

MOST_PIXELS = 40_000_000
#: A sheet of A4 at 250 dots an inch: print on it can be read.
LONGEST_SIDE = 3_000

#: The end of a run of JPEG's compressed pixels: a marker that is neither a stuffed zero nor a restart nor a filler.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END, _START_OF_SCAN = 0xD9, 0xDA
#: Segments by which a JPEG is decoded: JFIF, the colour profile and Adobe's colour transform. Others only describe.
_NEEDED_APPLICATION_SEGMENTS = (0xE0, 0xE2, 0xEE)
_APPLICATION_SEGMENTS = range(0xE0, 0xF0)
_COMMENT = 0xFE
#: What telephones write behind a JPEG: further pictures, or a moving one. (Samsung's own notes end with ``SEFT``.)
_CAMERA_TRAILER = re.compile(rb"\0*(\xff\xd8\xff|.ftyp)", re.DOTALL)


def clean(data: bytes, media_type: str) -> Cleaned:
    """The picture for display, upright, at most `LONGEST_SIDE` wide and high."""
    try:
        display = _drawn_anew(data, FORMATS[media_type])
        return Cleaned(media_type, display, b"\n".join(_BESIDE_PIXELS[media_type](data)))
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_costly() from None
    except UnfitError:
        raise
    except Exception:  # decoders of hostile bytes raise nearly anything
        raise damaged() from None


def _drawn_anew(data: bytes, form: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata is no fault of the picture
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(data), formats=[form]) as picture:
            # Known from the header: nothing has been unpacked so far.
            if picture.width * picture.height > MOST_PIXELS:
                raise too_costly()
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()  # to the very end: what is cut off fails here
            mode = "RGBA" if picture.has_transparency_data else "L" if picture.mode in ("1", "L") else "RGB"
            drawn = picture.convert(mode)
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ImageOps.exif_transpose(drawn, in_place=True)
    drawn.info = {}  # some writers put back what they find there
    out = BytesIO()
    drawn.save(out, form, quality=85)
    return out.getvalue()


def _beside_jpeg(data: bytes) -> Iterator[bytes]:
    end = 0
    for mark in _jpeg_marks(data):
        yield data[mark.payload : mark.end]
        end = mark.end
    # What follows goes into the sealed original only; but behind a picture something may stand to be taken for a file
    # of its own, so it must be what telephones write there.
    trailer = data[end:].rstrip(b"\0")
    if trailer and not _CAMERA_TRAILER.match(trailer) and not trailer.endswith(b"SEFT"):
        raise two_in_one()
    yield trailer


def without_notes(jpeg: bytes) -> bytes:
    """The very same pixels, without what was noted beside them: for pictures within documents."""
    kept, at = [], 0
    for mark in _jpeg_marks(jpeg):
        describes = mark.kind in _APPLICATION_SEGMENTS and mark.kind not in _NEEDED_APPLICATION_SEGMENTS
        if describes or mark.kind == _COMMENT:
            kept.append(jpeg[at : mark.begin])
            at = mark.end
    return b"".join([*kept, jpeg[at:]])


class _Mark(NamedTuple):
    """A marker of a JPEG: which, where it begins, where what it holds begins, and where that ends."""

    kind: int
    begin: int
    payload: int
    end: int


def _jpeg_marks(data: bytes) -> Iterator[_Mark]:
    """Every marker up to the end of the picture. Compressed pixels belong to none."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        begin = at
        while data[at + 1] == 0xFF:  # fillers
            at += 1
        kind, at = data[at + 1], at + 2
        if kind == _END:
            yield _Mark(kind, begin, at, at)
            return
        end = at + int.from_bytes(data[at : at + 2])
        if not at + 2 <= end <= len(data):
            raise ValueError("a segment that leaves the file")
        yield _Mark(kind, begin, at + 2, end)
        at = end
        if kind == _START_OF_SCAN:
            found = _MARKER.search(data, at)
            if not found:
                raise ValueError("no end")
            at = found.start()


def _beside_png(data: bytes) -> Iterator[bytes]:
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise ValueError("a chunk that leaves the file")
        if kind not in (b"IDAT", b"fdAT"):
            yield data[at + 8 : at + 8 + length]
        at = end
    if data[at:].strip(b"\0"):
        raise two_in_one()


def _beside_webp(data: bytes) -> Iterator[bytes]:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise ValueError("cut off")
    if data[end:].strip(b"\0"):
        raise two_in_one()
    at = 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind not in (b"VP8 ", b"VP8L", b"ANMF", b"ALPH"):
            yield data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


_BESIDE_PIXELS = {"image/jpeg": _beside_jpeg, "image/png": _beside_png, "image/webp": _beside_webp}
