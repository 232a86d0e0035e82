"""Identity and telephone numbers, however they are typed: spaced, with the letter o, or spoken."""

import re
from collections.abc import Iterator, Mapping

_DIGIT = r"(?:\d|(?<=\d)[oOl](?![a-z])|(?<![A-Za-z])[oO](?=[\dO]))"
_STARTS = (
    r"(?:(?<=nik)|(?<=nip)|(?<=ktp)|(?<=hp)|(?<=wa)|(?<=telp)|(?<=wa\.me/)|(?<=phone=)|(?<![\w/]))"
)
_TYPED = re.compile(
    rf"{_STARTS}[+(]?{_DIGIT}(?:[ .\-()]{{0,3}}{_DIGIT}){{7,21}}(?![\w/]|-\d)", re.IGNORECASE
)
# Birth date, month of appointment, sex, serial number: Peraturan Kepala BKN 22/2007.
_NIP = re.compile(
    r"(?:19[4-9]\d|20[0-2]\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])"
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2]|21)\d{4}"
)
_PHONE = re.compile(r"(?:0|62|0062|620)8[1-9]\d{7,10}|8[1-9]\d{8,9}|0[2-7]\d{7,9}|62[2-7]\d{7,9}")
_CALLED = re.compile(r"\b(nik|ktp|nip|n i p|n i k)\b\W*(?:\w+\W+){0,3}$", re.IGNORECASE)
_CALLED_CONTEXT = 60  # characters before the number
_NIK_LENGTH = 16
_SPOKEN_FROM = 9  # digits in a row
_CALLED_FROM = 10


class Numbers:
    """Finds numbers, with the words that stand for digits."""

    def __init__(self, digits: Mapping[str, int]) -> None:
        self._digits = digits
        words = "|".join(sorted(digits, key=len, reverse=True))
        self._one = re.compile(rf"\d|{words}")
        self._spoken = re.compile(
            rf"(?<!\w)(?:{words}|\d)"
            rf"(?:[\s,.-]{{0,3}}(?:{words}|\d)){{{_SPOKEN_FROM - 1},24}}(?!\w)",
            re.IGNORECASE,
        )

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """``nik``, ``nip`` or ``phone`` with start and end."""
        for match in _TYPED.finditer(text):
            typed = match[0].lower().replace("o", "0").replace("l", "1")
            yield from self._kind(text, match, re.sub(r"\D", "", typed))
        for match in self._spoken.finditer(text):
            if any(letter.isalpha() for letter in match[0]):
                yield from self._kind(text, match, self._spelled(match[0]))

    def _spelled(self, words: str) -> str:
        return "".join(str(self._digits.get(one, one)) for one in self._one.findall(words.lower()))

    def _kind(self, text: str, match: re.Match[str], digits: str) -> Iterator[tuple[str, int, int]]:
        before = text[max(0, match.start() - _CALLED_CONTEXT) : match.start()]
        if kind := kind_of_number(before, digits):
            yield kind, match.start(), match.end()


def kind_of_number(before: str, digits: str) -> str | None:
    """What a run of digits is: by its name before it, else by its shape."""
    called = _CALLED.search(before)
    if called and len(digits) >= _CALLED_FROM:
        return "nip" if called[1].lower().replace(" ", "") == "nip" else "nik"
    if _NIP.fullmatch(digits):
        return "nip"
    if len(digits) == _NIK_LENGTH and _is_nik(digits):
        return "nik"
    return "phone" if _PHONE.fullmatch(digits) else None


def _is_nik(digits: str) -> bool:
    """Province, day (women's plus forty) and month as Dukcapil writes them."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return 11 <= int(digits[:2]) <= 97 and 1 <= day % 40 <= 31 and 1 <= month <= 12
