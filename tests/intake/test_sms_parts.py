"""Long SMS arrive in parts: what their headers say, and what they make together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_intake.channels.sms.parts import Part, joined, part_of


@pytest.mark.parametrize(
    ("header", "part"),
    [
        pytest.param("0500032A0201", Part(42, 2, 1), id="a reference of 8 bits"),
        pytest.param("060804012A0302", Part(298, 3, 2), id="a reference of 16 bits"),
        pytest.param("0A0500032A0201", None, id="another element in which it hides"),
        pytest.param("0A 2402 0101 00 03 2A 0201".replace(" ", ""), Part(42, 2, 1), id="behind another element"),
        pytest.param("", None, id="none"),
        pytest.param("00", None, id="an empty one"),
        pytest.param("0500032A0101", None, id="the only part of one"),
        pytest.param("0500032A0200", None, id="part zero"),
        pytest.param("0500032A0203", None, id="part three of two"),
        pytest.param("0500032A", None, id="cut off"),
        pytest.param("FF", None, id="longer than it is"),
    ],
)
def test_the_header_says_which_part_it_is(header: str, part: Part | None) -> None:
    assert part_of(bytes.fromhex(header)) == part


@given(st.binary(max_size=30))
def test_no_header_is_too_strange(header: bytes) -> None:
    part = part_of(header)

    assert part is None or 1 <= part.number <= part.total


def test_a_missing_part_leaves_a_mark() -> None:
    assert joined({1: "satu", 3: "tiga"}, 3) == "satu [bagian 2 dari 3 tidak sampai] tiga"


def test_an_emoji_that_was_torn_apart_is_whole_again() -> None:
    assert joined({1: "rusak \ud83d", 2: "\ude21 sekali"}, 2) == "rusak 😡 sekali"


def test_half_an_emoji_whose_other_half_is_missing_does_no_harm() -> None:
    joined({1: "rusak \ud83d"}, 2).encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_parts_make_the_text_in_whatever_order(text: str, size: int, chance: object) -> None:
    wide = text.encode("utf-16-be")
    pieces = [wide[at : at + 2 * size].decode("utf-16-be", "surrogatepass") for at in range(0, len(wide), 2 * size)]
    numbered = list(enumerate(pieces, 1))
    chance.shuffle(numbered)  # type: ignore[attr-defined]

    assert joined(dict(numbered), len(pieces)) == text
