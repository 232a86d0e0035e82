"""Pairs of texts that are nearly the same, found without comparing every text with every other."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

_NOISE = re.compile(r"[^a-z0-9]+")


def grams(text: str) -> frozenset[str]:
    """The character 3-grams of a text's letters and digits, words kept apart."""
    plain = f" {_NOISE.sub(' ', text.lower()).strip()} "
    return frozenset(plain[n : n + 3] for n in range(len(plain) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard likeness: the shared part of two sets, 0 to 1."""
    return len(one & other) / max(len(one | other), 1)


def alike(sets: Sequence[frozenset[str]], above: float) -> Iterator[tuple[int, int, float]]:
    """Every pair ``(earlier, later, ratio)`` whose Jaccard likeness is greater than ``above``.

    Two sets that are so alike have nearly the same size and share one of their rarest members, so
    only texts that meet there are compared, as bit masks: 7,000 phrasings take about a second.
    """
    often = Counter(gram for members in sets for gram in members)
    ranked = sorted(often, key=lambda gram: (often[gram], gram))
    rank = {gram: place for place, gram in enumerate(ranked)}
    masks = [sum(1 << rank[gram] for gram in members) for members in sets]
    met: dict[int, list[int]] = {}
    for one in sorted(range(len(sets)), key=lambda n: len(sets[n])):
        size = len(sets[one])
        rarest = sorted(rank[gram] for gram in sets[one])[: size - math.ceil(above * size) + 1]
        others = {n for place in rarest for n in met.get(place, ()) if len(sets[n]) >= above * size}
        for other in others:
            shared = (masks[one] & masks[other]).bit_count()
            ratio = shared / (size + len(sets[other]) - shared)
            if ratio > above:
                yield min(one, other), max(one, other), ratio
        for place in rarest:
            met.setdefault(place, []).append(one)
