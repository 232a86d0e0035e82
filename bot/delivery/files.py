"""Files between channels and the evidence store: a tip's files for its desk, and uploads.

The worker calls `FileReader.read` for each entry of ``content["files"]`` after the card, one at a
time (a file may have 40 MB), and sends it as ``Outgoing(text, files=(named(number, file, data),))``
with ``protected=True``.
"""

import errno
import hashlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from bot.chat.files import FileGone
from bot.chat.messages import File
from bot.disk import free_bytes
from bot.limits import DISK_FREE_MIN
from bot.tips.evidence.storage import (
    EvidenceDamaged,
    EvidenceMissing,
    EvidenceStore,
    StoredFile,
)


class FileLost(Exception):
    """The file is gone or not what was stored: sending it again later is useless."""


class FileReader(Protocol):
    async def read(self, file: Mapping[str, Any], /) -> bytes:
        """The bytes of one entry of ``content["files"]``.

        Raises FileLost, and OSError while the store cannot be reached (try again later).
        """
        ...


class Files:
    """`FileReader` over the evidence store; what is read is what was hashed when it was made."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store

    async def read(self, file: Mapping[str, Any], /) -> bytes:
        try:
            content = await self._store.read(file["object"], bytes.fromhex(file["key"]))
        except (EvidenceMissing, EvidenceDamaged) as error:
            raise FileLost from error
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise FileLost
        return content


class Uploads:
    """The store as the web channel uses it; takes nothing more before the disk is full.

    ``folder`` is where the store lies, None for a bucket.
    """

    def __init__(self, store: EvidenceStore, folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, source: AsyncIterator[bytes], /) -> StoredFile:
        """Raises OSError: ENOSPC when there is no room, else when the store is away."""
        if self._folder and free_bytes(self._folder) < DISK_FREE_MIN:
            raise OSError(errno.ENOSPC, "no room for evidence")
        return await self._store.put(source)

    async def delete(self, name: str, /) -> None:
        await self._store.delete(name)

    async def open(self, name: str, key: bytes, /) -> AsyncIterator[bytes]:
        """Raises FileGone for what is deleted or damaged, OSError."""
        try:
            async for part in self._store.open(name, key):
                yield part
        except (EvidenceMissing, EvidenceDamaged):
            raise FileGone from None


def named(number: int, file: Mapping[str, Any], content: bytes) -> File:
    """The file to send, ``berkas-1.jpg``: nothing of its former name, numbered within the tip."""
    return File(f"berkas-{number}{file['suffix']}", content, (file["object"], file["key"]))
