"""XLSX (ECMA-376 part 1, SpreadsheetML): the cells of the sheets, rows and columns that show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from bot.tips.evidence.office_package import Package, attribute, child, local, or_empty, walk

_ON = ("1", "true", "on")
_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}  # built in
_NOT_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_COLUMNS_APART = 30  # wider gaps between cells are not copied
_SKIPPED_IN_STRING = {"rPh", "phoneticPr", "rPr"}


@dataclass(frozen=True, slots=True)
class _Book:
    strings: list[str]
    date_styles: set[int]
    begins: datetime


def sheet_text(package: Package) -> str:
    """One line a row, cells apart by tabs, each sheet under its name."""
    book = package.needed("xl/workbook.xml")
    targets = package.related("xl/workbook.xml")
    known = _Book(_strings(package), _date_styles(package), _begins(book))
    parts = []
    for sheet in _children(book, "sheets"):
        root = package.part(targets.get(attribute(sheet, "id"), ""))
        if attribute(sheet, "state") in ("", "visible") and root is not None:
            parts += [f"[{attribute(sheet, 'name')}]", *_rows(root, known), ""]
    return "\n".join(parts)


def _rows(root: Element, book: _Book) -> Iterator[str]:
    hidden = list(_hidden_columns(root))
    usually_hidden = attribute(or_empty(child(root, "sheetFormatPr")), "zeroHeight") in _ON
    for row in _children(root, "sheetData"):
        flat = _is_zero(attribute(row, "ht"))
        if flat or attribute(row, "hidden") in _ON or (usually_hidden and not attribute(row, "ht")):
            continue
        yield _line(row, book, hidden)


def _line(row: Element, book: _Book, hidden: list[tuple[int, int]]) -> str:
    line, at = "", 0
    for cell in row:
        column = _column(attribute(cell, "r")) or at + 1
        if not any(first <= column <= last for first, last in hidden):
            line += "\t" * min(max(column - max(at, 1), 0), _COLUMNS_APART)
            line += " ".join(_shown(cell, book).split())
            at = column
    return line


def _shown(cell: Element, book: _Book) -> str:
    inline = child(cell, "is")
    if inline is not None:
        return _string(inline)
    value = (or_empty(child(cell, "v")).text or "").strip()
    match attribute(cell, "t"):
        case "s":
            at = int(value) if value.isdecimal() else -1
            return book.strings[at] if 0 <= at < len(book.strings) else ""
        case "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        case "" | "n":
            style = attribute(cell, "s")
            is_date = style.isdecimal() and int(style) in book.date_styles
            return _date(value, book.begins) if is_date else value
    return value


def _date(value: str, begins: datetime) -> str:
    try:
        moment = begins + timedelta(days=float(value))
    except (ValueError, OverflowError):
        return value
    moment = moment.replace(microsecond=0)
    return moment.date().isoformat() if float(value).is_integer() else moment.isoformat(" ")


def _begins(book: Element) -> datetime:
    """Day 0 of the workbook's calendar."""
    since_1904 = attribute(or_empty(child(book, "workbookPr")), "date1904") in _ON
    return datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)


def _date_styles(package: Package) -> set[int]:
    """Which cell styles show a number as a date."""
    root = or_empty(package.part("xl/styles.xml"))
    dates = set(_DATE_FORMATS)
    for custom in _children(root, "numFmts"):
        code = _NOT_DATE.sub("", attribute(custom, "formatCode")).lower()
        if re.search("[dy]", code) and attribute(custom, "numFmtId").isdecimal():
            dates.add(int(attribute(custom, "numFmtId")))
    styles = enumerate(_children(root, "cellXfs"))
    return {at for at, style in styles if attribute(style, "numFmtId") in map(str, dates)}


def _hidden_columns(root: Element) -> Iterator[tuple[int, int]]:
    for columns in _children(root, "cols"):
        first, last = attribute(columns, "min"), attribute(columns, "max")
        if (attribute(columns, "hidden") in _ON or _is_zero(attribute(columns, "width"))) and (
            first.isdecimal() and last.isdecimal()
        ):
            yield int(first), int(last)


def _strings(package: Package) -> list[str]:
    root = or_empty(package.part("xl/sharedStrings.xml"))
    return [_string(item) for item in root if local(item.tag) == "si"]


def _string(item: Element) -> str:
    steps = walk(item, lambda name, _: name in _SKIPPED_IN_STRING)
    return "".join(one.text or "" for event, name, one in steps if (event, name) == ("begin", "t"))


def _column(reference: str) -> int:
    """The number of a column: 28 of AB7."""
    number = 0
    for letter in re.match("[A-Z]{0,3}", reference.upper())[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number


def _is_zero(measure: str) -> bool:
    return bool(measure) and not measure.strip("0.")


def _children(root: Element, name: str) -> list[Element]:
    return list(or_empty(child(root, name)))
