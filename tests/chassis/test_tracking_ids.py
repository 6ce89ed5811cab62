"""Receipts: what tells a right one from a wrong one, before and after its hash is known."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from lapor_chassis.tracking_ids import TrackingIds
from tests.support.builders import TRACKING_KEY, tracking_id

IDS = TrackingIds(TRACKING_KEY)
ID = tracking_id()

NUMBERS = st.integers(0, 10**12 - 1)


def receipt(number: int = 7, of: str = ID) -> str:
    return IDS.new_receipt(of, lambda _: number)


@given(NUMBERS)
def test_a_receipt_opens_its_own_report_however_it_is_typed(number: int) -> None:
    given = receipt(number)

    assert len(given.replace("-", "")) == 16
    assert IDS.opens(ID, given.replace("-", " "), IDS.hash_of(ID, given))
    assert IDS.may_be_receipt(ID, given.replace("-", ""))


@given(NUMBERS, st.integers(0, 15), st.integers(1, 9))
def test_a_receipt_with_another_digit_opens_nothing(number: int, place: int, more: int) -> None:
    digits = receipt(number).replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]

    assert not IDS.opens(ID, wrong, IDS.hash_of(ID, digits))


def test_before_its_hash_is_known_one_wrong_receipt_in_ten_thousand_passes() -> None:
    passed = sum(IDS.may_be_receipt(ID, f"{number:016}") for number in range(20_000))

    assert passed <= 12


def test_the_receipt_of_one_report_is_none_of_another() -> None:
    another = tracking_id("another")

    assert not IDS.opens(another, receipt(), IDS.hash_of(another, receipt(8, another)))
    assert not IDS.may_be_receipt(another, receipt())


def test_a_hash_says_nothing_without_the_key() -> None:
    others = TrackingIds(b"another key for tests, 32 bytes..")

    assert IDS.hash_of(ID, receipt()) != others.hash_of(ID, receipt())


def test_the_receipts_of_version_0_1_still_open_their_reports() -> None:
    assert IDS.opens(ID, IDS.derived_receipt(ID), None)
    assert not IDS.opens(ID, receipt(), None)


@pytest.mark.parametrize("typed", ["", "x", "1234", "é" * 16, "٣" * 16, "1" * 40])
def test_what_is_no_receipt_opens_nothing(typed: str) -> None:
    assert not IDS.opens(ID, typed, IDS.hash_of(ID, receipt()))
    assert not IDS.opens(ID, typed, None)
    assert not IDS.may_be_receipt(ID, typed)
