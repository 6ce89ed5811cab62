"""Files as people attach them, made up on the spot."""

import zlib
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

#: What a camera writes beside the picture, and nobody but the reporter may learn.
OWNER = "Kenari Sangkar"
CAMERA = "KenariCam 3000"


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new(mode, size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="blue")
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """Who, with what, where: in front of Monas."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x0110] = CAMERA
    notes[0x8298] = OWNER
    notes.get_ifd(0x8825).update(
        {1: "S", 2: (IFDRational(6), IFDRational(10), IFDRational(31)), 3: "E", 4: (106, 49, 37)}  # type: ignore[dict-item]
    )
    return notes


def photograph(form: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture with all that a camera notes."""
    return picture(form, exif=exif(orientation))


def document(change: object = None, **options: object) -> bytes:
    """A PDF of one page by a named author; ``change(pdf)`` puts something else into it."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    pdf.docinfo["/Author"] = OWNER
    if callable(change):
        change(pdf)
    out = BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def stream(pdf: pikepdf.Pdf, raw: bytes, filters: str | list[str], **entries: object) -> pikepdf.Stream:
    """A stream as it stands in a file, however it is packed."""
    made = pdf.make_stream(raw)
    names = [filters] if isinstance(filters, str) else filters
    made.Filter = pikepdf.Array([pikepdf.Name(name) for name in names])
    for name, value in entries.items():
        made[f"/{name}"] = value
    return made


def zeros(count: int) -> bytes:
    """So many zeros, packed."""
    packer = zlib.compressobj(9)
    million = bytes(1_000_000)
    return b"".join([*(packer.compress(million) for _ in range(count // len(million))), packer.flush()])


def box(kind: str, *content: bytes) -> bytes:
    """A box of an MP4 file."""
    payload = b"".join(content)
    return (8 + len(payload)).to_bytes(4) + kind.encode("latin-1") + payload


def track(player: str = "vide") -> bytes:
    """A track of an MP4 file, with where it begins noted in it."""
    handler = box("hdlr", bytes(8), player.encode(), bytes(12), b"\0")
    table = box("stbl", *(box(kind, bytes(8)) for kind in ("stsd", "stts", "stsc", "stsz", "stco")))
    return box("trak", box("tkhd", bytes(84)), box("mdia", box("mdhd", bytes(24)), handler, box("minf", table)))


#: Where it was filmed, as Android writes it (ISO 6709).
PLACE_FILMED = b"-06.1754+106.8272/"


def video(*more: bytes, tracks: tuple[str, ...] = ("vide", "soun"), brand: bytes = b"isom") -> bytes:
    """An MP4 file with the place where it was filmed; ``more`` are boxes behind it."""
    place = box("udta", box("©xyz", len(PLACE_FILMED).to_bytes(2), b"\x15\xc7", PLACE_FILMED))
    meta = box("meta", bytes(4), PLACE_FILMED, OWNER.encode())
    index = box("moov", box("mvhd", bytes(100)), *map(track, tracks), place, meta)
    return b"".join([box("ftyp", brand, bytes(4), brand, b"mp42"), index, box("mdat", b"moving pictures"), *more])
