"""Days from the words people use: "kemarin sore", "tgl 5 kmrn", "senin lalu", "2 minggu lalu".

Nothing here guesses: what names no day, or a day still to come, is None.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Part = Literal["pagi", "siang", "sore", "malam"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day, the words that named it, and what they said of the hour.

    ``approximate`` is true for "minggu lalu" or "sekitar tanggal 5", ``dated`` for words that are a
    date; ``start`` and ``end`` are where the words stand in the text.
    """

    day: date
    words: str
    approximate: bool = False
    dated: bool = False
    part: Part | None = None
    hour: str | None = None
    start: int = 0
    end: int = 0


def read_day(text: str, today: date) -> Day | None:
    """The first day a text names, or None. Days after ``today`` are never returned."""
    return next(iter(find_days(text, today)), None)


def find_days(text: str, today: date) -> list[Day]:
    """Every day a text names, in order."""
    lower = text.lower()
    days = [day for day in _found(lower, today) if day.day <= today]
    hour, part = _hour(lower), _part(lower)
    return [replace(day, words=text[day.start : day.end], hour=hour, part=part) for day in days]


_Reading = tuple[date, bool] | None
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], _Reading]]

_YESTERDAY = (
    r"(?:k[ae]?m[ae]?r[ei]?n|kmrn|kmrin|kmren|kemar[ei]n|kmaren|"
    r"wingi)"
)
_AGO = rf"(?:(?:yg|yang|yng|nan|sing|ingkang)\s+)?(?:lalu|lewat|silam|lampau|{_YESTERDAY})"
_NUMBERS = {
    **{"se": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6},
    **{"duo": 2, "due": 2, "tigo": 3, "tige": 3, "ampek": 4, "ampat": 4, "limo": 5},
    **{"tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11},
}
_COUNT = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})\s*[-–]?\s*"
_UNITS = {
    "hari": 1,
    "hr": 1,
    "malam": 1,
    "mlm": 1,
    "ari": 1,
    "minggu": 7,
    "mgg": 7,
    "mggu": 7,
    "pekan": 7,
    "bulan": 30,
    "bln": 30,
}
_UNIT = rf"({'|'.join(_UNITS)})(?:an)?\s+"
_WEEKDAY_WORDS = {
    **{"senin": 0, "snin": 0, "senen": 0, "selasa": 1, "slasa": 1, "rabu": 2, "rebo": 2},
    **{"kamis": 3, "kmis": 3, "jumat": 4, "jum'at": 4, "jumaat": 4, "jmt": 4, "sabtu": 5},
    **{"sbtu": 5, "ahad": 6, "hari minggu": 6, "hr minggu": 6},
}
_WEEKDAY = rf"({'|'.join(sorted(_WEEKDAY_WORDS, key=len, reverse=True))})"
_MONTH_WORDS = {
    **{"januari": 1, "jan": 1, "februari": 2, "pebruari": 2, "feb": 2, "peb": 2, "maret": 3},
    **{"mar": 3, "mrt": 3, "april": 4, "apr": 4, "mei": 5, "juni": 6, "jun": 6, "juli": 7},
    **{"jul": 7, "agustus": 8, "agu": 8, "agt": 8, "ags": 8, "agus": 8, "september": 9},
    **{"sept": 9, "sep": 9, "oktober": 10, "okt": 10, "october": 10, "november": 11},
    **{"nopember": 11, "nov": 11, "nop": 11, "desember": 12, "des": 12},
}
_MONTH = rf"({'|'.join(sorted(_MONTH_WORDS, key=len, reverse=True))})"
_SOON = 60  # days
_ABOUT = re.compile(r"(?:sekitar|sekitaran|kira[ -]?kira|kira2|kurang lebih|kl|kayaknya)\s*$")
_TGL = r"(?:(?:tgl|tanggal|tnggal|tggl)\.?\s*)"


def _found(text: str, today: date) -> Iterator[Day]:
    """Days by the first rule that fits at each place; a day named twice counts once."""
    taken = 0
    for match, reader in sorted(_all_matches(text), key=_by_place):
        if match.start() < taken:
            continue
        if (reading := reader(match, today)) is None:
            continue
        taken = match.end()
        about = bool(_ABOUT.search(text[: match.start()]))
        day, approximate = reading
        yield Day(
            *(day, "", approximate or about, reader in _DATED),
            start=match.start(),
            end=match.end(),
        )


