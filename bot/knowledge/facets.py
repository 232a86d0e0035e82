"""Facets: who, when, with what intention. What a message states of them, and what a topic covers.

`content/facets.yaml` names facets, their values, and the words that state a value. Three uses: the
actor and the phase of an answer; the ask-back, which is pointless where the message already states
the facet; and a gate, which keeps a topic from being the direct answer to a message that states
something the topic's own phrasings never mention while another candidate's do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.knowledge.spotting import Spotter, pattern
from bot.knowledge.topics import ACTORS, PHASES

ACTOR, PHASE = "actor", "phase"
_NEVER, _OFTEN = 0.04, 0.35  # shares of a topic's phrasings that state a value


@dataclass(frozen=True, slots=True)
class Value:
    facet: str
    name: str


class Facets:
    """The facets of `content/facets.yaml`."""

    def __init__(self, table: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.table = table
        self._patterns = [
            (Value(facet, str(name)), pattern(words))
            for facet, values in table.items()
            for name, words in values.items()
        ]
        self._spotter = Spotter(words for values in table.values() for words in values.values())

    @classmethod
    def load(cls, path: Path) -> "Facets":
        """No facets when the file is missing. Raises `ContentError`."""
        if not path.exists():
            return cls({})
        try:
            table = read_yaml(path.read_text(encoding="utf-8"))
            facets = cls(table)
        except (yaml.YAMLError, AttributeError, TypeError) as error:
            raise ContentError(
                f"{path}:1: tulis facet, nilai, lalu daftar kata ({error})."
            ) from error
        _check_names(path, table.get(ACTOR, {}), ACTORS)
        _check_names(path, table.get(PHASE, {}), PHASES)
        return facets

    def stated(self, text: str) -> tuple[Value, ...]:
        """The values that a cleaned text states, in file order."""
        possible = self._spotter.possible(text)
        return tuple(
            value
            for place, (value, words) in enumerate(self._patterns)
            if place in possible and words.search(text)
        )


def _check_names(path: Path, names: Iterable[str], allowed: Sequence[str]) -> None:
    if unknown := set(map(str, names)) - set(allowed):
        raise ContentError(f"{path}:1: tidak dikenal: {', '.join(sorted(unknown))}.")


def one_of(stated: Iterable[Value], facet: str) -> str | None:
    """The name of the only value stated of a facet; None when there are none or several."""
    names = [value.name for value in stated if value.facet == facet]
    return names[0] if len(names) == 1 else None


class Coverage:
    """How often each topic's own texts state each value."""

    def __init__(self, shares: Mapping[str, Mapping[Value, float]]) -> None:
        self._shares = shares

    @classmethod
    def load(cls, data: Mapping[str, Sequence[Sequence[Any]]]) -> "Coverage":
        """From the form that `dump` gives."""
        return cls(
            {
                topic: {Value(facet, name): share for facet, name, share in own}
                for topic, own in data.items()
            }
        )

    def dump(self) -> dict[str, list[list[Any]]]:
        return {
            topic: [[value.facet, value.name, share] for value, share in own.items()]
            for topic, own in self._shares.items()
        }

    @classmethod
    def of(cls, texts: Mapping[str, Sequence[str]], facets: Facets) -> "Coverage":
        """``texts``: cleaned texts per topic."""
        shares: dict[str, dict[Value, float]] = {}
        for topic, own in texts.items():
            counts: dict[Value, int] = {}
            for text in own:
                for value in facets.stated(text):
                    counts[value] = counts.get(value, 0) + 1
            shares[topic] = {value: count / len(own) for value, count in counts.items()}
        return cls(shares)

    def share(self, topic: str, value: Value) -> float:
        return self._shares.get(topic, {}).get(value, 0.0)

    def misses(self, stated: Iterable[Value], candidates: Sequence[str]) -> bool:
        """Whether the best candidate ignores a stated value that another candidate is about, or
        is itself about another value of that facet (a state school's head is no private teacher).
        """
        best, *others = candidates
        return any(
            self.share(best, value) < _NEVER
            and (
                any(self.share(other, value) > _OFTEN for other in others)
                or self._is_about_another(best, value)
            )
            for value in stated
        )

    def _is_about_another(self, topic: str, value: Value) -> bool:
        return any(
            share > _OFTEN and other.facet == value.facet and other != value
            for other, share in self._shares.get(topic, {}).items()
        )
