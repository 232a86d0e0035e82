"""Files in the moderator room: shown from the evidence store, as nothing but what they are.

Only kinds that the rebuild makes are served, each under its own type; a room message holds a
file's object and key, never its bytes.
"""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.chat.files import FileGone
from bot.chat.messages import File

TYPES: Mapping[str, str] = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".txt": "text/plain; charset=utf-8",
}
_MADE: Mapping[str, str] = {".csv": "text/csv; charset=utf-8", ".zip": "application/zip"}
"""What we write ourselves (statistics, exports): saved, never shown."""
_NAME = re.compile(r"[a-z0-9-]{1,40}\.[a-z0-9]{1,5}")
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"


class KeptFiles(Protocol):
    """The evidence store, as far as the room reads it. Raises FileGone, OSError."""

    def open(self, name: str, key: bytes, /) -> AsyncIterator[bytes]: ...


def shown_as(file: File) -> str:
    """``image``, ``audio``, ``video``, or ``link`` for what opens in a page of its own."""
    family = TYPES.get(_suffix(file), "").partition("/")[0]
    return family if family in ("image", "audio", "video") else "link"


async def response(files: KeptFiles, file: File, asked_range: str | None) -> Response:
    """The file itself; a part of it where a player asks for one.

    404 for what is not ours or gone. Raises OSError while the store is away.
    """
    made = _MADE.get(_suffix(file))
    media_type = made or TYPES.get(_suffix(file))
    if media_type is None or not _NAME.fullmatch(file.name):
        raise HTTPException(404)
    content = await _content(files, file)
    headers = {
        "Content-Type": media_type,
        "Content-Disposition": f'{"attachment" if made else "inline"}; filename="{file.name}"',
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Accept-Ranges": "bytes",
    }
    return _part(content, asked_range, headers) or Response(content, headers=headers)


async def _content(files: KeptFiles, file: File) -> bytes:
    """From the store, or from the message itself where it is small (a picture of numbers)."""
    if file.kept is None:
        if not file.content:
            raise HTTPException(404)
        return file.content
    name, key = file.kept
    try:
        return b"".join([part async for part in files.open(name, bytes.fromhex(key))])
    except FileGone:
        raise HTTPException(404) from None


def _part(content: bytes, asked: str | None, headers: dict[str, str]) -> Response | None:
    """One range of bytes (Safari plays nothing without it); None for the whole."""
    match = _RANGE.fullmatch(asked or "")
    if match is None or int(match[1]) >= len(content):
        return None
    start = int(match[1])
    end = min(int(match[2] or len(content) - 1), len(content) - 1)
    if end < start:
        return None
    there = {"Content-Range": f"bytes {start}-{end}/{len(content)}"}
    return Response(content[start : end + 1], 206, headers | there)


def _suffix(file: File) -> str:
    return "." + file.name.rpartition(".")[2]
