"""The price of answering more often, drawn as a PNG without a drawing library."""

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.evaluate import Scored

WIDTH, HEIGHT, MARGIN = 640, 400, 20
MOST_ERROR = 0.10  # the upper edge of the picture
_PAPER, _GRID, _AXIS, _INK = 255, 225, 120, 30

Point = tuple[float, float]


def curve(scored: Sequence[Scored]) -> list[Point]:
    """(share of in-scope questions answered, share of wrong answers), from sure to unsure.

    Every question counts, also those out of scope: an answer to them is wrong.
    """
    inside = sum(item.asked.kind == "in" for item in scored)
    asked = [item for item in scored if item.match.candidates]
    points, right, covered = [], 0, 0
    ordered = sorted(asked, key=lambda item: -item.match.confidence)
    for number, item in enumerate(ordered, 1):
        right += item.ranks[0]
        covered += item.asked.kind == "in"
        points.append((covered / max(inside, 1), 1 - right / number))
    return points


def png(points: Sequence[Point]) -> bytes:
    """Coverage to the right (a line every 10 %), error upwards (a line every 1 %, top 10 %)."""
    canvas = np.full((HEIGHT, WIDTH), _PAPER, dtype=np.uint8)
    for step in range(11):
        canvas[MARGIN : HEIGHT - MARGIN, _column(step / 10)] = _GRID
        canvas[_row(step / 100), MARGIN : WIDTH - MARGIN] = _GRID
    canvas[_row(0), MARGIN : WIDTH - MARGIN] = _AXIS
    canvas[MARGIN : HEIGHT - MARGIN, _column(0)] = _AXIS
    for (left, low), (right, high) in pairwise(points):
        _stroke(canvas, (_column(left), _row(low)), (_column(right), _row(high)))
    return _encode(canvas)


def _column(coverage: float) -> int:
    return MARGIN + round(coverage * (WIDTH - 2 * MARGIN - 1))


def _row(error: float) -> int:
    share = min(error, MOST_ERROR) / MOST_ERROR
    return HEIGHT - MARGIN - 1 - round(share * (HEIGHT - 2 * MARGIN - 1))


def _stroke(canvas: NDArray[np.uint8], start: tuple[int, int], end: tuple[int, int]) -> None:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for step in range(steps + 1):
        column = start[0] + (end[0] - start[0]) * step // steps
        row = start[1] + (end[1] - start[1]) * step // steps
        canvas[row : row + 2, column : column + 2] = _INK


def _encode(canvas: NDArray[np.uint8]) -> bytes:
    """A grey PNG of eight bits (PNG specification, sections 5 and 11)."""
    height, width = canvas.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = b"".join(b"\0" + line.tobytes() for line in canvas)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
