"""Texts as sparse rows of words, word pairs and character n-grams, weighted by rarity."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Texts = Sequence[Sequence[str]]  # one list of words per text

GRAM = 4  # characters of a piece; those of three as well cost half the time and gain nothing
WORD_WEIGHT, PAIR_WEIGHT, GRAM_WEIGHT = 0.8, 0.6, 1.0
SEEN_AT_LEAST = 2  # texts, or a feature is no column
# A feature in more than this share of the texts, spread so evenly over the topics, tells nothing:
# leaving out the most even ones halves the time of a question and costs no accuracy.
COMMON, EVENLY = 0.02, 0.905


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix in compressed rows: ``starts`` has one more entry than there are rows."""

    starts: NDArray[np.int64]
    columns: Ints
    values: Floats
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One sparse row: columns (each once) and their values."""

    columns: Ints
    values: Floats


def grams(word: str) -> list[str]:
    """Pieces of a word between blanks; marked so that they never equal a word."""
    padded = f" {word} "
    return ["#" + padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]


def pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring words."""
    return [f"{left} {right}" for left, right in pairwise(words)]


def _spread(owner: Counter[str]) -> float:
    """The entropy of a feature over the labels, in nats."""
    total = owner.total()
    return -sum(count / total * math.log(count / total) for count in owner.values())


class Vocabulary:
    """Which feature is which column, and how rare it is."""

    def __init__(self, names: Sequence[str], rarity: Floats) -> None:
        self.names = list(names)
        self.rarity = rarity
        self._columns = {name: column for column, name in enumerate(self.names)}
        self._rarity: list[float] = rarity.tolist()
        self._grams: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def learn(cls, texts: Texts, labels: Sequence[str]) -> "Vocabulary":
        """Every feature seen in enough texts and not spread evenly, sorted, with its rarity."""
        owners: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for words, label in zip(texts, labels, strict=True):
            for name in {*words, *pairs(words), *(gram for word in words for gram in grams(word))}:
                owners[name][label] += 1
        most = math.log(max(2, len(set(labels))))
        seen = {name: owner.total() for name, owner in owners.items()}
        names = sorted(
            name
            for name, count in seen.items()
            if count >= SEEN_AT_LEAST
            and not (count > COMMON * len(texts) and _spread(owners[name]) > EVENLY * most)
        )
        counts = np.array([seen[name] for name in names], dtype=np.float32)
        return cls(names, (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32))

    def values(self, words: Sequence[str]) -> tuple[list[int], list[float]]:
        """Columns, each once, and their values; each group of features has length its weight, a
        text at most 1.4."""
        columns: list[int] = []
        values: list[float] = []
        for found, weight in (
            (self._known(words), WORD_WEIGHT),
            (self._known(pairs(words)), PAIR_WEIGHT),
            ([column for word in words for column in self._gram_columns(word)], GRAM_WEIGHT),
        ):
            counts = Counter(found)
            columns += counts
            values += self._weighed(counts, weight)
        return columns, values

    def _known(self, names: Iterable[str]) -> list[int]:
        return [column for name in names if (column := self._columns.get(name)) is not None]

    def _gram_columns(self, word: str) -> tuple[int, ...]:
        found = self._grams.get(word)
        if found is None:
            found = tuple(self._known(grams(word)))
            if len(self._grams) < 50_000:
                self._grams[word] = found
        return found

    def _weighed(self, counts: Counter[int], weight: float) -> list[float]:
        """The values of one group: sublinear counts times rarity, scaled to length ``weight``."""
        rarity = self._rarity
        raw = [
            rarity[column] if count == 1 else rarity[column] * (1 + math.log(count))
            for column, count in counts.items()
        ]
        length = math.hypot(*raw)
        return [value * (weight / length) for value in raw]


class Views:
    """Two vocabularies side by side: texts as typed, and normalised. Every row has length one."""

    def __init__(self, typed: Vocabulary, normalised: Vocabulary) -> None:
        self.typed = typed
        self.normalised = normalised
        self.width = len(typed) + len(normalised)

    @classmethod
    def learn(cls, typed: Texts, normalised: Texts, labels: Sequence[str]) -> "Views":
        return cls(Vocabulary.learn(typed, labels), Vocabulary.learn(normalised, labels))

    def row(self, typed: Sequence[str], normalised: Sequence[str]) -> Row:
        left, left_values = self.typed.values(typed)
        right, right_values = self.normalised.values(normalised)
        columns = np.array(left + right, dtype=np.int32)
        columns[len(left) :] += len(self.typed)
        values = np.array(left_values + right_values, dtype=np.float32)
        length = float(np.sqrt(values @ values))
        return Row(columns, values / length if length else values)

    def rows(self, typed: Texts, normalised: Texts) -> Rows:
        parts = [self.row(*words) for words in zip(typed, normalised, strict=True)]
        return Rows(
            np.cumsum([0, *(len(part.columns) for part in parts)]),
            np.concatenate([part.columns for part in parts]),
            np.concatenate([part.values for part in parts]),
            self.width,
        )
