"""Personal data in what people write: what is found, what is left alone, and that nothing of it stays behind."""

import time
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.redaction import IDENTIFYING, Span, clean, find, own
from lapor_contracts.marks import PLACEHOLDERS, hidden
from lapor_contracts.vocabulary import Personal
from tests.chassis.redaction_set import sentences

#: What is measured together: all but names, which are suggestions.
NUMBERS_AND_ADDRESSES = frozenset(Personal) - {Personal.NAME}


def exact(text: str, spans: Iterable[Span], kinds: Iterable[Personal]) -> set[tuple[int, int, Personal]]:
    """The passages of some kinds from their first to their last letter or digit: brackets do not matter."""
    found = set()
    for span in spans:
        if span.kind in kinds:
            inside = [at for at in range(span.start, span.end) if text[at].isalnum()]
            found.add((inside[0], inside[-1] + 1, span.kind))
    return found


def measured(files: Iterable[str], kinds: Iterable[Personal]) -> tuple[float, float, str]:
    """Recall, precision, and all that was missed or found in vain. Right is only the same passage of the same kind."""
    planted, found, right = Counter[Personal](), Counter[Personal](), Counter[Personal]()
    wrong = []
    for text, spans in (each for name in files for each in sentences(name)):
        wanted, got = exact(text, spans, kinds), exact(text, find(text), kinds)
        for counter, these in ((planted, wanted), (found, got), (right, wanted & got)):
            counter.update(kind for _, _, kind in these)
        wrong += [f"missed {text[a:b]!r} ({kind}) in {text!r}" for a, b, kind in wanted - got]
        wrong += [f"found {text[a:b]!r} ({kind}) in {text!r}" for a, b, kind in got - wanted]
    recall, precision = right.total() / planted.total(), right.total() / found.total()
    figures = [f"{kind}: {right[kind]} right of {planted[kind]} planted, {found[kind]} found" for kind in planted]
    return recall, precision, "\n".join([f"recall {recall:.3f}, precision {precision:.3f}", *figures, *wrong])


def test_numbers_and_addresses_are_found_and_little_else_is() -> None:
    recall, precision, figures = measured(["numbers", "plates", "innocent", "unseen"], NUMBERS_AND_ADDRESSES)

    print(figures)
    assert recall >= 0.98, figures
    assert precision >= 0.95, figures


def test_names_after_salutations_are_suggested() -> None:
    recall, precision, figures = measured(["names"], {Personal.NAME})

    print(figures)
    assert recall >= 0.9, figures
    assert precision >= 0.9, figures


@pytest.mark.parametrize(
    ("digits", "is_one"),
    [
        ("3171995708900001", True),
        ("3171991708900001", True),
        ("3171997102960001", False),  # 31 February, of a woman
        ("3171996902960001", True),  # 29 February
        ("3171993213900001", False),  # day 32, month 13
        ("3171997208900001", False),  # day 72
        ("3171994008900001", False),  # day 40
        ("3171995700900001", False),  # month 0
        ("3171995708900000", False),  # no serial number
        ("0171995708900001", False),  # no such province
        ("3100995708900001", False),  # no such regency
        ("9101991708900001", True),  # the old code of a regency of Papua
    ],
)
def test_an_identity_number_has_a_region_a_birthday_and_a_serial_number(digits: str, is_one: bool) -> None:
    assert [span.kind for span in find(f"Kartu saya {digits} hilang.")] == ([Personal.NIK] if is_one else [])


def test_what_identifies_leaves_the_text_and_the_rest_is_marked() -> None:
    text = "Pak Budi (0812-0000-1234) parkir mobil B 1234 XYZ di trotoar."

    cleaned = clean(text)

    assert cleaned.text == "Pak Budi ([nomor telepon]) parkir mobil B 1234 XYZ di trotoar."
    assert [cleaned.text[mark.start : mark.end] for mark in cleaned.marks] == ["Budi", "B 1234 XYZ"]
    assert hidden(cleaned.text, cleaned.marks) == "Pak [nama] ([nomor telepon]) parkir mobil [pelat nomor] di trotoar."


