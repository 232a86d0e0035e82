"""A desk's numbers: small ones are hidden, and nothing shown gives them away."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.desks import plot, statistics
from bot.desks.statistics import compiled, last_weeks
from bot.limits import SMALL_CELL, STATISTICS_WEEKS
from bot.store import desk_work
from bot.store.desk_counts import CATEGORY, FIRST_ACTION, STATUS, Counted
from bot.store.effects import CountAtDesk
from tests.desks.talk import Moderator, tip

WEEKS = last_weeks(date(2026, 11, 22))
NAMES = {"category": "Jenis", "category.1": "Media sosial"}

cells = st.builds(
    Counted,
    st.sampled_from(WEEKS),
    st.sampled_from((CATEGORY, STATUS)),
    st.sampled_from(("1", "2", "9")),
    st.integers(0, 40),
)
first = st.builds(
    Counted,
    st.sampled_from(WEEKS),
    st.just(FIRST_ACTION),
    st.sampled_from(("0", "1", "5", "30")),
    st.integers(0, 40),
)
counts = st.lists(
    st.one_of(cells, first), max_size=30, unique_by=lambda c: (c.week, c.name, c.value)
)
standings = st.dictionaries(st.sampled_from(("baru", "tutup", "temuan")), st.integers(0, 20))


def hidden_moved(count: int, by: int) -> int:
    """Another count that would be hidden just the same."""
    return 1 + (count + by) % (SMALL_CELL - 1) if 0 < count < SMALL_CELL else count


def everything(counted: list[Counted], standing: dict[str, int]) -> tuple[object, ...]:
    found = compiled(counted, standing, WEEKS)
    totals = [row.total for table in found.tables for row in table.rows]
    return found, totals, statistics.as_csv(found, NAMES)


@settings(deadline=None)
@given(counts, standings, st.integers(1, 3))
def test_no_table_total_or_file_depends_on_a_hidden_count(
    counted: list[Counted], standing: dict[str, int], by: int
) -> None:
    counted = [c for c in counted if c.name != FIRST_ACTION]
    other = [Counted(c.week, c.name, c.value, hidden_moved(c.count, by)) for c in counted]
    moved = {status: hidden_moved(count, by) for status, count in standing.items()}
    assert everything(counted, standing) == everything(other, moved)


@settings(deadline=None)
@given(counts, standings)
def test_no_small_count_is_ever_written(counted: list[Counted], standing: dict[str, int]) -> None:
    found = compiled(counted, standing, WEEKS)
    small = set(range(1, SMALL_CELL))
    assert not {cell for t in found.tables for row in t.rows for cell in row.cells} & small
    rows = list(csv.reader(io.StringIO(statistics.as_csv(found, {}).decode("utf-8-sig"))))
    assert not {row[3] for row in rows[1:]} & {str(count) for count in small}


def test_the_picture_shows_hidden_counts_alike() -> None:
    one = compiled([Counted(WEEKS[0], CATEGORY, "1", 1)], {"baru": 4}, WEEKS)
    other = compiled([Counted(WEEKS[0], CATEGORY, "1", 4)], {"baru": 2}, WEEKS)
    picture = plot.png(one, NAMES, "Meja")
    assert picture == plot.png(other, NAMES, "Meja")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 60_000


@pytest.mark.parametrize(
    ("row", "total"), [((7, 0), "7"), ((7, 3), "7+"), ((3, 2), "<5"), ((0, 0), "0")]
)
def test_totals_are_of_what_is_shown(row: tuple[int, int], total: str) -> None:
    counted = [Counted(WEEKS[i], CATEGORY, "1", count) for i, count in enumerate(row)]
    [found] = compiled(counted, {}, WEEKS).category.rows
    assert found.total == total


def test_weeks_are_calendar_weeks_across_a_year() -> None:
    weeks = last_weeks(date(2027, 1, 5))
    assert len(weeks) == len(set(weeks)) == STATISTICS_WEEKS
    assert weeks[-1] == "2027-W01"
    assert weeks[-2] == "2026-W53"


async def test_a_moderator_gets_text_picture_and_csv(app: App) -> None:
    week = app.ports.ring.week()
    async with app.database.begin() as connection:
        for category, count in (("1", 6), ("4", 2)):
            for _ in range(count):
                await desk_work.count(connection, CountAtDesk("palu", week, CATEGORY, category))
    for _ in range(5):
        await tip(app)
    await tip(app, lane="uji")
    sari = Moderator(app, "sari")
    said = await sari.says("/statistik")
    assert "Mendukung calon di media sosial: 6" in said
    assert "Mengarahkan atau menekan pegawai dan warga: <5" in said
    assert "baru: 5" in said  # the exercise is not counted
    picture, table = sari.screen[-1].files
    assert (picture.name, table.name) == ("statistik-palu.png", "statistik-palu.csv")
    assert table.content.decode("utf-8-sig").startswith("tabel,nilai,minggu,jumlah\r\n")


async def test_in_private_the_desk_is_named(app: App) -> None:
    wayan = Moderator(app, "wayan", desk="")
    assert "Meja Sulteng" in await wayan.says("/statistik")
    assert "Meja Anda: sulteng" in await wayan.says("/statistik palu")
    assert "belum terdaftar" in await Moderator(app, "siapa", desk="").says("/statistik palu")