_Match = tuple[re.Match[str], Callable[[re.Match[str], date], _Reading]]


def _all_matches(text: str) -> Iterator[_Match]:
    for pattern, reader in _RULES:
        for match in pattern.finditer(text):
            yield match, reader


def _by_place(found: _Match) -> tuple[int, int]:
    return found[0].start(), -found[0].end()


def _fixed(days: int, *, approximate: bool = False) -> Callable[[re.Match[str], date], _Reading]:
    return lambda _, today: (today - timedelta(days), approximate)


def _counted(match: re.Match[str], today: date) -> _Reading:
    count = _NUMBERS.get(match[1]) or int(match[1])
    unit = match[2]
    if _UNITS[unit] == 30:
        return _months_back(today, count), True
    return today - timedelta(count * _UNITS[unit]), _UNITS[unit] != 1


def _ago(match: re.Match[str], today: date) -> _Reading:
    """``minggu lalu``, ``bulan lalu``."""
    if match[1] in ("bulan", "bln"):
        return _months_back(today, 1), True
    return today - timedelta(7), True


def _weekday(match: re.Match[str], today: date) -> _Reading:
    """The latest such weekday; ``kemarin`` or ``lalu`` after it excludes today."""
    after = match["after"] or ""
    if re.search(r"depan|besok|nanti", after):
        return None
    back = (today.weekday() - _WEEKDAY_WORDS[" ".join(match["weekday"].split())]) % 7
    if re.search(r"minggu|mgg|pekan", after):
        return today - timedelta(today.weekday() + 7 - (today.weekday() - back) % 7), False
    if after and back == 0 and "ini" not in after:
        back = 7
    return today - timedelta(back), False


def _month_named(match: re.Match[str], today: date) -> _Reading:
    return _in_year(int(match[1]), _MONTH_WORDS[match[2]], match[3], today)


def _slashed(match: re.Match[str], today: date) -> _Reading:
    return _in_year(int(match[1]), int(match[2]), match[3], today)


def _iso(match: re.Match[str], today: date) -> _Reading:
    return _in_year(int(match[3]), int(match[2]), match[1], today)


def _day_only(match: re.Match[str], today: date) -> _Reading:
    """``tgl 5``: the latest fifth; ``tgl 5 bulan lalu``: that of last month."""
    number = int(match[1])
    after = match[2] or ""
    months = 1 if "bulan" in after or "bln" in after else 0
    if months and "ini" in after:
        return _valid(today.year, today.month, number)
    for back in range(months, months + 3):
        first = _months_back(today.replace(day=1), back)
        reading = _valid(first.year, first.month, number)
        if reading and reading[0] <= today:
            return reading
        if months:
            return None
    return None


def _in_year(day: int, month: int, year: str | None, today: date) -> _Reading:
    """Without a year: the latest such day; one that comes within weeks is still to come."""
    if year:
        number = int(year.removeprefix("'"))
        return _valid(number + (2000 if number < 100 else 0), month, day)
    this_year = _valid(today.year, month, day)
    if this_year and this_year[0] <= today + timedelta(_SOON):
        return this_year
    return _valid(today.year - 1, month, day)


def _valid(year: int, month: int, day: int) -> _Reading:
    try:
        return date(year, month, day), False
    except ValueError:
        return None


