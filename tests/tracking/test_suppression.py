"""Counts for everyone: nobody is found in them, not by subtraction either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_tracking.domain.suppression import told


@pytest.mark.parametrize(
    ("parts", "nowhere", "shown", "others"),
    [
        ({"a": 9, "b": 7}, 0, {"a": 9, "b": 7}, 0),
        ({"a": 90, "b": 40, "c": 3}, 0, {"a": 90}, 43),
        ({"a": 90, "b": 3, "c": 2}, 0, {"a": 90}, 5),
        ({"a": 90, "b": 2, "c": 2}, 0, {}, 94),
        ({"a": 90, "b": 40}, 1, {"a": 90}, 41),
        ({"a": 90}, 1, {}, 91),
        ({"a": 90}, 0, {"a": 90}, 0),
        ({"a": 3, "b": 2}, 0, {}, 5),
        ({"a": 3}, 1, {}, None),
        ({}, 0, {}, None),
    ],
    ids=["all large", "one small", "two small", "too few together", "one that belongs nowhere", "with a single other",
         "a single one", "only small ones", "next to nothing", "nothing"],
)  # fmt: skip
def test_small_counts_are_put_together_with_others(
    parts: dict[str, int], nowhere: int, shown: dict[str, int], others: int | None
) -> None:
    found = told(parts, sum(parts.values()) + nowhere, 5)

    assert (found.shown, found.others) == (shown, others)


@given(st.dictionaries(st.text("abcdefgh", min_size=1), st.integers(0, 30)), st.integers(0, 9), st.integers(2, 12))
def test_whoever_subtracts_what_is_told_finds_nothing_small(parts: dict[str, int], nowhere: int, least: int) -> None:
    total = sum(parts.values()) + nowhere

    found = told(parts, total, least)

    assert all(count >= least and count == parts[part] for part, count in found.shown.items())
    if found.total is None:
        assert (found.shown, found.others) == ({}, None)
        assert total < least
        return
    hidden = [count for part, count in parts.items() if count and part not in found.shown] + ([nowhere] * bool(nowhere))
    assert found.total - sum(found.shown.values()) == found.others == sum(hidden)
    assert not hidden or sum(hidden) >= least
    assert len(hidden) != 1 or not found.shown  # one alone may only be the total itself
