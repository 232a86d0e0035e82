"""How sure to be: the chance that the best topic is right, and that one of the best three is.

Two logistic models over a handful of signals, fitted on scores of held-out voices only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.features import Floats

Booleans = NDArray[np.bool_]
SIGNALS = 10
_STEPS = 30
_SHRINK = 1.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What the calibration looks at, one row per message, and the topics best first."""

    order: NDArray[np.int64]  # (n, 3)
    values: Floats  # (n, SIGNALS)


def signals(scores: Floats, nearest: Floats, topics: int, words: Sequence[int]) -> Signals:
    """``scores`` and ``nearest`` (the cosine of the closest example) per class: ``(n, classes)``.

    The first ``topics`` classes are topics, the others lie out of scope.
    """
    inside, outside = scores[:, :topics], scores[:, topics:].max(axis=1)
    rows = np.arange(len(scores))[:, None]
    few = min(3, topics)
    order = np.argpartition(-inside, few - 1, axis=1)[:, :few]
    order = order[rows, np.argsort(-inside[rows, order], axis=1, kind="stable")]
    best = inside[rows, order]
    second, third = best[:, min(1, few - 1)], best[:, few - 1]
    close = nearest[rows, order]
    others = nearest[:, topics:].max(axis=1)
    length = np.log1p(np.asarray(words, dtype=np.float32))
    top = best[:, 0]
    values = np.stack(
        [
            top,
            top - second,
            second - third,
            outside,
            top - outside,
            close[:, 0],
            close[:, 0] - others,
            length,
            top * top,
            best.sum(axis=1),
        ],
        axis=1,
    )
    return Signals(order, values.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Logistic:
    """``chance = 1 / (1 + exp(-(values @ weights + bias)))`` on standardised values."""

    weights: Floats
    bias: float

    @classmethod
    def fit(cls, values: Floats, right: Booleans, importance: Floats) -> "Logistic":
        """Newton's method with a ridge; ``importance`` weighs each row."""
        mean = values.mean(axis=0, dtype=np.float64)
        spread = values.std(axis=0, dtype=np.float64) + 1e-6
        design = np.column_stack([(values - mean) / spread, np.ones(len(values))])
        shrink = np.full(design.shape[1], _SHRINK)
        shrink[-1] = 1e-6
        weights = np.zeros(design.shape[1])
        for _ in range(_STEPS):
            chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
            slope = design.T @ (importance * (right - chance)) - shrink * weights
            curve = importance * np.maximum(chance * (1 - chance), 1e-6)
            step = np.linalg.solve((design * curve[:, None]).T @ design + np.diag(shrink), slope)
            weights += step
            if np.abs(step).max() < 1e-8:
                break
        plain = weights[:-1] / spread
        return cls(plain.astype(np.float32), float(weights[-1] - plain @ mean))

    def chance(self, values: Floats) -> Floats:
        sums = np.clip(values @ self.weights + self.bias, -30, 30)
        result: Floats = (1 / (1 + np.exp(-sums))).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Calibration:
    """``first``: the best topic is right; ``three``: the right one is among the best three."""

    first: Logistic
    three: Logistic

    @classmethod
    def fit(
        cls, found: Signals, truth: NDArray[np.int64], topics: int, outside_weight: float
    ) -> "Calibration":
        importance = np.where(truth < topics, 1.0, outside_weight).astype(np.float32)
        hits = found.order == truth[:, None]
        return cls(
            Logistic.fit(found.values, hits[:, 0], importance),
            Logistic.fit(found.values, hits.any(axis=1), importance),
        )
