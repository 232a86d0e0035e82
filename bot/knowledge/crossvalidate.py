"""Leave one voice out: every phrasing judged by a matcher that never saw its voice.

The best forecast of what strangers' questions will score. It costs about as much as `content
build`. Rules before retrieval take no part.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bot.knowledge.askback import AskBack, load_ask_backs
from bot.knowledge.building import Material
from bot.knowledge.encoder import load_vectors
from bot.knowledge.evaluate import Asked, Scored, share, table
from bot.knowledge.examples import FAR, NEAR
from bot.knowledge.features import Floats
from bot.knowledge.matcher import Match
from bot.knowledge.model import Opinion
from bot.knowledge.policy import Evidence, decide
from bot.knowledge.topics import Topic
from bot.knowledge.training import (
    HeldOut,
    Prepared,
    averaged,
    chances_elsewhere,
    coverage_of,
    held_out,
    held_out_second,
    judge,
    opinions_of,
    prepare,
)

_KINDS = {NEAR: "near", FAR: "far"}


def report(content: Path, topics: Mapping[str, Topic]) -> str:
    """Figures of the lexical head alone and of both heads, and top-1 per voice."""
    material = Material.load(content, topics)
    prepared = prepare(material.examples, material.normaliser)
    vectors = load_vectors(material.kept[0])
    alone, other = held_out(prepared), held_out_second(prepared, vectors)
    opinions = opinions_of(prepared, material.verdicts, alone, other)
    simulation = _Simulation(material, prepared, topics)
    scored = simulation.run(alone, opinions.alone)
    parts = [table("Tanpa enkoder", scored, topics)]
    if other is not None and opinions.together:
        scored = simulation.run(averaged(alone, other), opinions.together)
        parts.append(table("Dengan enkoder", scored, topics))
    return "\n\n".join([*parts, _by_voice(prepared, scored)])


class _Simulation:
    """The policy on held-out scores."""

    def __init__(self, material: Material, prepared: Prepared, topics: Mapping[str, Topic]) -> None:
        self.topics = topics
        self._material = material
        self._prepared = prepared
        self._coverage = coverage_of(prepared, material.facets)
        self._asks: Mapping[frozenset[str], AskBack] = load_ask_backs(
            material.content / "faq" / "ask-back.yaml", topics
        )

    def run(self, heldout: HeldOut, opinion: Opinion) -> list[Scored]:
        found = judge(self._prepared, heldout)
        first, three = chances_elsewhere(self._prepared, found)
        return [
            self._scored(number, found.order[number], heldout.scores[number], chances, opinion)
            for number, chances in enumerate(zip(first.tolist(), three.tolist(), strict=True))
        ]

    def _scored(
        self,
        number: int,
        order: "np.ndarray[tuple[int], np.dtype[np.int64]]",
        scores: Floats,
        chances: tuple[float, float],
        opinion: Opinion,
    ) -> Scored:
        example = self._prepared.examples[number]
        text = self._prepared.cleaned[number]
        candidates = tuple(self._prepared.labels[place] for place in order)
        ask = self._asks.get(frozenset(candidates[:2]))
        can_ask = ask is not None and not ask.is_stated(text)
        evidence = Evidence(
            *chances,
            [float(scores[place]) for place in order],
            [self._material.verdicts[topic] for topic in candidates],
            self._coverage.misses(self._material.facets.stated(text), candidates),
            can_ask,
        )
        outcome = decide(evidence, opinion.thresholds)
        topic = candidates[0] if outcome == "answer" else None
        match = Match(outcome, topic, candidates, chances[0], ask=ask if can_ask else None)
        kind = _KINDS.get(example.label, "in")
        named = (example.label,) if kind == "in" else ()
        return Scored(Asked(example.text, named, kind), match, 0.0)


def _by_voice(prepared: Prepared, scored: list[Scored]) -> str:
    groups: defaultdict[str, list[Scored]] = defaultdict(list)
    for voice, item in zip(prepared.voices, scored, strict=True):
        if item.asked.kind == "in":
            groups[voice].append(item)
    lines = ["suara                 n  top-1"]
    for voice, items in sorted(groups.items()):
        top = share(items, lambda item: any(item.ranks[:1])).value
        lines.append(f"{voice:18s} {len(items):4d}  {top:.3f}")
    return "\n".join(lines)
