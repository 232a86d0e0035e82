"""Phrasings against each other: the same words may not lead to two topics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.checking.likeness import alike, grams
from bot.knowledge.checking.problems import Problem, error
from bot.limits import PHRASING_LIKENESS

OUTSIDE = "di luar cakupan"


@dataclass(frozen=True, slots=True)
class Placed:
    """A phrasing where it stands; ``topic`` is `OUTSIDE` for an out-of-scope example."""

    path: Path
    line: int
    topic: str
    text: str


def duplicate_problems(placed: Sequence[Placed]) -> Iterator[Problem]:
    """Repeated phrasings of one topic, and nearly the same ones of two topics."""
    sets = [grams(phrasing.text) for phrasing in placed]
    for first, second, likeness in alike(sets, PHRASING_LIKENESS):
        earlier, later = placed[first], placed[second]
        if earlier.topic != later.topic:
            yield error(
                later.path,
                later.line,
                f"contoh '{later.text}' hampir sama ({likeness:.2f}) dengan milik {earlier.topic} "
                f"({earlier.path.name}:{earlier.line}); buat berbeda atau hapus salah satu.",
            )
        elif _words(earlier.text) == _words(later.text):
            yield error(
                later.path, later.line, f"contoh '{later.text}' sudah ada di baris {earlier.line}."
            )


def _words(text: str) -> str:
    return " ".join(text.lower().split())
