"""Evidence at rest: every file under a random name, encrypted under a random key of its own.

An object is a libsodium secretstream (XChaCha20-Poly1305): its header, then frames of one size.
In clear a frame is the length of its content (4 bytes), the content, and zeros. Frames without
content follow until a size class is reached, and the last frame alone carries the final tag, so
that a file which was cut, changed, put in another order or given another key does not open.
"""

import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import CryptoError

from bot.clock import Clock, SystemClock
from bot.keys.crypto import new_key
from bot.limits import EVIDENCE_FRAME
from bot.tips.evidence.objects import (
    EvidenceMissing,
    EvidenceUnavailable,
    Objects,
    in_parts,
    open_objects,
)

__all__ = [
    "EvidenceDamaged",
    "EvidenceMissing",
    "EvidenceStore",
    "EvidenceUnavailable",
    "StoredFile",
    "size_class",
]

_LENGTH_SIZE = 4
_CONTENT = EVIDENCE_FRAME - _LENGTH_SIZE
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_SEALED_FRAME = EVIDENCE_FRAME + bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class EvidenceDamaged(Exception):
    """The object was cut or changed, or the key is not its key."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file lies and what opens it. `size` and `sha256` (hex) are of the clear bytes."""

    object: str
    key: bytes
    size: int
    sha256: str


class EvidenceStore:
    """Files in a folder or a bucket, none of which its keeper can read.

    `url` is a folder, ``file://``, ``s3://``, ``gs://``, ``az://`` or ``memory://`` (tests);
    credentials of a bucket come from the environment, as its provider names them.
    Raises OperatorError if the address is of no use. A store that cannot be reached or written
    (also a full disk) raises OSError from every method.
    """

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self._objects: Objects = open_objects(url, clock or SystemClock())

    async def put(self, source: AsyncIterator[bytes] | bytes) -> StoredFile:
        """Store a file; on return it is safe on disk. A failure leaves nothing behind."""
        name, key = secrets.token_hex(16), new_key()
        clear = _Counted(_pieces(source) if isinstance(source, bytes) else source)
        await self._objects.write(name, _encrypt(clear, key))
        return StoredFile(name, key, clear.size, clear.digest.hexdigest())

    def open(self, name: str, key: bytes) -> AsyncGenerator[bytes]:
        """The file's clear bytes in order: ``async for part in store.open(name, key)``.

        Each part is authentic, but only the end of the iteration says that the file is whole.
        Raises EvidenceMissing, EvidenceDamaged.
        """
        return _decrypt(self._objects.read(name), key)

    async def read(self, name: str, key: bytes) -> bytes:
        """The whole file in clear. Raises EvidenceMissing, EvidenceDamaged."""
        return b"".join([part async for part in self.open(name, key)])

    async def delete(self, name: str) -> None:
        """Remove an object; one that is already gone is no error."""
        await self._objects.delete(name)

    async def names(self, older_than_days: int) -> list[str]:
        """Objects whose day of storing lies at least so many days back, for the orphan sweep.

        Also names what a process that was killed in mid-writing left behind.
        """
        return await self._objects.names(older_than_days)

    async def belongs_to(self, database: bytes) -> bool:
        """Whether this is the store of the database with this id; the first one claims it."""
        return await self._objects.claim(database) == database


class _Counted:
    """The bytes that pass through, counted and hashed."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self.size = 0
        self.digest = hashlib.sha256()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._source:
            self.size += len(part)
            self.digest.update(part)
            yield part


def size_class(frames: int) -> int:
    """How many frames are stored for so many frames of content: at most a tenth more."""
    size = 1
    while size < frames:
        size = max(size + 1, size * 11 // 10)
    return size


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _CONTENT):
        yield content[start : start + _CONTENT]


async def _encrypt(clear: _Counted, key: bytes) -> AsyncIterator[bytes]:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    yield bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    written, held = 0, b""
    async for part in in_parts(aiter(clear), _CONTENT):
        if written:  # one frame is held back: the last one carries the final tag
            yield _seal(state, held, _MESSAGE)
        held, written = part, written + 1
    for _ in range(size_class(written) - max(written, 1)):
        yield _seal(state, held, _MESSAGE)
        held = b""
    yield _seal(state, held, _FINAL)


async def _decrypt(stored: AsyncGenerator[bytes], key: bytes) -> AsyncGenerator[bytes]:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    tag = None
    async for part in in_parts(stored, _SEALED_FRAME, first=_HEADER):
        if tag is None:
            tag = _start(state, part, key)
            continue
        if tag == _FINAL:
            raise EvidenceDamaged("more after the end")
        content, tag = _unseal(state, part)
        if content:
            yield content
    if tag != _FINAL:
        raise EvidenceDamaged("cut short")


def _start(
    state: bindings.crypto_secretstream_xchacha20poly1305_state, header: bytes, key: bytes
) -> int:
    if len(header) != _HEADER:
        raise EvidenceDamaged("cut short")
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    return _MESSAGE


def _seal(
    state: bindings.crypto_secretstream_xchacha20poly1305_state, content: bytes, tag: int
) -> bytes:
    clear = len(content).to_bytes(_LENGTH_SIZE, "big") + content
    return bindings.crypto_secretstream_xchacha20poly1305_push(
        state, clear.ljust(EVIDENCE_FRAME, b"\0"), tag=tag
    )


def _unseal(
    state: bindings.crypto_secretstream_xchacha20poly1305_state, sealed: bytes
) -> tuple[bytes, int]:
    """The content of a frame and its tag."""
    if len(sealed) != _SEALED_FRAME:
        raise EvidenceDamaged("cut short")
    try:
        clear, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed)
    except (CryptoError, RuntimeError) as error:
        raise EvidenceDamaged("changed, or not its key") from error
    length = int.from_bytes(clear[:_LENGTH_SIZE], "big")
    return clear[_LENGTH_SIZE : _LENGTH_SIZE + length], tag
