"""Chat Indonesian in two views: cleaned (as typed) and normalised (slang mapped, shell removed).

Both views feed the matcher, because the slang map deletes evidence as often as it repairs it.
The order of work: Unicode, forwarded furniture, stretched letters, reduplication with 2, phrases
before words, one pass only. Negations are never dropped.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bot.errors import ContentError

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_FURNITURE = re.compile(
    r"^[^\w]*(diteruskan( berkali-kali)?|forwarded( many times)?|copas (dari|dr) .{0,40}"
    r"|(dari|dr) (grup|wag) (sebelah|tetangga)|izin share|ijin share|mohon disebarkan|sebarkan"
    r"|viralkan|info valid|a1|bismillah|mohon maaf jika sudah pernah share|[=_*~\-.\s]{3,})[^\w]*$"
)
_STAMP = re.compile(
    r"^\[?\d{1,2}[/.]\d{1,2}[/.]\d{2,4}[, ]+\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\]?"
    r"\s*(?:-\s*)?[^:\n]{1,40}:\s*"
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_TWICE = re.compile(r"^([a-z]{2,})-?2(nya|an|kan|in|mu|ku)?$")
_GLUED = re.compile(
    r"^(di|ke)(mana|sini|sana|situ|rumah|kantor|kampus|sekolah|desa|kelurahan|kecamatan|dinas"
    r"|grup|group|medsos|fb|ig|wa|tiktok|pasar|masjid|gereja|lapangan|jalan|depan|belakang|dalam"
    r"|luar|atas|bawah|tps|kpu|bawaslu|acara|kampung|mobil|motor|status|story|akun|hp)$"
)
_SUFFIXED = re.compile(r"^([a-z]{4,})(nya|lah|kah|pun)$")
_ENDINGS = (re.compile(r"(?:nya|lah|kah|pun|ku|mu)$"), re.compile(r"(?:kan|an|in|i)$"))
_BEGINNINGS = (
    ("meng", ""), ("meny", "s"), ("mem", ""), ("men", ""), ("me", ""), ("peng", ""), ("pem", ""),
    ("ber", ""), ("ter", ""), ("di", ""), ("pe", ""), ("nge", ""), ("ng", ""), ("ny", "c"),
)  # fmt: skip
_STEM_LEFT = 3  # letters that must remain
_SHELL_WORDS = """
    assalamualaikum waalaikumsalam salam sejahtera selamat pagi siang sore malam halo hai hei
    permisi punten mohon tolong minta maaf izin ingin bertanya tanya menanyakan konsultasi
    penjelasan penjelasannya pencerahan petunjuk arahan terima kasih terimakasih makasih admin min
    kak kakak pak bapak bu ibu bang abang mas mbak gan om sis bro bos bosku gaes guys
    sih dong donk deh kok nih tuh ya yaa yah lah mah teh atuh toh to loh lho kan je ki mi ji
    wr wb yth dan yang di ke dari itu ini nya saja juga jadi kalau
"""
_SHELL = frozenset(_SHELL_WORDS.split())


def clean(text: str) -> str:
    """The text as typed, without what carries no meaning: lower case, NFKC, no furniture."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    if "\n" in plain or ":" in plain:
        lines = (_STAMP.sub("", line.strip()) for line in plain.splitlines())
        plain = " ".join(line for line in lines if not _FURNITURE.match(line))
    return " ".join(plain.split())


def words(text: str) -> list[str]:
    """The words of a cleaned text, stretched letters collapsed."""
    return _WORD.findall(_STRETCHED.sub(r"\1", text))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its commonest affixes; crude on purpose, both sides pass through it."""
    for ending in _ENDINGS:
        if len(word) > _STEM_LEFT + 2:
            word = ending.sub("", word)
    for beginning, instead in _BEGINNINGS:
        if word.startswith(beginning) and len(word) - len(beginning) >= _STEM_LEFT:
            return instead + word[len(beginning) :]
    return word


class Normaliser:
    """Maps slang to plain Indonesian with a table of words and phrases (`content/slang.tsv`)."""

    def __init__(self, slang: Mapping[str, str]) -> None:
        self.table = slang
        self._words = {key: value for key, value in slang.items() if " " not in key}
        phrases = {tuple(key.split()): value for key, value in slang.items() if " " in key}
        self._phrases = phrases
        self._longest = max((len(key) for key in phrases), default=1)
        self._starts = {key[0] for key in phrases}
        self._cache: dict[str, tuple[str, ...]] = {}

    def words(self, text: str) -> list[str]:
        """The normalised words of a cleaned text."""
        typed = words(text)
        result: list[str] = []
        position = 0
        while position < len(typed):
            width = self._phrase(typed, position)
            if width:
                phrase = tuple(typed[position : position + width])
                result.extend(self._phrases[phrase].split())
                position += width
            else:
                result.extend(self._word(typed[position]))
                position += 1
        kept = [word for word in result if word not in _SHELL]
        return kept or result

    def _phrase(self, typed: list[str], position: int) -> int:
        if typed[position] not in self._starts:
            return 0
        for width in range(min(self._longest, len(typed) - position), 1, -1):
            if tuple(typed[position : position + width]) in self._phrases:
                return width
        return 0

    def _word(self, word: str) -> tuple[str, ...]:
        found = self._cache.get(word)
        if found is None:
            found = tuple(self._map(word))
            if len(self._cache) < 50_000:
                self._cache[word] = found
        return found

    def _map(self, word: str) -> list[str]:
        if word in self._words:
            return self._words[word].split()
        if twice := _TWICE.match(word):
            base = " ".join(self._map(twice[1]))
            return base.split()
        if glued := _GLUED.match(word):
            return [glued[1], *self._map(glued[2])]
        if (suffixed := _SUFFIXED.match(word)) and suffixed[1] in self._words:
            return self._words[suffixed[1]].split()
        if len(word) > 3 and word[-1] == word[-2] and word[:-1] in self._words:
            return self._words[word[:-1]].split()
        return [word]


def load_slang(path: Path) -> dict[str, str]:
    """The slang table, ``{}`` when the file is missing. Raises `ContentError`."""
    if not path.exists():
        return {}
    table: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or number == 1:
            continue
        key, tab, value = line.partition("\t")
        if not tab or not key.strip() or not value.strip():
            raise ContentError(f"{path}:{number}: tulis kata gaul, satu tab, lalu kata bakunya.")
        if key in table:
            raise ContentError(f"{path}:{number}: {key!r} sudah ada di atas.")
        table[key.strip().lower()] = value.strip().lower()
    return table
