"""What files may come with a report, and what of them is shown. Rules on real files, without a database."""

import zipfile
import zlib
from contextlib import suppress
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lapor_intake.attachments import sandbox
from lapor_intake.attachments.examination import examine
from lapor_intake.attachments.verdicts import UnfitError
from tests.intake.attached import (
    CAMERA,
    OWNER,
    PLACE_FILMED,
    box,
    document,
    exif,
    photograph,
    picture,
    stream,
    video,
    zeros,
)


def refusal_of(data: bytes) -> str:
    """Why the file is not taken."""
    with pytest.raises(UnfitError) as refused:
        examine(data)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("JPEG", mode="L"), "image/jpeg"),
        (picture("JPEG", mode="CMYK"), "image/jpeg"),
        (picture("JPEG", progressive=True), "image/jpeg"),
        (picture("PNG", mode="RGBA"), "image/png"),
        (picture("PNG", mode="P"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (document(), "application/pdf"),
        (video(), "video/mp4"),
    ],
    ids=["jpeg", "grey", "cmyk", "progressive", "png", "palette", "webp", "pdf", "mp4"],
)
def test_a_file_is_what_its_content_says(data: bytes, media_type: str) -> None:
    cleaned = examine(data)

    assert cleaned.media_type == media_type
    assert examine(cleaned.display).media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script></html>",
        picture("GIF"),
        b"GIF89a/*" + picture("JPEG"),
        picture("BMP"),
        b"%!PS-Adobe-3.0",
        b"\x89PNG is not enough",
    ],
    ids=["empty", "program", "page", "gif", "gif and script", "bmp", "postscript", "signature alone"],
)
def test_other_types_are_refused_by_name(data: bytes) -> None:
    assert refusal_of(data) in ("attachment-type", "attachment-damaged")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_where_and_with_what_a_photograph_was_taken_is_not_shown(form: str) -> None:
    original = photograph(form)
    assert CAMERA.encode() in original

    shown = examine(original).display

    assert CAMERA.encode() not in shown
    assert OWNER.encode() not in shown
    with Image.open(BytesIO(shown)) as image:
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_that_was_held_sideways_is_shown_upright(form: str) -> None:
    held_sideways = photograph(form, orientation=6)  # to be turned to the right

    with Image.open(BytesIO(examine(held_sideways).display)) as shown:
        assert shown.size == (48, 64)
        red, _, blue = shown.convert("RGB").getpixel((24, 4))
        assert red > 200 > 50 > blue


def test_a_large_photograph_is_shown_smaller() -> None:
    with Image.open(BytesIO(examine(picture("JPEG", size=(6000, 4000))).display)) as shown:
        assert shown.size == (3000, 2000)


@pytest.mark.parametrize(
    "data",
    [picture(form)[:-20] for form in ("JPEG", "PNG", "WEBP")]
    + [picture("JPEG", size=(640, 480))[:900], document()[:-40], video()[:-4], video()[:60]],
    ids=["jpeg", "png", "webp", "half a jpeg", "pdf", "mp4", "index of mp4"],
)
def test_a_file_that_is_cut_off_is_refused(data: bytes) -> None:
    assert refusal_of(data) == "attachment-damaged"


def test_a_picture_that_would_unpack_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    declared = picture("PNG", size=(16, 16))
    width_and_height = (50_000).to_bytes(4) * 2
    bomb = declared[:16] + width_and_height + declared[24:]
    crc = zlib.crc32(bomb[12:29]).to_bytes(4)

    assert refusal_of(bomb[:29] + crc + bomb[33:]) == "attachment-too-costly"


def test_a_picture_of_more_than_40_megapixels_is_refused() -> None:
    assert refusal_of(picture("PNG", size=(6_400, 6_400))) == "attachment-too-costly"