REPORTER_PARTS = ("Siti Bunga Wulandari", "+6281200004321", "siti.w@example.org", "@siti_w92")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Saya Siti Bunga Wulandari, warga RT 03.", "Saya [nama pelapor], warga RT 03."),
        ("Saya SITI, anak Pak RT.", "Saya [nama pelapor], anak Pak RT."),
        ("nama sy wulandari", "nama sy [nama pelapor]"),
        ("Hormat kami,\nSiti Wulandari", "Hormat kami,\n[nama pelapor]"),
        ("siti-bunga-wulandari", "[nama pelapor]"),
        ("Bunga bank terlalu tinggi.", "Bunga bank terlalu tinggi."),
        ("Sitinjau Laut longsor.", "Sitinjau Laut longsor."),
        ("Jalan Wulandari berlubang.", "Jalan Wulandari berlubang."),
        ("0812 0000 4321", "[nomor telepon]"),
        ("+62 (0) 812-0000-4321", "[nomor telepon]"),
        ("8 1 2 0 0 0 0 4 3 2 1", "[nomor telepon]"),
        ("08.12.00.00.43.21", "[nomor telepon]"),
        ("id pelanggan 081200004321", "id pelanggan [nomor telepon]"),
        ("SITI.W@EXAMPLE.ORG", "[surel]"),
        ("IG saya @siti_w92", "IG saya [nama pelapor]"),
        ("akun siti_w92!", "akun [nama pelapor]!"),
    ],
)
def test_a_text_does_not_say_who_reports(text: str, cleaned: str) -> None:
    assert clean(text, REPORTER_PARTS).text == cleaned


def test_nothing_is_the_reporters_own_where_nothing_was_given() -> None:
    assert own("Saya Siti, 0812-0000-4321.", (None, "", "  ")) == []


def test_who_is_called_like_a_placeholder_makes_none_of_it() -> None:
    cleaned = clean("Saya Nomor Surel, 0812-0000-1234.", ("Nomor Surel Telepon",))

    assert cleaned.text == "Saya [nama pelapor], [nomor telepon]."


def test_a_cleaned_title_is_cut_before_a_placeholder_and_reveals_nothing() -> None:
    title = f"{'a' * 120} 0812-0000-1234 081-"

    cleaned = clean(title, longest=130)

    assert cleaned.text == "a" * 120


SEPARATORS = st.sampled_from(["", " ", "-", ".", " - ", "\u00a0", "\u200b"])
WORDS = st.lists(st.sampled_from(["jalan", "rusak", "di", "pasar,", "mohon", "diperbaiki", "lapor!", "(ini)"]))


@st.composite
def spelt(draw: st.DrawFn, digits: str, parts: tuple[int, ...]) -> str:
    """The digits in parts of some lengths, with something between them."""
    separator, text, at = draw(SEPARATORS), [], 0
    for length in parts:
        text.append(digits[at : at + length])
        at += length
    return separator.join(text)


NIKS = st.from_regex(r"(1[1-9]|3[1-6]|7[1-6])0[1-9]99([0-2]|[4-6])[1-9](0[1-9]|1[0-2])[0-9]{2}00[0-9]1", fullmatch=True)
MOBILES = st.from_regex(r"08(1[1-9]|5[2-9]|7[78]|9[5-9])0000[0-9]{3,5}", fullmatch=True)


@given(before=WORDS, after=WORDS, number=MOBILES.flatmap(lambda digits: spelt(digits, (4, 4, len(digits) - 8))))
def test_no_telephone_number_stays_in_a_text(before: list[str], after: list[str], number: str) -> None:
    cleaned = clean(" ".join([*before, number, *after]))

    assert number not in cleaned.text
    assert PLACEHOLDERS[Personal.PHONE] in cleaned.text


@given(
    before=WORDS,
    after=WORDS,
    number=NIKS.flatmap(lambda digits: spelt(digits, (4, 4, 4, 4))),
)
def test_no_identity_number_stays_in_a_text(before: list[str], after: list[str], number: str) -> None:
    cleaned = clean(" ".join([*before, number, *after]))

    assert number not in cleaned.text
    assert PLACEHOLDERS[Personal.NIK] in cleaned.text


