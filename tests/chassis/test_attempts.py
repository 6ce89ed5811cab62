"""How often receipts may be tried, by report and by address."""

import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond

from lapor_chassis.attempts import PER_ADDRESS, PER_REPORT, Attempts
from lapor_chassis.limiting import limits_storage
from tests.support.until import until

HERE, THERE = "192.0.2.1", "198.51.100.7"


def test_after_ten_wrong_receipts_a_report_waits_a_quarter_of_an_hour() -> None:
    attempts = Attempts()
    for number in range(PER_REPORT.amount):
        assert attempts.seconds_to_wait("one", f"192.0.2.{number}") == 0
        attempts.note_wrong("one", f"192.0.2.{number}")

    assert 890 <= attempts.seconds_to_wait("one", THERE) <= 900
    assert attempts.seconds_to_wait("two", THERE) == 0


def test_an_address_that_tries_many_reports_waits_and_others_do_not() -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS.amount):
        attempts.note_wrong(f"report {number}", HERE)

    assert attempts.seconds_to_wait("another", HERE) > 0
    assert attempts.seconds_to_wait("another", THERE) == 0


def test_the_wait_ends_with_the_oldest_wrong_one_whatever_is_tried_meanwhile() -> None:
    attempts = Attempts(per_report=RateLimitItemPerSecond(1), per_address=RateLimitItemPerMinute(100))
    attempts.note_wrong("one", HERE)

    assert attempts.seconds_to_wait("one", HERE) == 1
    attempts.note_wrong("one", HERE)

    until(lambda: attempts.seconds_to_wait("one", HERE) == 0, 3)


@pytest.mark.parametrize("text", ["", "somewhere", "redis", "nothing://here", "async+memory://"])
def test_a_storage_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"storage"):
        limits_storage(text)