def archive() -> bytes:
    """A ZIP with something in it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.js", "alert(1)")
    return out.getvalue()


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    """The JPEG with a comment right at its beginning."""
    return jpeg[:2] + b"\xff\xfe" + (2 + len(comment)).to_bytes(2) + comment + jpeg[2:]


@pytest.mark.parametrize(
    "data",
    [
        picture("JPEG") + archive(),
        picture("PNG") + archive(),
        picture("WEBP") + archive(),
        document() + archive(),
        video(box("free", archive())),
        with_comment(picture("JPEG"), archive()) + b"\0" * 10,
        picture("JPEG") + b"<script>alert(1)</script>",
        picture("PNG") + b"<?php system($_GET['c']); ?>",
        document() + b"\n<html><body>",
        with_comment(picture("JPEG"), b"<SCRIPT >alert(1)</script>"),
        with_comment(picture("JPEG"), document()),
        video(box("uuid", b"<html>")),
    ],
    ids=[
        *("jpeg and zip", "png and zip", "webp and zip", "pdf and zip", "mp4 and zip", "zip in a comment"),
        *("jpeg and script", "png and php", "pdf and html", "script in a comment", "pdf in a comment", "html in a box"),
    ],
)
def test_a_file_that_is_also_something_else_is_refused(data: bytes) -> None:
    assert refusal_of(data) == "attachment-polyglot"


@pytest.mark.parametrize(
    "trailer",
    [b"\0\0\0", picture("JPEG", size=(8, 8)), video(), b"\0\0\x01\x0aImage_UTC_Data1700000000SEFHk\0\0\0SEFT"],
    ids=["padding", "depth map", "moving picture", "samsung"],
)
def test_what_telephones_write_behind_a_photograph_does_no_harm(trailer: bytes) -> None:
    shown = examine(picture("JPEG") + trailer).display

    assert trailer.strip(b"\0") not in shown or not trailer.strip(b"\0")


def test_what_describes_a_document_is_not_shown() -> None:
    def describe(pdf: pikepdf.Pdf) -> None:
        notes = pdf.make_stream(OWNER.encode())
        notes.Type, notes.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        pdf.Root.Metadata = notes
        pdf.pages[0].obj.PieceInfo = pikepdf.Dictionary(Editor=pikepdf.String(OWNER))

    original = document(describe)
    assert OWNER.encode() in original

    shown = examine(original).display

    assert OWNER.encode() not in shown
    with pikepdf.open(BytesIO(shown)) as pdf:
        assert len(pdf.pages) == 1
        assert "/Info" not in pdf.trailer


@pytest.mark.parametrize("filters", [["/DCTDecode"], ["/FlateDecode", "/DCTDecode"]], ids=["as it is", "packed"])
def test_a_scanned_photograph_in_a_document_loses_its_notes_and_no_pixel(filters: list[str]) -> None:
    jpeg = photograph()
    raw = jpeg if len(filters) == 1 else zlib.compress(jpeg)

    def embed(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Picture = stream(pdf, raw, filters, Width=64, Height=48)

    shown = examine(document(embed)).display

    with pikepdf.open(BytesIO(shown)) as pdf:
        embedded = pdf.Root.Picture.read_raw_bytes()
    assert CAMERA.encode() not in embedded
    with Image.open(BytesIO(embedded)) as after, Image.open(BytesIO(jpeg)) as before:
        assert after.tobytes() == before.tobytes()


def _action(name: str, **entries: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, S=pikepdf.Name(name), **entries)


def _on_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = _action("/JavaScript", JS=pikepdf.String("app.alert(1)"))


def _by_name(pdf: pikepdf.Pdf) -> None:
    scripts = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), _action("/JavaScript")]))
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=scripts)


def _on_a_link(pdf: pikepdf.Pdf) -> None:
    chain = _action("/GoTo", Next=pikepdf.Array([_action("/Launch", F=pikepdf.String("cmd.exe"))]))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=chain)
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


def _embedded(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["invoice.exe"] = b"MZ"


def _form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=pikepdf.Array())


def _remote(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = _action("/GoToR", F=pikepdf.String("//elsewhere.example/share"))


@pytest.mark.parametrize("change", [_on_opening, _by_name, _on_a_link, _embedded, _form, _remote])
def test_a_document_that_does_anything_but_show_pages_is_refused(change: object) -> None:
    assert refusal_of(document(change)) == "attachment-active"


def test_an_ordinary_link_and_an_opening_page_are_no_commands() -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
        uri = _action("/URI", URI=pikepdf.String("https://lapor.example"))
        annotation = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=uri)
        pdf.pages[0].obj.Annots = pikepdf.Array([annotation])

    assert examine(document(link)).media_type == "application/pdf"


@pytest.mark.parametrize("password", ["", "rahasia"])
def test_a_locked_document_is_refused(password: str) -> None:
    locked = document(None, encryption=pikepdf.Encryption(user=password, owner="owner"))

    assert refusal_of(locked) == "attachment-encrypted"


@pytest.mark.parametrize(
    "bomb",
    [
        lambda pdf: stream(pdf, zeros(300_000_000), "/FlateDecode"),
        lambda pdf: stream(pdf, b"\x81\0" * 2_000_000, "/RunLengthDecode"),
        lambda pdf: stream(pdf, b"", "/JPXDecode", Width=100_000, Height=100_000),
        lambda pdf: stream(pdf, picture("JPEG", (9_000, 9_000), "L"), "/DCTDecode"),
    ],
    ids=["zip", "run length", "declared", "picture"],
)
def test_a_document_that_would_unpack_to_gigabytes_is_refused(bomb: object) -> None:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Bomb = bomb(pdf)  # type: ignore[operator]

    assert refusal_of(document(plant)) == "attachment-too-costly"


def test_where_a_video_was_filmed_is_not_shown_and_nothing_moves() -> None:
    original = video(box("uuid", OWNER.encode()))
    assert PLACE_FILMED in original

    shown = examine(original).display

    assert PLACE_FILMED not in shown
    assert OWNER.encode() not in shown
    assert len(shown) == len(original)
    assert shown.index(b"moving pictures") == original.index(b"moving pictures")


@pytest.mark.parametrize("player", ["meta", "text", "sbtl", "camm"])
def test_a_video_with_a_track_of_places_is_refused(player: str) -> None:
    assert refusal_of(video(tracks=("vide", player))) == "attachment-track"


@pytest.mark.parametrize(
    "data",
    [
        video(tracks=("soun",)),
        video(box("moov")),
        video(b"\0\0\0\4bad!"),
        video((9_999).to_bytes(4) + b"mdat"),
        video((1).to_bytes(4) + b"mdat" + (2**62).to_bytes(8)),
    ],
    ids=["sound alone", "two indexes", "impossible box", "box too long", "box far too long"],
)
def test_a_broken_video_is_refused(data: bytes) -> None:
    assert refusal_of(data) == "attachment-damaged"


SAMPLES = [photograph(), picture("PNG"), picture("WEBP"), document(), video()]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_hostile_bytes_are_refused_and_never_an_error(data: st.DataObject) -> None:
    sample = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(sample) - 1))
        sample[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))

    with suppress(UnfitError):
        assert examine(bytes(sample)).display


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SAMPLES), st.binary(max_size=200), st.integers(4, 64))
def test_any_bytes_behind_a_right_beginning_are_read_without_an_error(sample: bytes, rest: bytes, kept: int) -> None:
    with suppress(UnfitError):
        assert examine(sample[:kept] + rest).display


def test_a_file_is_examined_in_a_process_of_its_own_with_the_same_result() -> None:
    original = photograph()

    assert sandbox.examined(original)[:2] == examine(original)[:2]
    with pytest.raises(UnfitError) as refused:
        sandbox.examined(b"MZ")
    assert refused.value.code == "attachment-type"
    assert "Kirim PDF" in refused.value.said[0]


def test_an_examination_that_takes_too_much_ends_without_harm() -> None:
    costly = picture("PNG", size=(6_000, 6_000))

    with pytest.raises(UnfitError) as refused:
        sandbox.examined(costly, memory=150 << 20)

    assert refused.value.code == "attachment-too-costly"


def test_exif_of_the_samples_is_what_cameras_write() -> None:
    with Image.open(BytesIO(photograph())) as image:
        assert image.getexif().get_ifd(0x8825)[1] == "S"
    assert exif()[0x0110] == CAMERA
