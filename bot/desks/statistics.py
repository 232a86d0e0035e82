"""A desk's numbers, with small ones left out: nothing shown lets anybody work out what is not.

Counts from 1 to 4 are hidden. A total is the sum of what is shown, never more, so that the rest
cannot be had by subtracting.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.limits import SMALL_CELL, STATISTICS_WEEKS
from bot.store import desk_counts
from bot.store.desk_counts import CATEGORY, FIRST_ACTION, STATUS, Counted
from bot.store.engine import Database

STANDING = "standing"
BUCKETS = ("0", "1", "2-3", "4-7", "8+")  # days from the card to the first action
HIDDEN = f"<{SMALL_CELL}"
Cell = int | None
"""A count as it is shown; None for one from 1 to 4."""


@dataclass(frozen=True, slots=True)
class Row:
    """One category, status or number of days: a cell a week."""

    value: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> str:
        """The sum of what is shown, ``12+`` where something is hidden."""
        return total(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` are weeks, oldest first, or empty for one column without a week."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Cards by category and changes of status by week; days to the first action; how it stands."""

    category: Table
    status: Table
    first_action: Table
    standing: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.category, self.status, self.first_action, self.standing


class Statistician:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, desk: str, today: date) -> Statistics:
        """The last weeks of a desk."""
        weeks = last_weeks(today)
        counted = await desk_counts.since(self._database, desk, weeks[0])
        return compiled(counted, await desk_counts.standing(self._database, desk), weeks)


def last_weeks(today: date) -> tuple[str, ...]:
    """The calendar weeks (ISO) up to this one, oldest first."""
    days = (today - timedelta(weeks=back) for back in range(STATISTICS_WEEKS - 1, -1, -1))
    return tuple("{}-W{:02}".format(*day.isocalendar()[:2]) for day in days)


def compiled(
    counted: Sequence[Counted], standing: Mapping[str, int], weeks: tuple[str, ...]
) -> Statistics:
    """The tables, with small counts hidden."""
    days = [_bucketed(c) for c in counted if c.name == FIRST_ACTION]
    first = [Row(b, (_shown(sum(c.count for c in days if c.value == b)),)) for b in BUCKETS]
    now = [Row(status, (_shown(count),)) for status, count in sorted(standing.items())]
    return Statistics(
        _by_week(CATEGORY, counted, weeks),
        _by_week(STATUS, counted, weeks),
        Table(FIRST_ACTION, (), tuple(first)),
        Table(STANDING, (), tuple(now)),
    )


def total(cells: Sequence[Cell]) -> str:
    """The sum of what is shown, ``12+`` where something is hidden."""
    shown = sum(cell for cell in cells if cell is not None)
    hidden = any(cell is None for cell in cells)
    return (f"{shown}+" if shown else HIDDEN) if hidden else str(shown)


def said(cell: Cell) -> str:
    return HIDDEN if cell is None else str(cell)


def as_csv(statistics: Statistics, names: Mapping[str, str]) -> bytes:
    """One line a cell: table, value, week, count. ``names``: what people call the values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("tabel", "nilai", "minggu", "jumlah"))
    for table in statistics.tables:
        for row in table.rows:
            for week, cell in zip(table.columns or ("",), row.cells, strict=True):
                label = names.get(f"{table.name}.{row.value}", row.value)
                writer.writerow((names.get(table.name, table.name), label, week, said(cell)))
    return text.getvalue().encode("utf-8-sig")  # which is how spreadsheets know it is UTF-8


def _by_week(name: str, counted: Sequence[Counted], weeks: tuple[str, ...]) -> Table:
    counts = {(c.value, c.week): c.count for c in counted if c.name == name}
    values = sorted({value for value, _ in counts})
    rows = [Row(v, tuple(_shown(counts.get((v, week), 0)) for week in weeks)) for v in values]
    return Table(name, weeks, tuple(rows))


def _shown(count: int) -> Cell:
    return None if 0 < count < SMALL_CELL else count


def _bucketed(one: Counted) -> Counted:
    return Counted(one.week, one.name, _bucket(int(one.value)), one.count)


def _bucket(days: int) -> str:
    if days < 2:
        return str(max(days, 0))
    return "2-3" if days < 4 else "4-7" if days < 8 else "8+"
