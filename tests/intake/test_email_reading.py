"""What is read in an e-mail, however it was written."""

import time
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_intake.channels.email.reading import File, Letter, NoLetter, newest, read, shown
from tests.support.letters import mail

OWN = frozenset({"lapor@lapor.example"})


def letter(raw: bytes, **options: Any) -> Letter:
    """What is read in it; fails where that is nothing."""
    found = read(raw, own=OWN, **options)
    assert isinstance(found, Letter), found
    return found


def test_a_plain_e_mail_is_its_text_and_who_wrote_it() -> None:
    found = letter(mail())

    assert (found.sender, found.name) == ("siti@warga.example", "Siti Rahayu")
    assert (found.subject, found.message_id) == ("Jalan rusak", "1@warga.example")
    assert found.text == "Jalan di depan Pasar Rengat rusak sejak 3 Mei."
    assert found.files == ()
    assert "siti" not in repr(found).lower()
    assert "Pasar" not in repr(found)


@pytest.mark.parametrize(
    ("subject", "read_as"),
    [
        ("Re: Fwd: Jalan rusak", "Jalan rusak"),
        ("Bls: RE[2]: Jalan rusak", "Jalan rusak"),
        ("=?utf-8?q?Jalan_rusak_=E2=80=93_gelap?=", "Jalan rusak – gelap"),
        ("=?klingon?q?Jalan?= rusak", "=?klingon?q?Jalan?= rusak"),
        ("Reparasi jalan", "Reparasi jalan"),
    ],
)
def test_the_subject_is_read_without_what_programs_put_before_it(subject: str, read_as: str) -> None:
    raw = mail().replace(b"Subject: Jalan rusak", f"Subject: {subject}".encode())

    assert letter(raw).subject == read_as


@pytest.mark.parametrize(
    "written",
    [
        "Lampu masih mati.\n\nPada Sel, 6 Jan 2026 pukul 10.00 LAPOR! <lapor@lapor.example> menulis:\n> Laporan",
        "Lampu masih mati.\n\nPada tanggal Sel, 6 Jan 2026 pukul 10 LAPOR!\n<lapor@lapor.example> menulis:\n\n> 1",
        "Lampu masih mati.\n\nOn Tue, Jan 6, 2026 at 10:00 AM LAPOR! <lapor@lapor.example> wrote:\n> Laporan Anda",
        "Lampu masih mati.\n\n-----Original Message-----\nFrom: LAPOR!\nSent: Tuesday",
        "Lampu masih mati.\n\n-----Pesan Asli-----\nDari: LAPOR!",
        "Lampu masih mati.\n\nDari: LAPOR! <lapor@lapor.example>\nDikirim: 6 Januari 2026\nKepada: Siti\n\nLaporan",
        "Lampu masih mati.\n\nFrom: LAPOR!\nSent: 6 January 2026\nTo: Siti\n\nYour report",
        "> Lampunya bagaimana?\nLampu masih mati.\n> Terima kasih",
        "Pada Rab, 7 Jan 2026 LAPOR! menulis:\n\n> Laporan Anda\n> diterima.\n\nLampu masih mati.\n\nSalam,\nSiti",
        "On Wed, Jan 7, 2026 LAPOR!\n<lapor@lapor.example> wrote:\n> Lampunya?\nLampu masih mati.\n> Terima kasih",
        "Lampu masih mati.\n-- \nSiti\nRT 03",
        "Lampu masih mati.\n\nDikirim dari iPhone saya",
        "Lampu masih mati.\n\nSent from my Samsung Galaxy smartphone.",
        "Lampu masih mati.\n\nTerima kasih,\nSiti Rahayu\n0812-0000-1111",
        "Lampu masih mati.\n\nHormat saya,\n\nSiti Rahayu",
        "Lampu masih mati.\n\nBest regards,\nSiti",
    ],
)
def test_quotations_and_signatures_are_cut_off(written: str) -> None:
    assert newest(written) == "Lampu masih mati."


