"""The trained model: what `content build` writes and start-up loads (one ``.npz``, no pickles)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.arrays import BROKEN
from bot.knowledge.calibration import Calibration, Logistic
from bot.knowledge.facets import Coverage
from bot.knowledge.features import Floats, Views, Vocabulary
from bot.knowledge.policy import Thresholds
from bot.knowledge.ridge import LexicalHead, Postings, VectorHead


@dataclass(frozen=True, slots=True)
class Opinion:
    """How to read scores: with the encoder's help or without."""

    calibration: Calibration
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Opinions:
    """``alone``: the lexical head. ``together``: both heads; None where there are no vectors."""

    alone: Opinion
    together: Opinion | None


@dataclass(frozen=True, slots=True)
class SecondHead:
    """The encoder's part: ``mean`` is subtracted from every vector first."""

    mean: Floats
    head: VectorHead


@dataclass(frozen=True, slots=True)
class Model:
    """``labels``: topics, then the out-of-scope classes. ``firsts``: where each label's examples
    start; examples are sorted by label."""

    stamp: str
    labels: tuple[str, ...]
    topics: int
    views: Views
    firsts: NDArray[np.int64]
    head: LexicalHead
    opinions: Opinions
    second: SecondHead | None
    coverage: Coverage = field(default_factory=lambda: Coverage({}))


def save(model: Model, path: Path) -> None:
    """Writes the artefact; a reader sees the old one or the new one, never half."""
    arrays: dict[str, Any] = {
        "meta": _bytes(json.dumps(_meta(model), sort_keys=True)),
        "typed": _bytes("\n".join(model.views.typed.names)),
        "typed_rarity": model.views.typed.rarity,
        "normalised": _bytes("\n".join(model.views.normalised.names)),
        "normalised_rarity": model.views.normalised.rarity,
        "firsts": model.firsts,
        "starts": model.head.postings.starts.astype(np.int32),
        "rows": model.head.postings.rows.astype(np.min_scalar_type(model.head.postings.count)),
        "values": model.head.postings.values.astype(np.float16),
        "alpha": model.head.alpha.astype(np.float16),
    }
    if model.second:
        arrays["mean"] = model.second.mean
        arrays["examples"] = model.second.head.examples.astype(np.float16)
        arrays["second"] = model.second.head.alpha.astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, **arrays)
    partial.replace(path)


def load(path: Path, stamp: str) -> Model | None:
    """The artefact, or None when it is missing, unreadable, or made from other content."""
    try:
        with path.open("rb") as file, np.load(file) as saved:
            meta = json.loads(bytes(saved["meta"]))
            return _read(saved, meta) if meta["stamp"] == stamp else None
    except BROKEN:
        return None


def _read(saved: Mapping[str, Any], meta: Mapping[str, Any]) -> Model:
    count = int(meta["examples"])
    postings = Postings(
        count,
        saved["starts"].astype(np.int64),
        saved["rows"].astype(np.int64),
        saved["values"].astype(np.float32),
    )
    typed = Vocabulary(_names(saved["typed"]), saved["typed_rarity"])
    normalised = Vocabulary(_names(saved["normalised"]), saved["normalised_rarity"])
    second = None
    if "mean" in saved:
        examples, alpha = (saved[name].astype(np.float32) for name in ("examples", "second"))
        second = SecondHead(saved["mean"], VectorHead(examples, alpha))
    return Model(
        meta["stamp"],
        tuple(meta["labels"]),
        meta["topics"],
        Views(typed, normalised),
        saved["firsts"],
        LexicalHead(postings, saved["alpha"].astype(np.float32)),
        read_opinions(meta["opinions"]),
        second,
        Coverage.load(meta["coverage"]),
    )


def _meta(model: Model) -> dict[str, Any]:
    return {
        "stamp": model.stamp,
        "labels": model.labels,
        "topics": model.topics,
        "examples": model.head.postings.count,
        "opinions": opinions_data(model.opinions),
        "coverage": model.coverage.dump(),
    }


def opinions_data(opinions: Opinions) -> dict[str, Any]:
    """The form that is kept as JSON."""
    return {
        "alone": _opinion_data(opinions.alone),
        "together": _opinion_data(opinions.together) if opinions.together else None,
    }


def read_opinions(data: Mapping[str, Any]) -> Opinions:
    """From the form of `opinions_data`. Raises KeyError or TypeError for anything else."""
    together = data["together"]
    return Opinions(_opinion(data["alone"]), _opinion(together) if together else None)


def _opinion_data(opinion: Opinion) -> dict[str, Any]:
    thresholds = opinion.thresholds
    return {
        "first": _logistic_data(opinion.calibration.first),
        "three": _logistic_data(opinion.calibration.three),
        "answer": dict(thresholds.answer),
        "menu": thresholds.menu,
        "harsher": thresholds.harsher,
    }


def _opinion(data: Mapping[str, Any]) -> Opinion:
    return Opinion(
        Calibration(_logistic(data["first"]), _logistic(data["three"])),
        Thresholds(data["answer"], data["menu"], data["harsher"]),
    )


def _logistic_data(logistic: Logistic) -> list[float]:
    return [*map(float, logistic.weights), logistic.bias]


def _logistic(data: list[float]) -> Logistic:
    return Logistic(np.array(data[:-1], dtype=np.float32), data[-1])


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _names(data: NDArray[np.uint8]) -> list[str]:
    return bytes(data).decode().split("\n")