def _months_back(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rule(pattern: str, reader: Callable[[re.Match[str], date], _Reading]) -> _Rule:
    return re.compile(rf"(?<![\w/.-])(?:{pattern})(?!\w)"), reader


_DATED = (_month_named, _slashed, _iso, _day_only)
_TODAY_PART = r"(?:pagi|pg|siang|sore|petang|subuh|dini hari|malam|mlm|malem)"
_RULES: tuple[_Rule, ...] = (
    _rule(rf"(?:{_TGL})?(\d{{4}})-(\d\d?)-(\d\d?)", _iso),
    _rule(
        rf"{_TGL}?(\d\d?)\s*[-/ ]?\s*{_MONTH}(?:\.?\s*[-/ ]?\s*(\d{{4}}|'?\d\d(?![.:]\d)))?",
        _month_named,
    ),
    _rule(rf"{_TGL}?(\d\d?)/(\d\d?)(?:/(\d{{4}}|\d\d))?", _slashed),
    _rule(rf"{_TGL}?(\d\d?)-(\d\d?)-(\d{{4}}|\d\d)", _slashed),
    _rule(rf"{_TGL}(\d\d?)-(\d\d?)()", _slashed),
    _rule(rf"{_TGL}?(\d\d?)\.(\d\d?)\.(\d{{4}}|\d\d)", _slashed),
    _rule(
        rf"{_TGL}(\d\d?)(\s+(?:(?:bulan|bln)\s+(?:ini|{_AGO})|{_AGO}))?(?!\s*[:/.]\s*\d)", _day_only
    ),
    _rule(rf"{_COUNT}{_UNIT}(?:{_AGO}|kebelakang)", _counted),
    _rule(
        rf"(?:(?:hari|hr)\s+)?{_YESTERDAY}\s+(?:lusa|dulu|lusanya)|lusa\s+{_YESTERDAY}", _fixed(2)
    ),
    _rule(
        rf"(?:(?:hari|hr)\s+)?(?P<weekday>{_WEEKDAY[1:-1]})"
        rf"(?P<after>\s+(?:(?:minggu|mgg|pekan)\s+(?:depan|{_AGO})|{_AGO}|depan|besok|nanti|ini))?"
        rf"(?!\s*,?\s*\(?{_TGL}?\d)",
        _weekday,
    ),
    _rule(rf"(?:(?:hari|hr)\s+)?{_YESTERDAY}(?:nya)?", _fixed(1)),
    _rule(rf"(minggu|mgg|mggu|pekan|bulan|bln)\s+{_AGO}", _ago),
    _rule(r"semal[ae]m|(?:tadi|td|tdi)\s*(?:malam|mlm|malem)", _fixed(1)),
    _rule(rf"(?:tadi|td|tdi)\s+{_TODAY_PART}|{_TODAY_PART}\s+(?:ini|tadi|td)", _fixed(0)),
    _rule(
        r"(?:hari|hr)\s+(?:ini|tadi)|barusan|baru\s+(?:saja|aja|sj)|sekarang|skrg|skrng", _fixed(0)
    ),
    _rule(r"tadi(?=$|\s*[.,!?]|\s+(?:jam|pkl|pukul|di|pas|saat|waktu|apel|acara))", _fixed(0)),
    _rule(
        r"(?:jam|waktu|pas|saat)\s+(?:istirahat|pulang|apel|rapat|makan siang)\s+(?:tadi|td)",
        _fixed(0),
    ),
    _rule(rf"(?:\d{{1,3}}|se)\s*(?:jam|menit)\s+{_AGO}", _fixed(0)),
)

_PARTS: tuple[tuple[re.Pattern[str], Part], ...] = (
    (re.compile(r"\b(?:dini hari|subuh|pagi|pg)\b"), "pagi"),
    (re.compile(r"\b(?:siang|zuhur|dzuhur|dhuhur|lohor)\b"), "siang"),
    (re.compile(r"\b(?:sore|petang|ashar|asar)\b"), "sore"),
    (re.compile(r"\b(?:malam|mlm|malem|semalam|semalem|isya|magh?rib)\b"), "malam"),
)
_HOUR = re.compile(
    r"\b(?:jam|pukul|pkl|jm)\.?\s*(?:setengah\s+)?(?:\d{1,2}(?:[.:]\d{2})?|"
    r"satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas)(?!\d)"
    r"(?:\s*(?:pagi|siang|sore|petang|malam|mlm|malem))?|\b\d{2}[.:]\d{2}\b(?!\.\d)"
)


def _part(text: str) -> Part | None:
    hits = [(found.start(), part) for words, part in _PARTS if (found := words.search(text))]
    return min(hits)[1] if hits else None


def _hour(text: str) -> str | None:
    found = _HOUR.search(text)
    return " ".join(found[0].split()) if found else None
