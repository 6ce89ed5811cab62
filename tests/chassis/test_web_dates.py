"""Days and moments, in the words and in the zone of those who read them."""

from datetime import UTC, date, datetime

import pytest

from lapor_chassis.web.dates import day_in_words, limit_in_words, moment_in_words


def test_a_day_has_its_name() -> None:
    assert day_in_words(date(2026, 11, 23)) == "Senin, 23 November 2026"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "Senin, 23 November 2026 pukul 22.05 WIB"),
        ("Asia/Pontianak", "Senin, 23 November 2026 pukul 22.05 WIB"),
        ("Asia/Makassar", "Senin, 23 November 2026 pukul 23.05 WITA"),
        ("Asia/Jayapura", "Selasa, 24 November 2026 pukul 00.05 WIT"),
    ],
)
def test_a_moment_is_said_in_the_zone_of_the_place(zone: str, said: str) -> None:
    assert moment_in_words(datetime(2026, 11, 23, 15, 5, tzinfo=UTC), zone) == said


def test_a_limit_is_its_last_day_and_not_the_midnight_after_it() -> None:
    midnight_in_jakarta = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)

    assert limit_in_words(midnight_in_jakarta, "Asia/Jakarta") == "Rabu, 25 November 2026"
