"""How much of an SMS a text fills."""

import pytest

from lapor_chassis.gsm7 import parts, plain, septets


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("LAPOR!", 6), ("é à ñ", 5), ("[x]", 5), ("€5", 3), ("~", 2), ("a\nb", 3), ("“x”", None), ("😡", None)],
)
def test_some_characters_take_two_places_and_some_none_will_do(text: str, length: int | None) -> None:
    assert septets(text) == length


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 1, id="nothing is one"),
        pytest.param("x" * 160, 1, id="160 letters"),
        pytest.param("x" * 161, 2, id="161 letters"),
        pytest.param("x" * 306, 2, id="two full parts"),
        pytest.param("x" * 307, 3, id="one more"),
        pytest.param("x" * 152 + "€" + "x" * 153, 3, id="an escape is not torn from its letter"),
        pytest.param("ş" * 70, 1, id="70 other letters"),
        pytest.param("ş" * 71, 2, id="71 other letters"),
        pytest.param("😡" * 35, 1, id="35 emoji"),
        pytest.param("😡" * 36, 2, id="36 emoji"),
        pytest.param("😡" * 67, 3, id="no emoji is torn apart"),
    ],
)
def test_a_text_takes_as_many_sms_as_the_network_makes_of_it(text: str, count: int) -> None:
    assert parts(text) == count


@pytest.mark.parametrize(
    ("text", "written"),
    [("“Işık” – ‘a’…", "\"Is?k\" - 'a'..."), ("é[1]", "é(1)"), ("Ünit é", "Ünit é"), ("Ā火", "A?"), ("a\tb", "a?b")],
)
def test_what_no_old_telephone_shows_is_written_in_letters_that_it_does(text: str, written: str) -> None:
    assert plain(text) == written
