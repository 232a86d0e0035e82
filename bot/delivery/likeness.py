"""Copies of one text, recognised from signatures in memory; no text is kept.

A signature is a MinHash (A. Broder, 1997) of the text's character 5-grams, hashed with random
numbers of this process, so that it tells nothing to anybody else. Signatures are compared only
within one set of hard facts (place, day, numbers in the text): a text with another date or TPS
number speaks of something else.
"""

import re
import secrets
from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.limits import LIKENESS_HOURS, LIKENESS_KEPT, LIKENESS_SAME

_SHINGLE = 5  # characters
_HASHES = 128
_BAND = 4  # hashes; 32 bands find all but one in 100,000 of the pairs that are .75 alike
_PRIME = 2**31 - 1
_WORDS = re.compile(r"[^\W_]+")
_NUMBERS = re.compile(r"\d+")

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Signature:
    """``facts``: a keyed hash of what must be equal; ``hashes``: the least of each kind."""

    facts: bytes
    hashes: Hashes


class Signer:
    """Makes signatures that only the same signer's can be compared with."""

    def __init__(self) -> None:
        random = np.random.default_rng(secrets.randbits(128))
        self._key = secrets.token_bytes(16)
        self._factors = random.integers(1, _PRIME, (_HASHES, 1), dtype=np.uint64)
        self._offsets = random.integers(0, _PRIME, (_HASHES, 1), dtype=np.uint64)

    def sign(self, text: str, *facts: Hashable) -> Signature | None:
        """None for a text too short to say anything."""
        plain = " ".join(_WORDS.findall(text.casefold()))
        if len(plain) < 4 * _SHINGLE:
            return None
        numbers = sorted(_NUMBERS.findall(plain))
        hard = blake2b(repr((facts, numbers)).encode(), key=self._key, digest_size=16).digest()
        data = plain.encode()
        shingles = {crc32(data[at : at + _SHINGLE]) for at in range(len(data) - _SHINGLE + 1)}
        values = np.fromiter(shingles, np.uint64, len(shingles)) % _PRIME
        mixed = (self._factors * values + self._offsets) % _PRIME
        return Signature(hard, mixed.min(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    case: str
    at: float
    signature: Signature
    bands: tuple[tuple[bytes, int, bytes], ...]


class Likeness:
    """What came to one desk in the last hours, each text under the first case that had it.

    Copies are remembered too, so that those who mistype a copy are recognised by one another.
    """

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque()
        self._by_band: dict[tuple[bytes, int, bytes], list[_Entry]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._entries)

    def first_like(self, signature: Signature, now: float) -> str | None:
        """The case whose text this is a copy of, the most alike of them."""
        self.forget(now)
        near = {id(e): e for band in _bands(signature) for e in self._by_band.get(band, ())}
        alike = ((_similarity(e.signature, signature), e.case) for e in near.values())
        similarity, case = max(alike, default=(0.0, ""))
        return case if similarity >= LIKENESS_SAME else None

    def remember(self, case: str, signature: Signature, now: float) -> None:
        """``case``: the first one with this text."""
        entry = _Entry(case, now, signature, _bands(signature))
        self._entries.append(entry)
        for band in entry.bands:
            self._by_band[band].append(entry)
        self.forget(now)

    def drop(self, case: str) -> None:
        """Nothing can be a copy of this case any more."""
        for entry in [e for e in self._entries if e.case == case]:
            self._entries.remove(entry)
            self._unlink(entry)

    def forget(self, now: float) -> None:
        """Leave out what is too old or too much."""
        oldest = now - 3600 * LIKENESS_HOURS
        while self._entries and (
            self._entries[0].at < oldest or len(self._entries) > LIKENESS_KEPT
        ):
            self._unlink(self._entries.popleft())

    def _unlink(self, entry: _Entry) -> None:
        for band in entry.bands:
            self._by_band[band].remove(entry)
            if not self._by_band[band]:
                del self._by_band[band]


def _similarity(one: Signature, other: Signature) -> float:
    """The share of equal hashes estimates the share of equal 5-grams."""
    return float(np.mean(one.hashes == other.hashes))


def _bands(signature: Signature) -> tuple[tuple[bytes, int, bytes], ...]:
    rows = signature.hashes.reshape(-1, _BAND)
    return tuple((signature.facts, place, row.tobytes()) for place, row in enumerate(rows))
