"""A case on paper: a PDF, and a ZIP of it with the evidence and the hash of each file.

Times are days, as everywhere; two exports of the same case on one day are the same bytes.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from bot.limits import EXPORT_PART

MANIFEST, SUMS, REPORT, PLAIN = "manifest.json", "SHA256SUMS", "laporan.pdf", "isi.txt"
_WIN = "cp1252"  # what the fonts of every PDF reader hold


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines below it: (name, text), the name may be empty."""

    heading: str
    lines: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed; ``substituted`` is the sentence for letters that the font lacks."""

    title: str
    notice: str
    sections: tuple[Section, ...] = field(repr=False)
    substituted: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the export, with what the manifest says of it."""

    name: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def plain(paper: Paper) -> str:
    """The same as text, every letter as it was written."""
    parts = [paper.title, paper.notice]
    for section in paper.sections:
        lines = (f"{name}: {text}" if name else text for name, text in section.lines)
        parts.append("\n".join((section.heading.upper(), *lines)))
    return "\n\n".join(parts) + "\n"


def pdf(paper: Paper) -> bytes:
    """An A4 document; nothing in it is a link or tells when it was made."""
    from reportlab.lib.pagesizes import A4  # a library that only exports need
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    plain_style, heading, title = _styles()
    story: list[Any] = [Paragraph(_safe(paper.title), title)]
    story += [Paragraph(_safe(paper.notice), plain_style), Spacer(1, 4 * mm)]
    for section in paper.sections:
        story.append(Paragraph(_safe(section.heading), heading))
        story += [Paragraph(_line(name, text), plain_style) for name, text in section.lines]
    if paper.substituted and _is_outside(plain(paper)):
        story += [Spacer(1, 4 * mm), Paragraph(_safe(paper.substituted), plain_style)]
    content = io.BytesIO()
    SimpleDocTemplate(
        content,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=paper.title,
        author="",
        invariant=1,
    ).build(story, onFirstPage=_numbered, onLaterPages=_numbered)
    return content.getvalue()


class Archive:
    """ZIP files of at most ``limit`` bytes, each with a manifest and hashes of its own files.

    ``about`` goes into the manifest; ``day`` is the time of every entry.
    """

    def __init__(self, about: Mapping[str, str], day: date, limit: int = EXPORT_PART) -> None:
        self._about = dict(about)
        self._day = day
        self._limit = limit
        self._number = 1
        self._part = _Part(day)

    def add(self, piece: Piece) -> bytes | None:
        """Put a file in; returns the part before it where that is full."""
        full = None
        if self._part.names and self._part.size + len(piece.content) > self._limit:
            full = self.close()
            self._part = _Part(self._day)
            self._number += 1
        self._part.add(piece)
        return full

    def close(self) -> bytes:
        """The last part."""
        return self._part.closed(self._about | {"bagian": str(self._number)})


class _Part:
    def __init__(self, day: date) -> None:
        self._content = io.BytesIO()
        self._zip = zipfile.ZipFile(self._content, "w")
        self._time = (day.year, day.month, day.day, 0, 0, 0)
        self.names: list[dict[str, str | int]] = []

    @property
    def size(self) -> int:
        return self._content.tell()

    def add(self, piece: Piece) -> None:
        size = len(piece.content)
        self.names.append({"nama": piece.name, "ukuran": size, "sha256": piece.sha256})
        self._write(piece.name, piece.content)

    def closed(self, about: dict[str, str]) -> bytes:
        manifest = about | {"berkas": self.names}
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        self._write(MANIFEST, text.encode())
        sums = "".join(f"{one['sha256']}  {one['nama']}\n" for one in self.names)
        self._write(SUMS, sums.encode())
        self._zip.close()
        return self._content.getvalue()

    def _write(self, name: str, content: bytes) -> None:
        self._zip.writestr(zipfile.ZipInfo(name, self._time), content)


def _styles() -> tuple[Any, Any, Any]:
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=3)
    heading = ParagraphStyle(
        "heading", body, fontName="Helvetica-Bold", fontSize=11.5, spaceBefore=9, spaceAfter=4
    )
    title = ParagraphStyle("title", heading, fontSize=15, leading=19, spaceBefore=0)
    return body, heading, title


def _numbered(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawRightString(document.pagesize[0] - 57, 30, str(document.page))


def _line(name: str, text: str) -> str:
    return f"<b>{_safe(name)}:</b> {_safe(text)}" if name else _safe(text)


def _safe(text: str) -> str:
    """Nothing that a stranger wrote is markup; what the font lacks is shown as a mark."""
    known = text.encode(_WIN, "replace").decode(_WIN) if _is_outside(text) else text
    return escape(known).replace("\n", "<br/>")


def _is_outside(text: str) -> bool:
    try:
        text.encode(_WIN)
    except UnicodeEncodeError:
        return True
    return False