@pytest.mark.parametrize(
    "written",
    [
        "Pada hari Senin lampu mati.\nTerima kasih kepada petugas yang datang, tetapi sekarang mati lagi.",
        "Keluhan kami:\n- lampu\n- jalan\n--- penting ---\nMohon bantuan.",
        "Salam,\nlampu di gang kami mati sejak Senin.",
        "Terima kasih.\n" + "Tetapi lampu di gang kami mati lagi sejak Senin dan anak-anak takut lewat sana.\n" * 2,
        "Dari: Rengat\nKe: Tembilahan\nbus tidak datang",
    ],
)
def test_what_only_looks_like_a_quotation_or_a_signature_stays(written: str) -> None:
    assert newest(written) == written.strip()


def test_who_only_quotes_is_read_whole() -> None:
    assert newest("> Jalan rusak di Rengat") == "> Jalan rusak di Rengat"


def test_html_is_read_as_it_is_shown() -> None:
    source = """<html><head><style>p {color: red}</style><title>x</title></head><body><p>Jalan&nbsp;rusak,
        <b>gelap</b></p><div>Mohon<br>diperbaiki &amp; diterangi</div><script>alert(1)</script><!-- x -->
        <div class="gmail_quote">LAPOR! menulis</div><blockquote>Laporan Anda</blockquote></body></html>"""

    assert shown(source) == "Jalan rusak, gelap\n\nMohon\ndiperbaiki & diterangi"


def test_an_e_mail_in_html_alone_becomes_text() -> None:
    message = EmailMessage()
    message["From"] = "siti@warga.example"
    message.set_content("<p>Jalan <i>rusak</i> di Rengat</p>", subtype="html")

    assert letter(message.as_bytes()).text == "Jalan rusak di Rengat"


def test_of_text_and_html_the_text_is_read_and_pictures_are_attachments() -> None:
    message = EmailMessage()
    message["From"] = "siti@warga.example"
    message.set_content("Jalan rusak")
    message.add_alternative("<p>Jalan <b>rusak</b></p>", subtype="html")
    message.add_attachment(b"\xff\xd8\xff...", maintype="image", subtype="jpeg", filename="jalan.jpg")
    message.add_attachment("catatan", filename="catatan.txt")

    found = letter(message.as_bytes())

    assert found.text == "Jalan rusak"
    assert found.files == (
        File(name="jalan.jpg", content=b"\xff\xd8\xff..."),
        File(name="catatan.txt", content=b"catatan\n"),
    )


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("Jalan rusak – gelap".encode(), "utf-8"),
        ("Jalan rusak – gelap".encode(), "klingon"),
        ("Jalan rusak – gelap".encode(), "us-ascii"),
        ("Jalan rusak – gelap".encode("cp1252"), "utf-8"),
        ("Jalan rusak – gelap".encode("utf-16"), "utf-16"),
    ],
)
def test_whatever_charset_it_claims_it_is_readable(body: bytes, charset: str) -> None:
    raw = b"From: siti@warga.example\nContent-Type: text/plain; charset=%s\n\n%s" % (charset.encode(), body)

    assert letter(raw).text == "Jalan rusak – gelap"


def test_letters_that_stand_in_headers_unencoded_are_readable() -> None:
    found = letter("From: Bu Ýanti <siti@warga.example>\nSubject: Jalan – gelap\n\nJalan rusak".encode())

    assert (found.name, found.subject) == ("Bu Ýanti", "Jalan – gelap")


def test_a_letter_within_a_letter_is_an_attachment() -> None:
    inner = EmailMessage()
    inner["Subject"] = "lama"
    inner.set_content("dahulu")
    outer = EmailMessage()
    outer["From"] = "siti@warga.example"
    outer.set_content("Jalan rusak")
    outer.add_attachment(inner)

    found = letter(outer.as_bytes())

    assert found.text == "Jalan rusak"
    assert len(found.files) == 1
    assert b"dahulu" in found.files[0].content


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (rejected)"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X_Loop": "siti@warga.example"},
        {"List_Id": "<warga.example>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@mx.warga.example"},
        {"From": "LAPOR! <Lapor@lapor.example>"},
        {"Content_Type": "multipart/report; boundary=x"},
    ],
    ids=lambda headers: "-".join([*headers, *headers.values()]),
)
def test_what_programs_write_is_not_answered(headers: dict[str, str]) -> None:
    raw = b"".join(f"{name.replace('_', '-')}: {value}\n".encode() for name, value in headers.items())
    raw += b"" if "From" in headers else b"From: siti@warga.example\n"

    found = read(raw + b"\nSaya sedang cuti.", own=OWN)

    assert isinstance(found, NoLetter)
    assert not found.is_broken


