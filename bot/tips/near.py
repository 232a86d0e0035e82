"""Words that are nearly a known word: one or two slips of the finger away."""

from collections.abc import Iterable, Iterator
from itertools import combinations

_SHORTEST = 5
_TWO_SLIPS_FROM = 9
_FIRST_LETTER_FREE_FROM = 7
_LONGEST = 32  # letters; no name is longer, and the forms of a word grow with its square


class NearWords:
    """Finds known words within one slip (two from nine letters on) of what was typed.

    Every known word is stored under itself and under itself with letters left out; two words
    that are near share such a form (the symmetric-delete method).
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._forms: dict[str, set[str]] = {}
        for word in words:
            if len(word) >= _SHORTEST:
                for form in _shortened(word, _slips(word)):
                    self._forms.setdefault(form, set()).add(word)

    def find(self, typed: str) -> list[tuple[str, int]]:
        """Known words with their distance, nearest first."""
        if not _SHORTEST - 1 <= len(typed) <= _LONGEST:
            return []
        seen: set[str] = set()
        for form in _shortened(typed, _slips(typed)):
            seen |= self._forms.get(form, set())
        near = [(word, distance(typed, word)) for word in seen]
        return sorted((pair for pair in near if _plausible(typed, *pair)), key=lambda pair: pair[1])


def distance(one: str, other: str) -> int:
    """Insertions, deletions, changed letters and swapped neighbours between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def _slips(word: str) -> int:
    return 2 if len(word) >= _TWO_SLIPS_FROM else 1


def _shortened(word: str, slips: int) -> Iterator[str]:
    for count in range(slips + 1):
        for gone in combinations(range(len(word)), count):
            yield "".join(letter for place, letter in enumerate(word) if place not in gone)


def _plausible(typed: str, word: str, slips: int) -> bool:
    if slips > _slips(word):
        return False
    if typed[0] != word[0] and (slips > 1 or len(word) < _FIRST_LETTER_FREE_FROM):
        return False
    return len(typed) >= _SHORTEST or (len(word) == _SHORTEST and typed[-1] == word[-1])
