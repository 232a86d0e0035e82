"""What may not stand in any text that users read, wherever it is written."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.law import Instrument
from bot.limits import SENTENCE_WORDS

EMOJI = re.compile(
    "[\u2190-\u21ff\u231a-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]"
)
_GONE = re.compile(
    r"\b(bubar|dibubarkan|tidak ada lagi|dahulu|saat itu|lama|sebelum|jangan|ganti"
    r"|sekarang dijalankan)\b|\(\w*\s?\d{4}",
    re.IGNORECASE,
)
_NOT_THERE = re.compile(r"\b(bubar|dibubarkan|tidak ada lagi|lama|jangan)\b", re.IGNORECASE)
_NO_LONGER = re.compile(
    r"\b(dicabut|mencabut|tidak berlaku|dahulu|lama|habis masa|digantikan|diganti|mengganti"
    r"|masa peralihan)\b",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"^(?P<kind>UU|PP) (?P<number>\d+)/(?P<year>\d{4})$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_FIGURE = re.compile(
    r"\b(penjara|dipenjara|kurungan|denda|dipidana|pidana)\b[^.;]{0,40}?"
    r"(\bRp\s?\d|\b\d+[^.;]{0,12}\b(bulan|tahun|juta|miliar)\b)"
    r"|\b\d+\s+(bulan|tahun)\s+(penjara|kurungan|pidana)\b",
    re.IGNORECASE,
)
NEW_CRIMINAL_LAW = "UU 1/2026"


@dataclass(frozen=True, slots=True)
class Ban:
    """``says`` is the finding; ``unless`` looks at the whole passage for what excuses it."""

    pattern: re.Pattern[str]
    says: str
    unless: Callable[[str], bool] = lambda _: False


_ALWAYS = (
    Ban(EMOJI, "emoji atau lambang tidak dipakai di sini."),
    Ban(
        re.compile(r"\b[AB]\.\d{1,2}\b|\bbutir [AB]\.? ?\d"),
        "nomor butir SKB tidak boleh tampil; tulis 'SKB 22 September 2022, Lampiran II'.",
    ),
    Ban(
        re.compile(
            r"\b(7|tujuh) hari[^.]{0,40}penelusuran|penelusuran[^.]{0,40}\b(7|tujuh) hari",
            re.IGNORECASE,
        ),
        "batas '7 hari penelusuran' tidak ada dasarnya; hapus angkanya.",
    ),
    Ban(
        re.compile(r"\b(ke|kepada|lewat|melalui|hubungi) KASN\b"),
        "KASN sudah bubar; alamatnya sekarang BKN.",
        lambda text: bool(_NOT_THERE.search(text)),
    ),
    Ban(
        re.compile(r"(?<!SE )(?<!Surat )\bKASN\b"),
        "KASN sudah bubar; sebut BKN, atau tulis bahwa KASN tidak ada lagi.",
        lambda text: bool(_GONE.search(text)),
    ),
    Ban(
        re.compile(r"\bhubungi admin\b", re.IGNORECASE),
        "'hubungi admin' tidak menolong; tulis siapa dan bagaimana caranya.",
    ),
)


class ShownRules:
    """The rules for one set of laws."""

    def __init__(self, law: Mapping[str, Instrument]) -> None:
        self._bans = (*_ALWAYS, *_revoked(law))

    def faults(self, text: str) -> Iterator[str]:
        """What is forbidden in one passage, a sentence each."""
        for ban in self._bans:
            if ban.pattern.search(text) and not ban.unless(text):
                yield ban.says


def _revoked(law: Mapping[str, Instrument]) -> Iterable[Ban]:
    for instrument in law.values():
        if instrument.status in ("dicabut", "habis-masa"):
            yield Ban(
                _names(instrument.short),
                f"{instrument.short} sudah tidak berlaku; jangan ditulis seolah masih berlaku.",
                _excused_by([law[new].short for new in instrument.by if new in law]),
            )


def _names(short: str) -> re.Pattern[str]:
    """The short name, and for laws and regulations also "Nomor 5 Tahun 2014"."""
    match = _BY_NAME.match(short)
    if match is None:
        return re.compile(re.escape(short))
    long_kind = {"UU": "Undang-Undang", "PP": "Peraturan Pemerintah"}[match["kind"]]
    name = rf"({match['kind']}|{long_kind}) (No\.? |Nomor )?"
    return re.compile(rf"\b{name}{match['number']}(/| Tahun ){match['year']}\b")


def _excused_by(successors: list[str]) -> Callable[[str], bool]:
    return lambda text: bool(_NO_LONGER.search(text)) or any(name in text for name in successors)


def has_penalty_figure(text: str) -> bool:
    """Whether months, years or rupiah of a criminal penalty stand in a passage."""
    return bool(_FIGURE.search(text))


def long_sentences(text: str) -> Iterator[int]:
    """The number of words of each sentence that is hard to read."""
    for sentence in _SENTENCE_END.split(text):
        if (count := len(sentence.split())) > SENTENCE_WORDS:
            yield count
