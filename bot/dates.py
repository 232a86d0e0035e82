"""Days in Indonesian."""

from datetime import date

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def say_date(day: date) -> str:
    """``21 November 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_weekday(day: date) -> str:
    """``Sabtu, 21 November 2026``."""
    return f"{WEEKDAYS[day.weekday()]}, {say_date(day)}"
