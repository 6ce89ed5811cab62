"""Words as they are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.indonesian import terms_of


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        ("Lampunya dipasang kpn?", "lampu pasang"),
        ("jln berlubang", "jalan lubang"),
        ("penerangan jalan", "terang jalan"),
        ("memungut, pungutan, dipungut", "pungut pungut pungut"),
        ("Pelayanan kesehatan", "layan sehat"),
        ("SDN 02 RT03", "sdn 2 rt 3"),
        ("yang saya tidak dan", ""),
        ("ＰＤＡＭ", "pdam"),
    ],
    ids=["affixes and slang", "abbreviations", "roots", "verbs and nouns", "stop words by themselves", "numbers",
         "nothing said", "wide letters"],
)  # fmt: skip
def test_words_are_looked_for_by_their_roots(written: str, terms: str) -> None:
    assert terms_of(written) == terms.split()


@given(st.text())
def test_terms_hold_letters_and_digits_alone_and_are_short(text: str) -> None:
    found = terms_of(text)

    assert all(term.isalnum() and len(term) <= 80 for term in found)
