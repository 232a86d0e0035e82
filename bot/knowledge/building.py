"""From content files to a trained model: what start-up loads and what `content build` makes.

Three files lie beside the topics and are kept with them, all made by `build`:
`phrasing-vectors.npz` (the encoder's vectors of all texts), `matcher-calibration.json`
(calibration and thresholds) and `matcher.npz` (the model). When phrasings change, the first two
stay usable, only less exact; the model does not: another one is trained into a cache at start.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ContentError
from bot.knowledge import model as artefact
from bot.knowledge.encoder import VECTORS_FILE, Encoder, complete, load_vectors, save_vectors
from bot.knowledge.examples import Example, load_out_of_scope, topic_examples
from bot.knowledge.facets import Facets
from bot.knowledge.model import Model, Opinions
from bot.knowledge.normalise import Normaliser, clean, load_slang
from bot.knowledge.topics import Topic
from bot.knowledge.training import calibrate, prepare, stamp_of, train

MODEL_FILE = "matcher.npz"
CALIBRATION_FILE = "matcher-calibration.json"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a model is made of."""

    content: Path
    examples: Sequence[Example]
    verdicts: Mapping[str, str]
    normaliser: Normaliser
    facets: Facets

    @classmethod
    def load(cls, content: Path, topics: Mapping[str, Topic]) -> "Material":
        """Raises `ContentError`."""
        return cls(
            content,
            [*topic_examples(topics), *load_out_of_scope(content / "out-of-scope.tsv")],
            {topic.id: topic.verdict for topic in topics.values()},
            Normaliser(load_slang(content / "slang.tsv")),
            Facets.load(content / "facets.yaml"),
        )

    @property
    def kept(self) -> tuple[Path, Path]:
        """The vectors and the calibration."""
        return self.content / VECTORS_FILE, self.content / CALIBRATION_FILE

    def stamp(self) -> str:
        return stamp_of(
            self.examples,
            self.normaliser.table,
            self.verdicts,
            self.facets,
            self.kept,
            Encoder.is_installed(),
        )


def load_or_train(material: Material, cache: Path) -> Model:
    """The model that belongs to this content: shipped with it, from the cache, or trained now."""
    stamp = material.stamp()
    path = cache / MODEL_FILE
    found = artefact.load(material.content / MODEL_FILE, stamp) or artefact.load(path, stamp)
    if found is None:
        artefact.save(_train(material, stamp), path)
        found = artefact.load(path, stamp)
    if found is None:
        raise ContentError(f"{path}:1: bobot pencocok tidak dapat disimpan atau dibaca lagi.")
    return found


def build(content: Path, topics: Mapping[str, Topic]) -> None:
    """Vectors (where the encoder is installed), calibration and model, all made anew.

    One to five minutes, most of it for texts that have no vector yet.
    """
    material = Material.load(content, topics)
    vectors_path, calibration_path = material.kept
    vectors = load_vectors(vectors_path)
    if encoder := Encoder.load():
        vectors = complete(vectors, (clean(item.text) for item in material.examples), encoder)
        save_vectors(vectors_path, vectors)
    prepared = prepare(material.examples, material.normaliser)
    opinions = calibrate(prepared, material.verdicts, vectors)
    text = json.dumps(artefact.opinions_data(opinions), indent=1, sort_keys=True)
    calibration_path.write_text(text + "\n", encoding="utf-8")
    stamp = material.stamp()
    artefact.save(_train(material, stamp), content / MODEL_FILE)


def _train(material: Material, stamp: str) -> Model:
    vectors_path, calibration_path = material.kept
    prepared = prepare(material.examples, material.normaliser)
    vectors = load_vectors(vectors_path) if Encoder.is_installed() else {}
    opinions = _kept_opinions(calibration_path)
    if opinions is None:
        opinions = calibrate(prepared, material.verdicts, vectors)
    return train(prepared, material.facets, vectors, opinions, stamp)


def _kept_opinions(path: Path) -> Opinions | None:
    """The kept calibration, None when there is none. Raises `ContentError`."""
    if not path.exists():
        return None
    try:
        return artefact.read_opinions(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise ContentError(f"{path}:1: berkas rusak; buat lagi dengan: content build.") from error
