"""Receipts: six words that open a thread, and that nobody can restore.

Five words and a half carry 60 secret bits, the last six bits check the rest, so that a typing
error is noticed before Argon2 is paid for. Only the first four letters of a word count.
"""

import asyncio
import re
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from nacl.pwhash import argon2id

from bot.errors import ContentError
from bot.keys.crypto import keyed_hash, new_key_pair, subkey, unwrap, wrap
from bot.limits import ARGON2_MEMORY, ARGON2_PASSES, RECEIPT_WORDS, RECEIPTS_WAITING

PREFIX = 4
LIST_SIZE = 2_048
_BITS = 11
_CHECK_BITS = 6
_NOISE = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt derives: ``lookup`` finds the row, ``key`` opens it."""

    lookup: bytes = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewThread:
    """A thread's public key, and its secret half under the receipt."""

    public_key: bytes = field(repr=False)
    lookup: bytes = field(repr=False)
    secret: bytes = field(repr=False)


class ReceiptWords:
    """The word list, and receipts made of it."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._by_prefix = {word[:PREFIX]: place for place, word in enumerate(self.words)}

    @classmethod
    def load(cls, path: Path) -> "ReceiptWords":
        """One word a line. Raises `ContentError` unless the list is full and unambiguous."""
        words = path.read_text(encoding="utf-8").split()
        prefixes: dict[str, int] = {}
        for line, word in enumerate(words, 1):
            if not re.fullmatch(r"[a-z]{4,8}", word):
                raise ContentError(f"{path}:{line}: {word!r} harus 4 sampai 8 huruf kecil.")
            if word[:PREFIX] in prefixes:
                first = prefixes[word[:PREFIX]]
                raise ContentError(
                    f"{path}:{line}: empat huruf awal {word!r} sama dengan baris {first}."
                )
            prefixes[word[:PREFIX]] = line
        if len(words) != LIST_SIZE:
            raise ContentError(
                f"{path}:{len(words)}: daftar harus {LIST_SIZE} kata, bukan {len(words)}."
            )
        return cls(words)

    def draw(self) -> str:
        """A new receipt, as shown to the person."""
        return self.encode(secrets.randbits(RECEIPT_WORDS * _BITS - _CHECK_BITS))

    def encode(self, secret: int) -> str:
        number = secret << _CHECK_BITS | _check(secret)
        places = [number >> shift & (LIST_SIZE - 1) for shift in _shifts()]
        return " ".join(self.words[place] for place in places)

    def read(self, text: str) -> str | None:
        """The receipt inside what a person typed or pasted, or None.

        Capitals, commas, numbering and shortened words (four letters or more) do no harm, and
        neither does a frame of other words around it.
        """
        places = [self._by_prefix.get(word[:PREFIX]) for word in _NOISE.split(text.lower()) if word]
        for start in range(len(places) - RECEIPT_WORDS + 1):
            window = places[start : start + RECEIPT_WORDS]
            if (receipt := self._valid(window)) is not None:
                return receipt
        return None

    def _valid(self, places: Sequence[int | None]) -> str | None:
        number = 0
        for place in places:
            if place is None:
                return None
            number = number << _BITS | place
        secret, check = number >> _CHECK_BITS, number & ((1 << _CHECK_BITS) - 1)
        return self.encode(secret) if _check(secret) == check else None


class Crowded(Exception):
    """Too many tries of one channel are waiting; the person is asked to come again later."""


class ReceiptKeeper:
    """Turns receipts into keys, one at a time and off the event loop (64 MiB, about 0.3 s each).

    Each channel waits in a queue of its own and the queues take turns, so that a crowd on one
    channel does not hold up the others.
    """

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._busy = False
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def keys(self, receipt: str, channel: str = "") -> ReceiptKeys:
        """What a receipt that somebody typed derives. Raises `Crowded`."""
        if len(self._waiting.get(channel, ())) >= RECEIPTS_WAITING:
            raise Crowded
        return await self._keys(receipt, channel)

    async def new_thread(self, receipt: str, channel: str = "") -> NewThread:
        """A thread under a new receipt; never refused, because its tip is about to be stored."""
        keys = await self._keys(receipt, channel)
        secret, public = new_key_pair()
        return NewThread(public, keys.lookup, wrap(keys.key, secret, "thread"))

    async def _keys(self, receipt: str, channel: str) -> ReceiptKeys:
        await self._turn(channel)
        try:
            root = await asyncio.to_thread(_derive, receipt, self._salt)
        finally:
            self._next()
        return ReceiptKeys(keyed_hash(root, "", "receipt lookup"), subkey(root, "receipt key"))

    async def _turn(self, channel: str) -> None:
        if not self._busy:
            self._busy = True
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(channel, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._next()  # the turn came while its owner left
            raise

    def _next(self) -> None:
        """Give the turn to the channel that had none for longest."""
        while self._waiting:
            channel = next(iter(self._waiting))
            queue = self._waiting.pop(channel)
            first = queue.popleft()
            if queue:
                self._waiting[channel] = queue  # at the end of the round
            if not first.done():
                first.set_result(None)
                return
        self._busy = False


def open_thread(keys: ReceiptKeys, secret: bytes) -> bytes:
    """The thread's secret key. Raises `SealError`."""
    return unwrap(keys.key, secret, "thread")


def _derive(receipt: str, salt: bytes) -> bytes:
    prefixes = " ".join(word[:PREFIX] for word in receipt.split())
    return argon2id.kdf(
        32, prefixes.encode(), salt[: argon2id.SALTBYTES], ARGON2_PASSES, ARGON2_MEMORY
    )


def _shifts() -> range:
    return range((RECEIPT_WORDS - 1) * _BITS, -1, -_BITS)


def _check(secret: int) -> int:
    digest = blake2b(secret.to_bytes(8, "big"), digest_size=1, person=b"receipt").digest()
    return digest[0] >> (8 - _CHECK_BITS)
