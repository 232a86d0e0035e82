"""Days in Indonesian."""

from datetime import date, timedelta

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


def after_working_days(day: date, count: int) -> date:
    """The working day that comes ``count`` after a day; public holidays are counted as such."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
