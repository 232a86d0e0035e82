"""What in a text would show who wrote it. It warns; it never removes.

Numbers and addresses by their shape, self-descriptions by the phrases of
``content/exposure.yaml``. The accused person's name and office are meant to be there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import ContentError
from bot.tips.phrases import Phrases
from bot.tips.receipts import ReceiptWords

LEXICON = "exposure.yaml"
RECEIPT_WORDS_FILE = "receipt-words.txt"
_DIGIT = r"(?:\d|(?<=\d)[oOl](?![a-z])|(?<![A-Za-z])[oO](?=[\dO]))"
_RUN = rf"(?<![\w/]){{plus}}{_DIGIT}(?:[ .\-()]{{{{0,3}}}}{_DIGIT}){{{{7,21}}}}(?![\w/]|-\d)"
_DIGITS = re.compile(_RUN.format(plus=r"[+(]?"))
_NIP = re.compile(
    r"(?:19[4-9]\d|20[0-2]\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:19|20)\d\d(?:0[1-9]|1[0-2]|21)\d{4}"
)
_PHONE = re.compile(r"(?:0|62|0062|620)8[1-9]\d{7,10}|8[1-9]\d{8,9}|0[2-7]\d{7,9}|62[2-7]\d{7,9}")
_NIK_LENGTH = 16
_SPOKEN_FROM = 9  # number words in a row
_EMAIL = re.compile(
    r"[\w.+-]+(?:@|\s?(?:\(at\)|\[at\])\s?)[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[a-z]{2,})+"
    r"|[\w.+-]+ ?@ ?(?:gmail|yahoo|ymail|outlook|hotmail)(?:\s?\.\s?[a-z]{2,})*",
    re.IGNORECASE,
)
_EMAIL_SPOKEN = re.compile(
    r"[\w.+-]+\s+at\s+(?:gmail|yahoo|ymail|outlook|hotmail)(?:\s+dot\s+\w+|\.\w+)?", re.IGNORECASE
)
_PLATE = re.compile(r"(?<![\w-])[A-Z]{1,2}[ -]?\d{1,4}[ -]?[A-Z]{1,3}(?![\w-])", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z][\w.]{2,}")
_BARE_HANDLE = re.compile(
    r"\b(?:ig|instagram|akun|tele|telegram|twitter|fb|facebook|tiktok|username|user|line)\s*"
    r"(?:ku|saya|sy|aku|gue|gw|ane)\s*(?:di\s+\w+\s+)?(?:itu|adalah|namanya|:|=)?\s*@?([A-Za-z][\w.]*[\d_.][\w.]*\w)",
    re.IGNORECASE,
)
_NAMED_ACCOUNT = re.compile(
    r"\b(?i:akun|profil|user|fb|facebook|ig|instagram|tiktok|telegram|tele)\s+(?:(?i:fb|ig|tiktok|wa|facebook|instagram|telegram)\s*)?"
    r"(?i:ku|saya|sy|aku|gue|gw|ane)\s+(?:(?i:itu|namanya|bernama|nama)\s+|:\s*)?((?:[A-Z][\w.]*\s*){2,4})"
)
_TAIL = re.compile(
    r"(?:\s+(?!(?:jadi|dan|yang|yg|makanya|tapi|tp|karena|krn|lihat|liat|melihat|mau|ingin|tolong|takut|"
    r"kemarin|kmrn|tadi|td|disuruh|dipaksa|diminta|ikut|sudah|sudah|udah|pernah|tau|tahu|min|pak|bu|kak|waktu|"
    r"saat|pas|bagi|posting|hadir|juga)\b)[\w'-]+){1,4}"
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A stretch of the text and what it shows: ``nik``, ``phone``, ``self_workplace`` …"""

    kind: str
    start: int
    end: int
    text: str


_Spans = Iterator[tuple[str, int, int]]