def test_a_bounce_has_no_sender_on_its_envelope() -> None:
    assert isinstance(read(mail(), envelope_sender=""), NoLetter)


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "no"}, {"Precedence": "normal"}, {"X_Autoreply": "no"}])
def test_who_says_that_no_program_wrote_it_is_heard(headers: dict[str, str]) -> None:
    assert letter(mail(**headers), envelope_sender="siti@warga.example")


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n\n", b"Subject: x\n\nJalan rusak", b"From: nobody\n\nJalan rusak", b"\x00\xff" * 100],
    ids=["nothing", "empty", "no sender", "no address", "no mail"],
)
def test_what_could_not_be_answered_is_broken(raw: bytes) -> None:
    found = read(raw)

    assert isinstance(found, NoLetter)
    assert found.is_broken


@pytest.mark.parametrize(
    "body",
    [
        "On " * 100_000,
        "On\n" * 100_000,
        "\n" * 300_000,
        "> " * 100_000,
        "-" * 300_000,
        "Dari: \n" * 50_000,
        "Terima kasih\n" * 20_000,
    ],
    ids=lambda body: repr(body[:8]),
)
def test_no_crafted_text_takes_long(body: str) -> None:
    begun = time.process_time()

    newest(body)

    assert time.process_time() - begun < 3


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<a b='", "<div>", "<p>a</b>", "&amp", "</a", "<![CDATA["])
def test_no_crafted_html_takes_long(piece: str) -> None:
    begun = time.process_time()

    shown(piece * 30_000)

    assert time.process_time() - begun < 3


def test_no_crafted_nesting_takes_long() -> None:
    deep = b"From: siti@warga.example\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(5_000)
    )
    begun = time.process_time()

    found = read(deep + b"x\n" * 500_000)

    assert isinstance(found, NoLetter)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: text/plain; charset=utf-9\x01\x00",
        b"Content-Disposition: attachment; filename*0*=u\x00tf-8''a",
        b"Subject: =?utf-x\x01\x0cFFt?=\nContent-Type: message/rfc822",
    ],
)
def test_what_the_standard_library_stumbles_over_is_a_letter(headers: bytes) -> None:
    raw = b"From: siti@warga.example\n%s\n\nSubject: =?x\x0cA:b?=Content-Type:i\n\nJalan rusak" % headers

    assert isinstance(read(raw, own=OWN), Letter)


PIECES = st.sampled_from(
    [
        b"From: ", b"siti@warga.example", b"Subject: ", b"=?utf-8?b?", b"=?x?q?=", b"?=", b"\n", b"\n\n", b"\r\n",
        b"--b", b"--", b"Content-Type: ", b"multipart/mixed; boundary=b\n\n", b"text/html", b"text/plain; charset=",
        b"utf-16", b"message/rfc822\n\n", b"Content-Transfer-Encoding: ", b"base64", b"x-uuencode", b"begin 644 a\n",
        b"quoted-printable", b"=", b"\x00", b"\xff\xfe", b"Content-Disposition: attachment; filename*0*=utf-8''%ff",
        b"References: ", b"<a@b>", b"Date: ", b"31 Feb 2026 99:99 +9999", b"Message-ID: ", b'"', b"(", b",", b";", b":",
        b"<b>jalan</b>",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map(b"".join))
def test_whatever_comes_is_a_letter_or_none(body: bytes) -> None:
    found = read(b"From: siti@warga.example\n" + body, own=OWN)

    assert isinstance(found, Letter | NoLetter)


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_letter_or_none(raw: bytes) -> None:
    assert isinstance(read(raw, own=OWN), Letter | NoLetter)