PIECES = st.sampled_from(
    [
        *("0812", "0000", "1234", "62", "+", "(", ")", "-", " ", ".", "/", "\n", "@", "[", "]", "at", "dot", "org"),
        *("NIK", "KK", "NPWP", "rek", "BCA", "Rp", "meter", "3171995708900001", "B 1234 XYZ", "Pak ", "Budi", "Jl. "),
        *(
            "[nomor telepon]",
            "[NIK]",
            "Nomor",
            "Surel",
            "Siti",
            "wulandari",
            "\u200b",
            "\uff10",
            "\u0130",
            *("warga@a.org", "Saya Tono Wijaya", "nama: ", "Salam, ", "Tono "),
        ),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))


@given(text=TEXTS, longest=st.one_of(st.none(), st.integers(1, 60)))
def test_what_is_clean_stays_as_it_is(text: str, longest: int | None) -> None:
    parts = (*REPORTER_PARTS, "Nomor Surel")

    cleaned = clean(text, parts, longest)

    assert clean(cleaned.text, parts, longest) == cleaned
    assert longest is None or len(cleaned.text) <= longest
    assert not [span for span in find(cleaned.text) if span.kind in IDENTIFYING]


@given(text=TEXTS)
def test_what_is_found_lies_in_the_text_in_order_and_apart(text: str) -> None:
    spans = find(text)

    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


PLACES = st.integers(0, 25)


@given(
    text=st.text("0123456789", max_size=20),
    marks=st.lists(st.builds(Span, PLACES, PLACES, st.sampled_from(Personal))),
)
def test_the_public_version_holds_what_is_not_marked_and_nothing_else(text: str, marks: list[Span]) -> None:
    kept = [digit for at, digit in enumerate(text) if not any(mark.start <= at < mark.end for mark in marks)]

    shown = hidden(text, marks)

    assert [letter for letter in shown if letter.isdigit()] == kept


HOSTILE = [
    "1 ",
    "0812 ",
    "0812",
    "+62 8",
    "a@",
    "a@a.",
    "a.",
    "a@a.a",
    "x at y dot ",
    "NIK 1",
    "rek ",
    "B 1 ",
    "B 1234 X ",
    "Pak A. ",
    "Pak Budi ",
    "Bapak H. ",
    "Siti ",
    "Siti Bunga ",
    "[nomor telepon]",
    "(" * 3,
    "- ",
    "\u200b1",
    "\uff11",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            clean(text, REPORTER_PARTS)
            best = min(best, time.process_time() - start)
        return best

    short, long = seconds(5_000), seconds(40_000)

    assert long < 16 * short + 0.05  # eight times the length; quadratic would be 64


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Nama saya Kenari Sangkar, lampu mati. Kenari", "Nama saya [nama pelapor], lampu mati. [nama pelapor]"),
        ("Saya Kenari Sangkar warga Rengat.", "Saya [nama pelapor] warga Rengat."),
        ("Lampu mati.\nHormat saya,\nKenari Sangkar", "Lampu mati.\nHormat saya,\n[nama pelapor]"),
        ("Lampu mati. Terima kasih, Kenari Sangkar.", "Lampu mati. Terima kasih, [nama pelapor]."),
        ("Pelapor: Kenari Sangkar\nLampu mati.", "Pelapor: [nama pelapor]\nLampu mati."),
        ("Nama saya hilang dari daftar PKH.", "Nama saya hilang dari daftar PKH."),
        ("Saya Warga Desa Sukamaju.", "Saya Warga Desa Sukamaju."),
        ("Mohon diperbaiki. Terima kasih Pemkot Surabaya", "Mohon diperbaiki. Terima kasih Pemkot Surabaya"),
    ],
)
def test_who_introduces_oneself_in_the_text_is_not_named_by_it(text: str, cleaned: str) -> None:
    assert clean(text).text == cleaned
