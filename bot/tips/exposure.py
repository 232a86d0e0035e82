"""What in a text would show who wrote it. It warns; it never removes.

Numbers and accounts by their shape, self-descriptions by the phrases of
``content/exposure.yaml``. The accused person's name and office are meant to be there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.limits import RECEIPT_WORDS
from bot.tips.exposure_numbers import Numbers
from bot.tips.exposure_words import Lazy, relation_before, self_patterns
from bot.tips.phrases import Phrases, any_of
from bot.tips.receipts import ReceiptWords

LEXICON = "exposure.yaml"
RECEIPT_WORDS_FILE = "receipt-words.txt"
_AT = r"(?:@|\s?(?:\(at\)|\[at\])\s?)"
_DOT = r"\s?(?:\.|\(dot\)|\[dot\])\s?"
_FREE_MAIL = r"(?:gmail|yahoo|ymail|outlook|hotmail)"
_TOP_LEVEL = r"(?:com|id|net|org|info|edu|gov)"
_MAILBOX = r"(?<![\w.+-])[\w.+-]{1,64}"
_EMAIL = re.compile(
    rf"{_MAILBOX}{_AT}[\w-]{{1,63}}(?:{_DOT}[a-z]{{2,24}}){{1,4}}"
    rf"|{_MAILBOX} ?@ ?{_FREE_MAIL}(?:\s?\.\s?[a-z]{{2,24}}){{0,3}}"
    rf"|{_MAILBOX} ?@ ?[\w-]{{1,63}}(?: ?\. ?[\w-]{{1,63}}){{0,3}} ?\. ?{_TOP_LEVEL}(?!\w)"
    rf"|{_MAILBOX}\s+at\s+{_FREE_MAIL}(?:\s+dot\s+\w+|\.\w+)?",
    re.IGNORECASE,
)
_PLATE = re.compile(r"(?<![\w-])[A-Z]{1,2}[ -]?\d{1,4}[ -]?[A-Z]{1,3}(?![\w-])", re.IGNORECASE)
_VEHICLE = re.compile(r"\b(?:plat|pelat|nopol|no pol|nomor polisi|motor|mobil)\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z][\w.]{2,}")
_SERVICE = (
    r"(?:akun|profil|user|username|fb|facebook|ig|instagram|tiktok|telegram|tele|twitter|line)"
)
_OWN_ACCOUNT = re.compile(
    rf"\b(?i:{_SERVICE})\s*(?:(?i:fb|ig|tiktok|wa|facebook|instagram|telegram)\s*)?"
    r"(?i:ku|saya|sy|aku|gue|gw|ane)\s+(?:(?i:itu|adalah|namanya|bernama|nama)\s+|[:=]\s*)?"
    r"(https?://\S+|@?[A-Za-z][\w.]*[\d_.][\w.]*\w(?:/\S+)?|(?:[A-Z][\w.]*\s*){2,4})"
)
_NO_OFFICE = (
    *("jadi", "dan", "yang", "yg", "makanya", "tapi", "tp", "karena", "krn", "lihat", "liat"),
    *("melihat", "mau", "ingin", "tolong", "takut", "kemarin", "kmrn", "tadi", "td", "disuruh"),
    *("dipaksa", "diminta", "ikut", "sudah", "udah", "pernah", "tau", "tahu", "min", "pak", "bu"),
    *("kak", "waktu", "saat", "pas", "bagi", "posting", "hadir", "juga"),
)
_OFFICE_NAME = re.compile(rf"(?:\s+(?!(?:{'|'.join(_NO_OFFICE)})\b)[\w'-]+){{1,4}}")
_NEAR = 30  # characters before a plate or an account that tell whose it is


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

    def __init__(self, words: Mapping[str, Any], receipts: ReceiptWords) -> None:
        self._receipts = receipts
        self._numbers = Numbers(words["digits"])
        self._patterns = self_patterns(words)
        self._relation_before = relation_before(words)
        sets = words["sets"]
        self._phrases = (
            ("self_workplace", Phrases(words["at_work"], sets)),
            ("self_relation", Phrases(words["related_with"], sets)),
            ("self_unique", Phrases(words["unique"], sets)),
        )
        self._others = Phrases(words["others"])
        self._mine = Phrases(words["mine"])
        self._witness = Phrases(words["witnesses"], sets)
        self._called_mine = Lazy(
            rf"\s*,?\s*(?:\w+\s+){{0,2}}?(?:{any_of(words['possessions'])})"
            rf"(?:\s+pribadi)?(?:\s+(?:{any_of(words['own'])})|ku)(?!\w)",
            re.IGNORECASE,
        )

    @classmethod
    def load(cls, content: Path) -> "ExposureFinder":
        """Raises `ContentError`."""
        path = content / LEXICON
        try:
            words = read_yaml(path.read_text(encoding="utf-8"))
            return cls(words, ReceiptWords.load(content / RECEIPT_WORDS_FILE))
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ContentError(f"{path}:1: ungkapan tidak dapat dibaca ({error}).") from error

    def find(self, text: str) -> list[Exposure]:
        """All that exposes the writer, in the order of the text; overlaps of a kind merge."""
        finders: tuple[Callable[[str], _Spans], ...] = (
            self._all_numbers,
            self._accounts,
            self._plates,
            self._self_descriptions,
            self._valid_receipts,
        )
        spans = {span for finder in finders for span in finder(text)}
        kept: list[Exposure] = []
        for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
            if not any(known.kind == kind and start < known.end for known in kept):
                kept.append(Exposure(kind, start, end, text[start:end]))
        return kept

    def _all_numbers(self, text: str) -> _Spans:
        for kind, start, end in self._numbers.find(text):
            if not self._is_of_others(text, start, end):
                yield kind, start, end

    def _accounts(self, text: str) -> _Spans:
        emails = [match.span() for match in _EMAIL.finditer(text)]
        yield from (("email", *span) for span in emails if not self._is_of_others(text, *span))
        yield from (("handle", *match.span(1)) for match in _OWN_ACCOUNT.finditer(text))
        for match in _HANDLE.finditer(text):
            inside = any(start <= match.start() < end for start, end in emails)
            if not inside and self._is_mine(text, *match.span()):
                yield "handle", *match.span()

    def _plates(self, text: str) -> _Spans:
        for match in _PLATE.finditer(text):
            if _is_plate(text, match) and self._is_mine(text, *match.span()):
                yield "plate", *match.span()

    def _is_of_others(self, text: str, start: int, end: int) -> bool:
        clause = _clause(text, start, end)
        return self._others.find(clause) and not self._mine.find(clause)

    def _is_mine(self, text: str, start: int, end: int) -> bool:
        """Near a "saya" that is not only a witness: "motor saya", not "saya lihat mobil"."""
        near = _clause(text, start, end, _NEAR)
        if self._others.find(near):
            return False
        mine = self._mine.find(self._witness.without(near))
        return mine or self._called_mine.compiled.match(text, end) is not None

    def _self_descriptions(self, text: str) -> _Spans:
        for pattern in self._patterns:
            for match in pattern.words.compiled.finditer(text):
                if pattern.subject and self._relation_before.compiled.search(
                    text[max(0, match.start() - _NEAR) : match.start()]
                ):
                    continue
                office = _OFFICE_NAME.match(text, match.end()) if pattern.tail else None
                end = office.end() if office else match.end(pattern.group)
                yield pattern.kind, match.start(pattern.group), end
        for kind, phrases in self._phrases:
            yield from ((kind, *span) for span in phrases.spans(text))

    def _valid_receipts(self, text: str) -> _Spans:
        words = list(re.finditer(r"[^\W\d_]+", text))
        for first, last in zip(words, words[RECEIPT_WORDS - 1 :], strict=False):
            if self._receipts.read(text[first.start() : last.end()]):
                yield "receipt", first.start(), last.end()


def _is_plate(text: str, match: re.Match[str]) -> bool:
    """Written like one, or called one."""
    return match[0].isupper() or bool(
        _VEHICLE.search(text[max(0, match.start() - _NEAR) : match.start()])
    )


def _clause(text: str, start: int, end: int, reach: int | None = None) -> str:
    """The words around a stretch up to the next mark, at most ``reach`` characters before it."""
    earliest = 0 if reach is None else max(0, start - reach)
    left = max(earliest - 1, *(text.rfind(mark, earliest, start) for mark in ".!?;,\n"))
    rights = [place for mark in ".!?;,\n" if (place := text.find(mark, end)) >= 0]
    right = min(rights, default=len(text))
    return text[left + 1 : right if reach is None else min(right, end + reach // 2)]
