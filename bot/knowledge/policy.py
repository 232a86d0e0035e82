"""From candidates with a calibrated chance to an outcome. Small on purpose: here doubt wins.

- A direct answer needs a chance above the threshold of its verdict; *boleh* and *bersyarat* need
  more than the others.
- A harsher candidate close behind turns the answer into a question (order: tidak, belum-jelas,
  bersyarat, boleh; info stands outside).
- A candidate that ignores something the message states is no direct answer.
- Two best candidates that differ in one declared facet, which the message does not state: ask back.
- Otherwise three curated questions, while one of them is likely enough; else keep quiet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Decision = Literal["answer", "ask_back", "menu", "abstain"]
_HARSHNESS = {"tidak": 3, "belum-jelas": 2, "bersyarat": 1, "boleh": 0}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``answer``: per verdict; ``menu``: chance that one of three is right; ``harsher``: the margin
    of scores within which a harsher candidate forbids a direct answer."""

    answer: Mapping[str, float]
    menu: float
    harsher: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the decision looks at. ``scores`` and ``verdicts`` belong to the candidates."""

    chance: float  # the best is right
    chance_of_three: float
    scores: Sequence[float]
    verdicts: Sequence[str]
    misses_facet: bool = False  # the message states what the best candidate never covers
    can_ask: bool = False  # the two best differ in one declared facet, not stated


def decide(evidence: Evidence, thresholds: Thresholds) -> Decision:
    if _is_sure(evidence, thresholds):
        return "answer"
    if evidence.chance_of_three < thresholds.menu:
        return "abstain"
    return "ask_back" if evidence.can_ask else "menu"


def _is_sure(evidence: Evidence, thresholds: Thresholds) -> bool:
    return (
        evidence.chance >= thresholds.answer[evidence.verdicts[0]]
        and not evidence.misses_facet
        and not _harsher_behind(evidence, thresholds.harsher)
    )


def _harsher_behind(evidence: Evidence, margin: float) -> bool:
    """Whether a candidate with a harsher verdict scores within the margin of the best."""
    best = _HARSHNESS.get(evidence.verdicts[0])
    if best is None:
        return False
    return any(
        _HARSHNESS.get(verdict, -1) > best and evidence.scores[0] - score < margin
        for verdict, score in zip(evidence.verdicts[1:], evidence.scores[1:], strict=True)
    )
