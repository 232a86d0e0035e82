"""Planted marks: words that no rebuilt file may carry, and the search for them.

A mark is ``TANDA-`` and a word naming the place where it was planted. The search reads the bytes
as they are, as UTF-16, in base64 and hexadecimal, inflated from every zlib stream, and unpacked
from every zip.
"""

import base64
import io
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator

import pytest

_MARK = re.compile(rb"TANDA-[a-z]+")
_ZLIB = re.compile(rb"[\x08-\x78][\x01\x5e\x9c\xda]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){10,}")
_INFLATED_MAX = 2**20
_DEPTH = 3


def mark(place: str) -> str:
    """The mark to plant in a place, in small letters."""
    return f"TANDA-{place}"


def found(content: bytes) -> set[str]:
    """Every mark in a file, however it is packed, as the names of the places."""
    marks: set[str] = set()
    for layer in _layers(content, _DEPTH):
        for view in (layer, layer.replace(b"\x00", b"")):
            marks |= {hit.decode().removeprefix("TANDA-") for hit in _MARK.findall(view)}
    return marks


def told_by_exiftool(content: bytes) -> str:
    """What an independent reader says of a file: unknown and embedded tags too."""
    program = shutil.which("exiftool")
    if not program:
        pytest.skip("exiftool is not installed")
    command = [program, "-a", "-u", "-U", "-ee", "-G1", "-s", "--ExifTool:all", "-"]
    told = subprocess.run(command, input=content, capture_output=True, check=False).stdout
    return "\n".join(
        line for line in told.decode("utf-8", "replace").splitlines() if "[System]" not in line
    )


def _layers(content: bytes, depth: int) -> Iterator[bytes]:
    yield content
    if depth:
        for inner in (*_inflated(content), *_unzipped(content), *_decoded(content)):
            yield from _layers(inner, depth - 1)


def _inflated(content: bytes) -> Iterator[bytes]:
    for start in _ZLIB.finditer(content):
        try:
            inner = zlib.decompressobj().decompress(content[start.start() :], _INFLATED_MAX)
        except zlib.error:
            continue
        if len(inner) > 8:
            yield inner


def _unzipped(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)
    except (zipfile.BadZipFile, OSError, ValueError):
        return


def _decoded(content: bytes) -> Iterator[bytes]:
    views = [base64.b64decode(run[: len(run) // 4 * 4]) for run in _BASE64.findall(content)]
    views += [bytes.fromhex(run.decode()) for run in _HEX.findall(content)]
    yield from (inner for inner in views if b"TANDA" in inner)
