"""The bot's side of the evidence rebuild: one file at a time, in a process of its own.

Neither the original nor the new file touches a disk: both lie in memory that has no name in any
folder (``memfd``), and are gone when they are closed or when the process ends, however it ends.
"""

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from bot.limits import EVIDENCE_IN_MAX, EVIDENCE_WALL
from bot.tips.evidence.kinds import MEDIA_TYPES, REFUSED, Rebuilt, Refused, TooSlow

_CHILD = "bot.tips.evidence.child"
_FOLDER = Path(__file__).resolve().parents[3]  # where the package `bot` lies
_BLOCK = 2**20
# C and C++ libraries abort when they get no memory.
_ENDED_BY_LIMIT = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGABRT)
_REPORT_MAX = 4_096
_WORD = re.compile(r"[a-z_]{1,40}")
_FIGURE = re.compile(r"[0-9.-]{1,20}")


class Rebuilder:
    """Rebuilds evidence, one file at a time: the others wait.

    `seconds` is how long one file may take; `child` names the module that is run (tests).
    """

    def __init__(self, seconds: float = EVIDENCE_WALL, child: str = _CHILD) -> None:
        self._seconds = seconds
        self._child = child
        self._turn = asyncio.Lock()

    async def rebuild(self, source: bytes | AsyncIterator[bytes]) -> tuple[Rebuilt, BinaryIO]:
        """The new file, open at its beginning, in memory; close it. Raises `Refused`.

        An error of the source is passed on. The source has to bring its own time limit: while
        it is read the other files wait.
        """
        async with self._turn:
            target = _nameless()
            try:
                with _nameless() as original, _nameless() as report:
                    await _fill(original, source)
                    status = await self._run(original.fileno(), target.fileno(), report.fileno())
                    said = _checked(os.pread(report.fileno(), _REPORT_MAX, 0), status)
                rebuilt = _believed(said, os.fstat(target.fileno()).st_size)
            except BaseException:
                target.close()
                raise
            target.seek(0)
            return rebuilt, target

    async def _run(self, *descriptors: int) -> int:
        """Run the child to its end; gives its exit status. Raises `TooSlow` if time is up."""
        process = await asyncio.create_subprocess_exec(
            *_python(self._child, *map(str, descriptors), str(os.getpid())),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=descriptors,
            start_new_session=True,
            cwd="/",
            env={"PYTHONPATH": str(_FOLDER), "MALLOC_ARENA_MAX": "2"},
        )
        try:
            return await asyncio.wait_for(process.wait(), self._seconds)
        except TimeoutError:
            raise TooSlow from None
        finally:
            await _end(process)


async def pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    """A rebuilt file in blocks, for whoever stores or sends it; closed at the end."""
    with file:
        while block := file.read(_BLOCK):
            yield block


def _python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with this interpreter, nothing of the user's about it."""
    bytecode = ["-B"] if sys.dont_write_bytecode else []
    return [sys.executable, "-s", "-P", *bytecode, "-m", module, *arguments]


def _nameless() -> BinaryIO:
    """A file without a name, in memory where the system can (Linux)."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("evidence", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()


async def _fill(original: BinaryIO, source: bytes | AsyncIterator[bytes]) -> None:
    """Write the source, counted. Raises `Refused` as soon as it is too large."""
    size = 0
    async for block in _blocks(source):
        size += len(block)
        if size > EVIDENCE_IN_MAX:
            raise Refused("too_large")
        original.write(block)
    if not size:
        raise Refused("empty")
    original.flush()
    original.seek(0)


async def _blocks(source: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    async for block in source:
        yield block


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave no process behind: the whole group is killed, also when we are cancelled."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _checked(report: bytes, status: int) -> dict[str, Any]:
    """The report of a child that ended as it should. Raises `Refused` for any other end.

    The child has read a hostile file: what it says is believed only where it fits.
    """
    if status in _ENDED_BY_LIMIT:
        raise Refused("too_heavy")
    try:
        said = json.loads(report)
        reason = said["reason"] if status == REFUSED else ""
    except (ValueError, LookupError, TypeError):
        raise Refused("unreadable") from None
    if status == REFUSED and _WORD.fullmatch(str(reason)):
        raise Refused(reason)
    if status != 0 or not isinstance(said, dict):
        raise Refused("unreadable")
    return said


def _believed(said: dict[str, Any], size: int) -> Rebuilt:
    """The result, with the size that the new file really has."""
    suffix, detail = str(said.get("suffix")), said.get("detail")
    if size == 0 or suffix not in MEDIA_TYPES or not isinstance(detail, dict):
        raise Refused("unreadable")
    if not all(_WORD.fullmatch(k) and _FIGURE.fullmatch(str(v)) for k, v in detail.items()):
        raise Refused("unreadable")
    kind, media_type = MEDIA_TYPES[suffix]
    return Rebuilt(kind, suffix, media_type, size, detail)
