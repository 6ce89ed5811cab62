"""What people wrote is text in a spreadsheet, never something that it computes."""

import pytest

from lapor_chassis.cells import harmless


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\"'-1", "'\"'-1"),
        ("\tLampu", "'\tLampu"),
        ("Lampu;+62", "Lampu;'+62"),
        ("Lampu\n=1+1", "Lampu\n'=1+1"),
    ],
    ids=[
        "plain",
        "behind blanks",
        "in wide signs",
        "behind marks",
        "behind a tab",
        "where cells part",
        "on a new line",
    ],
)
def test_what_looks_like_a_formula_has_an_apostrophe_before_it(written: str, told: str) -> None:
    assert harmless(written) == told


@pytest.mark.parametrize("text", ["", "Lampu padam; gelap - 2 minggu", "1 = satu"], ids=["nothing", "a title", "a sum"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
