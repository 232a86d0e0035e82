"""Where encrypted evidence lies: a folder of this machine, or a bucket through obstore.

The folder is written here and not through obstore, because the order matters: the file's bytes
reach the disk first, then its name appears, then the name reaches the disk.
"""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from io import BufferedWriter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from bot.clock import Clock
from bot.errors import OperatorError
from bot.limits import EVIDENCE_BLOCK, EVIDENCE_PART, ZONE

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

_NAME = re.compile(r"[0-9a-f]{32}(\.part)?")
_OWNER = "owner"  # the object that tells whose the others are
_BUCKETS = ("s3", "gs", "az", "memory")
_RETRIES: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=30)}


class EvidenceMissing(Exception):
    """No such object (any more)."""


class EvidenceUnavailable(OSError):
    """The object store cannot be reached or refuses the request."""


class Objects(Protocol):
    """Named byte strings, written whole or not at all."""

    async def write(self, name: str, content: AsyncIterator[bytes]) -> None: ...

    def read(self, name: str) -> AsyncGenerator[bytes]: ...

    async def delete(self, name: str) -> None: ...

    async def names(self, older_than_days: int) -> list[str]: ...

    async def claim(self, owner: bytes) -> bytes:
        """Whose the objects are: ``owner``'s, unless somebody else claimed them before."""
        ...


def open_objects(url: str, clock: Clock) -> Objects:
    """The folder or bucket behind an address. Raises OperatorError."""
    parts = urlsplit(url)
    if parts.scheme in _BUCKETS:
        return BucketObjects(url, clock)
    if parts.scheme == "file":
        return FolderObjects(Path(unquote(parts.path)), clock)
    if "://" in url:
        raise OperatorError(
            f"EVIDENCE_URL tidak dikenal: {parts.scheme}://. "
            "Pakai folder, s3://, gs://, atau az://."
        )
    return FolderObjects(Path(url), clock)


class FolderObjects:
    """One file an object, dated by the day only."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OperatorError(
                f"Folder bukti {path} tidak dapat dibuat: {error.strerror}. "
                "Ubah EVIDENCE_URL atau izin foldernya."
            ) from error

    async def write(self, name: str, content: AsyncIterator[bytes]) -> None:
        """Write, sync, name, sync. Raises OSError, and then nothing is left."""
        whole, part = self._file(name), self._file(f"{name}.part")
        try:
            with await asyncio.to_thread(_new_file, part) as file:
                async for block in in_parts(content, EVIDENCE_BLOCK):
                    await asyncio.to_thread(file.write, block)
                await asyncio.to_thread(_settle, file)
            await asyncio.to_thread(self._publish, part, whole)
        except BaseException:
            part.unlink(missing_ok=True)
            whole.unlink(missing_ok=True)
            raise

    async def read(self, name: str) -> AsyncGenerator[bytes]:
        try:
            file = await asyncio.to_thread(self._file(name).open, "rb")
        except FileNotFoundError as error:
            raise EvidenceMissing(name) from error
        with file:
            while block := await asyncio.to_thread(file.read, EVIDENCE_BLOCK):
                yield block

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._remove, self._file(name))

    async def names(self, older_than_days: int) -> list[str]:
        latest = self._clock.today() - timedelta(days=older_than_days)
        return await asyncio.to_thread(self._dated_until, latest)

    async def claim(self, owner: bytes) -> bytes:
        return await asyncio.to_thread(self._claimed, owner)

    def _claimed(self, owner: bytes) -> bytes:
        mark, part = self._path / _OWNER, self._path / f".{_OWNER}.{secrets.token_hex(8)}"
        with suppress(FileNotFoundError):
            return mark.read_bytes()
        try:
            with _new_file(part) as file:
                file.write(owner)
                _settle(file)
            with suppress(FileExistsError):
                os.link(part, mark)
        finally:
            part.unlink(missing_ok=True)
        self._sync_folder()
        return mark.read_bytes()

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise EvidenceMissing(name)
        return self._path / name

    def _publish(self, part: Path, whole: Path) -> None:
        midnight = datetime.combine(self._clock.today(), time(), ZONE).timestamp()
        os.utime(part, (midnight, midnight))
        part.rename(whole)
        self._sync_folder()

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._sync_folder()

    def _dated_until(self, latest: date) -> list[str]:
        with os.scandir(self._path) as entries:
            return sorted(
                entry.name
                for entry in entries
                if _NAME.fullmatch(entry.name) and _day(entry.stat().st_mtime) <= latest
            )

    def _sync_folder(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class BucketObjects:
    """Objects of S3, Google Cloud Storage or Azure, or (for tests) of this process's memory."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        with _errors_for_operators(url):
            from obstore.store import MemoryStore, from_url

            in_memory = url.startswith("memory:")
            self._store: ObjectStore = (
                MemoryStore() if in_memory else from_url(url, retry_config=_RETRIES)
            )

    async def write(self, name: str, content: AsyncIterator[bytes]) -> None:
        import obstore

        with _store_errors():
            await obstore.put_async(
                self._store,
                name,
                in_parts(content, EVIDENCE_PART),
                chunk_size=EVIDENCE_PART,
                max_concurrency=1,
            )

    async def read(self, name: str) -> AsyncGenerator[bytes]:
        import obstore

        with _store_errors():
            found = await obstore.get_async(self._store, name)
            async for block in found.stream(EVIDENCE_BLOCK):
                yield bytes(block)

    async def delete(self, name: str) -> None:
        import obstore

        with suppress(EvidenceMissing), _store_errors():
            await obstore.delete_async(self._store, name)

    async def names(self, older_than_days: int) -> list[str]:
        import obstore

        latest = self._clock.today() - timedelta(days=older_than_days)
        with _store_errors():
            found = [one async for lot in obstore.list(self._store) for one in lot]
        return sorted(
            one["path"]
            for one in found
            if _NAME.fullmatch(one["path"]) and _day(one["last_modified"]) <= latest
        )

    async def claim(self, owner: bytes) -> bytes:
        import obstore
        from obstore.exceptions import AlreadyExistsError

        with _store_errors():
            with suppress(AlreadyExistsError):
                await obstore.put_async(
                    self._store, _OWNER, owner, mode="create", use_multipart=False
                )
            return bytes(await (await obstore.get_async(self._store, _OWNER)).bytes_async())


async def in_parts(
    source: AsyncIterator[bytes], size: int, first: int | None = None
) -> AsyncIterator[bytes]:
    """The same bytes in parts of `size` (the first of `first`); what is left over comes last."""
    kept, want = bytearray(), first or size
    async for piece in source:
        kept += piece
        while len(kept) >= want:
            yield bytes(kept[:want])
            del kept[:want]
            want = size
    if kept:
        yield bytes(kept)


def _new_file(path: Path) -> BufferedWriter:
    """For this user alone. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _settle(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())


def _day(moment: float | datetime) -> date:
    if isinstance(moment, datetime):
        return moment.astimezone(ZONE).date()
    return datetime.fromtimestamp(moment, ZONE).date()


@contextmanager
def _store_errors() -> Iterator[None]:
    """obstore's errors as ours; FileNotFoundError is its word for a missing object."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError as error:
        raise EvidenceMissing from error
    except BaseError as error:
        raise EvidenceUnavailable(type(error).__name__) from error


@contextmanager
def _errors_for_operators(url: str) -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, ValueError) as error:
        raise OperatorError(
            f"EVIDENCE_URL {urlsplit(url).scheme}:// tidak dapat dipakai: "
            f"{str(error).splitlines()[0]}. Periksa alamat dan kredensial penyimpanannya."
        ) from error
