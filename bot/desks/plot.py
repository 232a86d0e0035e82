"""A desk's numbers as a picture: small bars, a row for each value, a column for each week."""

import io
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from bot.desks.statistics import HIDDEN, Cell, Row, Statistics, Table, said

WIDTH, MARGIN, LABEL, TOTAL = 1_080, 36, 400, 90
_ROW, _HEAD, _GAP = 44, 64, 24
_PAPER, _INK, _QUIET, _BAR, _LINE = "#faf7f2", "#2b2622", "#6f665d", "#6b4a36", "#d8d0c5"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def png(statistics: Statistics, names: Mapping[str, str], title: str) -> bytes:
    """The picture. ``names``: what people call tables (``status``) and values (``status.baru``)."""
    tables = [table for table in statistics.tables if table.rows]
    height = 2 * MARGIN + _HEAD + sum(_height(table) for table in tables)
    image = Image.new("RGB", (WIDTH, height), _PAPER)
    draw = ImageDraw.Draw(image)
    _write(draw, (MARGIN, MARGIN), title, 30)
    top = MARGIN + _HEAD
    for table in tables:
        _table(draw, top, table, names)
        top += _height(table)
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def _height(table: Table) -> int:
    return _HEAD + _ROW * len(table.rows) + _GAP


def _table(draw: ImageDraw.ImageDraw, top: int, table: Table, names: Mapping[str, str]) -> None:
    _write(draw, (MARGIN, top), names.get(table.name, table.name), 23)
    if table.columns:
        name = names.get("week", "")
        ends = (table.columns[0], table.columns[-1])
        first, last = (f"{name} {week.partition('W')[2]}".strip() for week in ends)
        _write(draw, (MARGIN + LABEL, top + 8), first, 16, _QUIET)
        _write(draw, (WIDTH - MARGIN - TOTAL - 70, top + 8), last, 16, _QUIET)
    most = max((cell or 0 for row in table.rows for cell in row.cells), default=0)
    for number, row in enumerate(table.rows):
        place = top + _HEAD - 14 + number * _ROW
        label = names.get(f"{table.name}.{row.value}", row.value)
        _write(draw, (MARGIN, place + 10), _short(label), 18)
        _bars(draw, place, row, most, lying=not table.columns)
        shown = row.total if table.columns else said(row.cells[0])
        _write(draw, (WIDTH - MARGIN - TOTAL + 14, place + 10), shown, 18)


def _bars(draw: ImageDraw.ImageDraw, top: int, row: Row, most: int, *, lying: bool) -> None:
    """One bar a week, or one lying bar; a hidden count is an empty box, a zero is nothing."""
    left, right, floor = MARGIN + LABEL, WIDTH - MARGIN - TOTAL, top + _ROW - 6
    draw.line((left, floor, right, floor), fill=_LINE)
    if lying:
        length = _length(row.cells[0], most, right - left)
        _box(draw, (left, top + 10, left + length, floor - 2), row.cells[0])
        return
    width = (right - left) / len(row.cells)
    for number, cell in enumerate(row.cells):
        x = left + number * width
        height = _length(cell, most, _ROW - 12)
        _box(draw, (int(x + 4), floor - height, int(x + width - 4), floor), cell)


def _length(cell: Cell, most: int, room: int) -> int:
    return 8 if cell is None else round(room * cell / most) if most else 0


def _box(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], cell: Cell) -> None:
    if cell is None:
        draw.rectangle(box, outline=_QUIET)
    elif cell:
        draw.rectangle(box, fill=_BAR)


def _short(label: str, most: int = 40) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def _write(
    draw: ImageDraw.ImageDraw, at: Sequence[int], text: str, size: int, ink: str = _INK
) -> None:
    font: Font = ImageFont.load_default(size)
    draw.text((at[0], at[1]), text.replace(HIDDEN, f"< {HIDDEN[1:]}"), fill=ink, font=font)