class ExposureFinder:
    """Finds what exposes the writer."""

    def __init__(self, words: Mapping[str, str], receipts: ReceiptWords) -> None:
        self._receipts = receipts
        me, fillers = _any(words["self"]), _any(words["fillers"])
        own, related = _any(words["own"]), _any(words["relations"])
        between = _any(words["relation_fillers"])
        start = rf"(?<![\w-])(?:{me})(?:\s+(?:{fillers}))*"
        role = rf"(?:{_any(words['roles'])})"
        office = rf"(?:{_any(words['offices'])})"
        self._works = _compiled(rf"{start}\s+(?:{_any(words['works'])})")
        self._role = _compiled(
            rf"(?:{start}|(?<![\w-])(?:{_any(words['as'])}))\s+{role}"
            rf"(?:(?:\s+[\w-]+){{0,3}}?\s+(?:di|pada|d)(?=\s)|(?:\s+[\w-]+){{0,2}}?\s+{office})"
        )
        self._workplace = _compiled(
            rf"(?<![\w-])(?<!kepala )(?<!ketua )(?:{_any(words['workplaces'])})\s+(?:{own})"
        )
        self._relation = _compiled(
            rf"(?<![\w-])(?:{related})(?:\s+(?:{between}))*\s+(?:{own})(?:\s+(?:{between}))?"
        )
        self._before_me = re.compile(
            rf"(?<![\w-])(?:{related})(?:\s+(?:{between}))*\s+$", re.IGNORECASE
        )
        self._related = _compiled(
            rf"{start}\s+(?:{_any(words['related'])})(?!\s+(?:saya|sy|aku|di|yang|yg|ikut|disuruh))"
        )
        self._acts = _compiled(
            rf"(?<![\w-])(?<!bukan )(?:saya|sy|aku|gue|gw|ane)\s+(?:yang|yg)\s+"
            rf"(?!(?:{_any(words['not_acts'])})(?![\w-]))[a-z]+(?:\s+[\w-]+){{0,2}}"
        )
        self._called = re.compile(
            rf"(?<![\w-])(?:[Ss]aya|[Ss]y|[Aa]ku|[Ii]ni|[Bb]eta|[Gg]ue|[Gg]w)\s+"
            rf"((?!(?:{_any(words['not_called'])})\b)[A-Z][a-z'.]+(?:\s+(?:bin|binti|de|la|wa)?\s*[A-Z][\w'.]*)+"
            rf"|(?!(?:{_any(words['not_called'])})\b)[A-Z][a-z']+(?=\s*,|\s+dari\b|\s+guru\b|\s+warga\b))"
        )
        self._digits: dict[str, int] = words["digits"]  # type: ignore[assignment]
        spoken = "|".join(sorted(self._digits, key=len, reverse=True))
        self._spoken_words = spoken
        self._spoken = re.compile(
            rf"(?<![\w])(?=[\d\s,.-]*(?:{spoken}))(?:{spoken}|\d)"
            rf"(?:[\s,.-]*(?:{spoken}|\d)){{{_SPOKEN_FROM - 1},}}(?!\w)",
            re.IGNORECASE,
        )
        self._references = re.compile(
            rf"(?<![\w-])(?:{_any(words['references'])})(?:\s+[a-z]\w*){{0,6}}?\s*[:=#.]?\s*"
            rf"(#?(?=[\w./-]*\d[\w./-]*\d[\w./-]*\d[\w./-]*\d)(?!(?:0|\+?62)8\d)[\w./-]*\w)",
            re.IGNORECASE,
        )
        titles = r"(?:(?:Drs|Dra|Dr|dr|Ir|H|Hj|Pak|Bu|Ibu|Bapak)\.?\s+)?"
        name = r"[A-Z][a-z'.]+(?:\s+(?:bin|binti|de|la)?\s*[A-Z][\w'.]*)+"
        barred = rf"(?!(?:{_any(words['not_called'])})\b)"
        self._signed = re.compile(
            rf"(?<![\w-])(?i:{_any(words['openers'])})\s*[,:-]?\s+({titles}{barred}{name})"
            rf"(?=\s*(?:$|[,(]|\s+(?i:{_any(words['closers'])})))"
            rf"|({titles}{barred}{name})(?=\s+(?i:{_any(words['closers'])}))"
        )
        self._unique = Phrases(words["unique"])
        self._names = _compiled(
            rf"(?<![\w-])(?:{_any(words['names'])})\s*[:,=]?\s*(?!(?:{_any(words['not_names'])})(?![\w-]))"
            r"[a-z][\w'.]*(?:\s+[A-Z][\w'.]*){0,3}"
        )
        self._addresses = _compiled(rf"(?<![\w-])(?:{_any(words['addresses'])})[^.;!?\n]{{0,60}}")
        self._codes = _compiled(
            rf"(?<![\w-])(?:{_any(words['codes'])})\s*(?:itu|adalah|saya|ini|:|=|nya|-)*\s*"
            r"((?:[a-z]{4,8}[\s,.-]+){5}[a-z]{4,8})(?![\w])"
        )
        self._patterns = (
            ("self_workplace", self._workplace),
            ("self_relation", self._relation),
            ("self_relation", self._related),
            ("self_unique", self._acts),
            ("self_name", self._names),
            ("self_address", self._addresses),
        )
        self._others = Phrases(words["others"])
        self._mine = Phrases(words["mine"])

    @classmethod
    def load(cls, content: Path) -> "ExposureFinder":
        """Raises `ContentError`."""
        path = content / LEXICON
        try:
            words = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(words, ReceiptWords.load(content / RECEIPT_WORDS_FILE))
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise ContentError(f"{path}:1: ungkapan tidak dapat dibaca ({error}).") from error

    def find(self, text: str) -> list[Exposure]:
        """Everything that exposes the writer, in the order of the text; stretches of a kind merge."""
        finders: tuple[Callable[[str], _Spans], ...] = (self._numbers, self._accounts, self._words)
        spans = sorted(
            {span for finder in finders for span in finder(text)}, key=lambda s: (s[1], -s[2])
        )
        kept: list[Exposure] = []
        for kind, start, end in spans:
            if not any(e.kind == kind and start < e.end for e in kept):
                kept.append(Exposure(kind, start, end, text[start:end]))
        return kept

    def _numbers(self, text: str) -> _Spans:
        runs = [(match, _as_digits(match[0])) for match in _DIGITS.finditer(text)]
        runs += [(match, self._spoken_digits(match[0])) for match in self._spoken.finditer(text)]
        for match, digits in runs:
            kind = self._kind_of_number(text[: match.start()], digits)
            if kind and not self._is_of_others(text, *match.span()):
                yield kind, *match.span()

    def _kind_of_number(self, before: str, digits: str) -> str | None:
        if called := re.search(r"\b(nik|ktp|nip)\b\W*(?:\w+\W+){0,3}$", before, re.IGNORECASE):
            if len(digits) > _SPOKEN_FROM:
                return "nip" if called[1].lower() == "nip" else "nik"
        if _NIP.fullmatch(digits):
            return "nip"
        if len(digits) == _NIK_LENGTH and _is_nik(digits):
            return "nik"
        return "phone" if _PHONE.fullmatch(digits) else None

    def _spoken_digits(self, words: str) -> str:
        return "".join(
            str(self._digits.get(word, word))
            for word in re.findall(r"\d|" + self._spoken_words, words.lower())
        )

    def _is_of_others(self, text: str, start: int, end: int) -> bool:
        clause = _clause(text, start, end)
        return self._others.find(clause) and not self._mine.find(clause)

    def _accounts(self, text: str) -> _Spans:
        emails = [
            match.span() for pattern in (_EMAIL, _EMAIL_SPOKEN) for match in pattern.finditer(text)
        ]
        yield from (("email", *span) for span in emails if not self._is_of_others(text, *span))
        for match in _HANDLE.finditer(text):
            inside = any(start <= match.start() < end for start, end in emails)
            if not inside and self._is_mine(text, *match.span()):
                yield "handle", *match.span()
        for pattern in (_BARE_HANDLE, _NAMED_ACCOUNT):
            yield from (("handle", *match.span(1)) for match in pattern.finditer(text))
        for match in _PLATE.finditer(text):
            if _is_plate(text, match) and self._is_mine(text, *match.span()):
                yield "plate", *match.span()

    def _is_mine(self, text: str, start: int, end: int) -> bool:
        clause = _clause(text, start, end)
        return self._mine.find(clause) and not self._others.find(clause)

    def _words(self, text: str) -> _Spans:
        for match in (*self._works.finditer(text), *self._role.finditer(text)):
            if not self._before_me.search(text[: match.start()]):
                tail = _TAIL.match(text, match.end())
                yield "self_workplace", match.start(), tail.end() if tail else match.end()
        for kind, pattern in self._patterns:
            yield from ((kind, *match.span()) for match in pattern.finditer(text))
        yield from (("self_unique", *span) for span in self._unique.spans(text))
        yield from (("self_name", *match.span(1)) for match in self._called.finditer(text))
        for match in self._signed.finditer(text):
            yield "self_name", *match.span(1 if match[1] else 2)
        for pattern in (self._codes, self._references):
            yield from (("receipt", *match.span(1)) for match in pattern.finditer(text))
        yield from self._valid_receipts(text)

    def _valid_receipts(self, text: str) -> _Spans:
        words = list(re.finditer(r"[^\W\d_]+", text))
        for first, last in zip(words, words[5:], strict=False):
            if self._receipts.read(text[first.start() : last.end()]):
                yield "receipt", first.start(), last.end()


def _any(words: str) -> str:
    listed = sorted((word.strip() for word in str(words).split(",")), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in listed if word)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?![\w-])", re.IGNORECASE)


def _as_digits(typed: str) -> str:
    """The digits of a number; the letters o and l stand for 0 and 1."""
    return re.sub(r"\D", "", typed.lower().replace("o", "0").replace("l", "1"))


def _is_nik(digits: str) -> bool:
    """Province, day (women's plus forty) and month as Dukcapil writes them."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return 11 <= int(digits[:2]) <= 97 and 1 <= day % 40 <= 31 and 1 <= month <= 12


def _is_plate(text: str, match: re.Match[str]) -> bool:
    """Written like one, or called one."""
    if re.search(
        r"\b(?:plat|pelat|nopol|no pol|nomor polisi|motor|mobil)\b", text[: match.start()], re.IGNORECASE
    ):
        return bool(re.search(r"\d", match[0]))
    return match[0].isupper()


def _clause(text: str, start: int, end: int) -> str:
    left = max(text.rfind(mark, 0, start) for mark in ".!?;,\n")
    rights = [place for mark in ".!?;,\n" if (place := text.find(mark, end)) >= 0]
    return text[left + 1 : min(rights, default=len(text))]
