"""PDF documents: refused where they do anything but show pages, and shown without what was noted about them."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream, StreamDecodeLevel
from PIL import Image
from PIL.Image import DecompressionBombError

from lapor_intake.attachments.images import MOST_PIXELS, without_notes
from lapor_intake.attachments.verdicts import Cleaned, UnfitError, active, damaged, encrypted, too_costly, two_in_one

MEDIA_TYPE = "application/pdf"

_END = b"%%EOF"
#: No stream of a document may unpack to more than the largest picture does, nor all of them to ten times as much.
MOST_UNPACKED = 4 * MOST_PIXELS
_MOST_UNPACKED_IN_ALL = 10 * MOST_UNPACKED
#: Black and white pages need little memory: A3 at 1,200 dots an inch.
_MOST_PIXELS_OF_SCANS = 300_000_000

#: What makes a document act, wherever it stands.
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent"})
_ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
    }
)
#: What describes a document or a part of it, and does not show.
_NOTES = frozenset({"/Metadata", "/PieceInfo", "/Thumb", "/LastModified"})


def clean(data: bytes) -> Cleaned:
    """The document for display."""
    end = data.rfind(_END)
    if end < 0:
        raise damaged()
    if data[end + len(_END) :].strip(b"\0 \t\r\n"):
        raise two_in_one()
    try:
        return Cleaned(MEDIA_TYPE, _cleaned(data))
    except (MemoryError, DecompressionBombError):
        raise too_costly() from None
    except pikepdf.PasswordError:
        raise encrypted() from None
    except UnfitError:
        raise
    except Exception:  # a hostile document may hold anything where something else belongs
        raise damaged() from None


def _cleaned(data: bytes) -> bytes:
    # For the whole process, which is one of its own (see `sandbox`).
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MOST_UNPACKED,
        run_length_max_memory=MOST_UNPACKED,
    )
    with Pdf.open(BytesIO(data)) as pdf:
        if pdf.is_encrypted:
            raise encrypted()
        if not len(pdf.pages):
            raise damaged()
        unpacked = 0
        for part in _dictionaries(pdf):
            _refuse_active(part)
            for note in _NOTES & set(part.keys()):
                del part[note]
            if isinstance(part, Stream):
                unpacked += _unpacked(part)
                if unpacked > _MOST_UNPACKED_IN_ALL:
                    raise too_costly()
                _clean_picture(pdf, part)
        if Name.Info in pdf.trailer:
            del pdf.trailer[Name.Info]
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def _dictionaries(pdf: Pdf) -> Iterator[Any]:
    """Every dictionary and stream of a document, however deep."""
    waiting: list[Any] = [*pdf.objects, pdf.trailer]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Dictionary | Stream):
            yield part
            inner = list(part.values())
        elif isinstance(part, pikepdf.Array):
            inner = list(part)
        else:
            continue
        # What has a number of its own is in `pdf.objects` anyway; following it would lead in circles.
        waiting += [one for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _refuse_active(part: Any) -> None:
    if not _ACTIVE_KEYS.isdisjoint(part.keys()):
        raise active()
    if str(part.get("/S")) in _ACTIVE_ACTIONS or str(part.get("/Subtype")) in {"/FileAttachment", "/RichMedia", "/3D"}:
        raise active()


def _unpacked(stream: Any) -> int:
    """How many bytes a stream becomes; pictures are not unpacked, but must not be too large."""
    try:
        return len(stream.read_bytes(StreamDecodeLevel.specialized))
    except pikepdf.DataDecodingError as error:
        if "limit exceeded" in str(error):  # qpdf has no other way to say so
            raise too_costly() from None
    except pikepdf.PdfError:
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
        if width * height > _MOST_PIXELS_OF_SCANS:
            raise too_costly() from None
    return len(stream.read_raw_bytes())


def _clean_picture(pdf: Pdf, stream: Any) -> None:
    """Telephones that scan put their photograph into the document as it is, with the place where it was taken."""
    *around, inmost = list(stream.get("/Filter", pikepdf.Array()).wrap_in_array()) or [None]
    if inmost != Name.DCTDecode:
        return
    jpeg = Stream(pdf, stream.read_raw_bytes(), Filter=pikepdf.Array(around)).read_bytes()
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise too_costly()
    stream.write(without_notes(jpeg), filter=Name.DCTDecode)
