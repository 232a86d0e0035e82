"""Texts as sparse rows of words, word pairs and character n-grams, weighted by rarity."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Words = Callable[[str], list[str]]

SHORTEST, LONGEST = 3, 5  # characters in an n-gram
WORD_WEIGHT, PAIR_WEIGHT, GRAM_WEIGHT = 1.0, 0.7, 1.0


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix in compressed rows: ``starts`` has one more entry than there are rows."""

    starts: NDArray[np.int64]
    columns: Ints
    values: Floats
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1


@lru_cache(maxsize=65_536)
def grams(word: str) -> tuple[str, ...]:
    """Character n-grams of a word between blanks; marked so that they never equal a word."""
    padded = f" {word} "
    return tuple(
        "#" + padded[start : start + size]
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(padded) - size + 1)
    )


def features(words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """The words, the pairs of neighbours, and the character n-grams."""
    pairs = [f"{left} {right}" for left, right in zip(words, words[1:], strict=False)]
    pieces = [gram for word in words for gram in grams(word)]
    return list(words), pairs, pieces


class Vocabulary:
    """Which feature is which column, and how rare it is."""

    def __init__(self, names: Sequence[str], rarity: Floats) -> None:
        self.names = list(names)
        self.rarity = rarity
        self._columns = {name: column for column, name in enumerate(self.names)}
        self._rarity = rarity.tolist()

    @classmethod
    def learn(cls, texts: Iterable[Sequence[str]], at_least: int = 2) -> "Vocabulary":
        """Every feature seen in ``at_least`` texts, sorted, with smoothed inverse frequency."""
        seen: Counter[str] = Counter()
        total = 0
        for words in texts:
            total += 1
            for group in features(words):
                seen.update(set(group))
        names = sorted(name for name, count in seen.items() if count >= at_least)
        counts = np.array([seen[name] for name in names], dtype=np.float32)
        return cls(names, np.log((1 + total) / (1 + counts)).astype(np.float32) + 1)

    def row(self, words: Sequence[str]) -> tuple[Ints, Floats]:
        """Columns and values of one text; each group of features has length its weight."""
        columns: list[int] = []
        values: list[float] = []
        weights = (WORD_WEIGHT, PAIR_WEIGHT, GRAM_WEIGHT)
        for group, weight in zip(features(words), weights, strict=True):
            known = [column for name in group if (column := self._columns.get(name)) is not None]
            if not known:
                continue
            counts = Counter(known)
            raw = [self._rarity[c] * (1.0 if n == 1 else 1.0 + np.log(n)) for c, n in counts.items()]
            scale = weight / sum(value * value for value in raw) ** 0.5
            columns.extend(counts)
            values.extend(value * scale for value in raw)
        return np.array(columns, dtype=np.int32), np.array(values, dtype=np.float32)

    def rows(self, texts: Iterable[Sequence[str]]) -> Rows:
        parts = [self.row(words) for words in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in parts)])
        return Rows(
            starts,
            np.concatenate([columns for columns, _ in parts]),
            np.concatenate([values for _, values in parts]),
            len(self.names),
        )
