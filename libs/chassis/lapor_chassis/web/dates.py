"""Days and moments as pages say them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from lapor_chassis.working_days import last_day

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def day_in_words(day: date) -> str:
    """``Senin, 23 November 2026``."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_in_words(moment: datetime, zone: str | ZoneInfo) -> str:
    """``Senin, 23 November 2026 pukul 09.05 WIB``."""
    local = moment.astimezone(ZoneInfo(str(zone)))
    return f"{day_in_words(local.date())} pukul {local:%H.%M} {local.tzname()}"


def limit_in_words(due_at: datetime, zone: str | ZoneInfo) -> str:
    """The last day of a limit that ends at midnight: ``Jumat, 20 November 2026``."""
    return day_in_words(last_day(due_at, ZoneInfo(str(zone))))
