"""Days as people say them; today is Saturday, 21 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import after_working_days, say_weekday
from bot.tips.when import find_days, read_day

TODAY = date(2026, 11, 21)
SAID = [
    ("hari ini", date(2026, 11, 21)),
    ("barusan", date(2026, 11, 21)),
    ("tgl 5 mei '24", date(2024, 5, 5)),
    ("td pagi jam 7", date(2026, 11, 21)),
    ("kmrn", date(2026, 11, 20)),
    ("kemarin sore", date(2026, 11, 20)),
    ("semalam", date(2026, 11, 20)),
    ("kemarin lusa", date(2026, 11, 19)),
    ("3 hr yg lalu", date(2026, 11, 18)),
    ("lima hari lalu", date(2026, 11, 16)),
    ("seminggu yang lalu", date(2026, 11, 14)),
    ("2 minggu lalu", date(2026, 11, 7)),
    ("minggu lalu", date(2026, 11, 14)),
    ("bulan lalu", date(2026, 10, 21)),
    ("senin kmrn", date(2026, 11, 16)),
    ("pas apel senin", date(2026, 11, 16)),
    ("senin minggu lalu", date(2026, 11, 9)),
    ("sabtu", date(2026, 11, 21)),
    ("sabtu lalu", date(2026, 11, 14)),
    ("hari minggu", date(2026, 11, 15)),
    ("tgl 5 kmrn", date(2026, 11, 5)),
    ("tgl 30", date(2026, 10, 30)),
    ("tanggal 9 bulan lalu", date(2026, 10, 9)),
    ("12/10", date(2026, 10, 12)),
    ("12-10-25", date(2025, 10, 12)),
    ("12.10.2026", date(2026, 10, 12)),
    ("2026-10-12", date(2026, 10, 12)),
    ("12 okt", date(2026, 10, 12)),
    ("12 Oktober 2026 jam 14.30", date(2026, 10, 12)),
    ("28 des", None),
    ("28 mei", date(2026, 5, 28)),
]
NO_DAY = [
    *("besok", "senin depan", "tgl 25 november 2026", "31/02", "30 februari", "gak tau", ""),
    *("jam 9 malam", "21.00", "nomor urut 2", "0812", "minggu depan", "pasal 12"),
]


@pytest.mark.parametrize(("text", "day"), SAID)
def test_a_phrase_names_its_day(text: str, day: date | None) -> None:
    found = read_day(text, TODAY)
    assert (found.day if found else None) == day


@pytest.mark.parametrize("text", NO_DAY)
def test_what_names_no_past_day_is_nothing(text: str) -> None:
    assert read_day(text, TODAY) is None


def test_the_hour_and_the_part_of_the_day_stay_words() -> None:
    found = read_day("Kemarin jam 9 mlm di balai desa", TODAY)
    assert found is not None
    assert (found.words, found.hour, found.part) == ("Kemarin", "jam 9 mlm", "malam")


@pytest.mark.parametrize(
    ("text", "approximate"),
    [("minggu lalu", True), ("sekitar tanggal 5", True), ("tanggal 5", False), ("kemarin", False)],
)
def test_a_rough_day_says_so(text: str, approximate: bool) -> None:
    found = read_day(text, TODAY)
    assert found is not None
    assert found.approximate is approximate


def test_two_days_are_found_in_their_order() -> None:
    found = find_days("kejadiannya tgl 3 november, saya baru tahu kemarin", TODAY)
    assert [day.day.day for day in found] == [3, 20]


@given(st.text(max_size=80), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_no_text_names_a_day_to_come(text: str, today: date) -> None:
    assert all(day.day <= today for day in find_days(text, today))


@given(st.dates(date(2024, 1, 1), date(2035, 1, 1)), st.integers(0, 1_000))
def test_a_day_said_in_full_is_read_back(today: date, back: int) -> None:
    day = today - timedelta(back)
    found = read_day(say_weekday(day), today)
    assert found is not None
    assert found.day == day


@given(st.integers(1, 400))
def test_days_ago_are_counted(count: int) -> None:
    found = read_day(f"{count} hari lalu", TODAY)
    assert found is not None
    assert found.day == TODAY - timedelta(count)


def test_a_day_is_said_in_indonesian() -> None:
    assert say_weekday(date(2026, 10, 12)) == "Senin, 12 Oktober 2026"


@pytest.mark.parametrize(
    ("day", "after"),
    [(date(2026, 11, 20), date(2026, 11, 23)), (date(2026, 11, 21), date(2026, 11, 23))],
)
def test_the_next_working_day_is_no_weekend(day: date, after: date) -> None:
    assert after_working_days(day, 1) == after
    assert after_working_days(day, 6) == after + timedelta(7)
