"""A file is what its content says, and only what is on the list."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.wording import Wording
from bot.tips.evidence.kinds import Format, Refused
from bot.tips.evidence.sniff import sniff
from tests.conftest import CONTENT
from tests.evidence import samples_pictures

EVIDENCE = Path(__file__).parents[2] / "bot" / "tips" / "evidence"


def box(*brands: bytes) -> bytes:
    size = 16 + 4 * (len(brands) - 1)
    return size.to_bytes(4, "big") + b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])


def packed(*names: str, mimetype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "isi")
    return out.getvalue()


def sniffed(content: bytes) -> Format:
    return sniff(io.BytesIO(content))


TYPES = "[Content_Types].xml"
ODT = "application/vnd.oasis.opendocument.text"
CHAT = "12/11/26, 10.15 - Budi: halo\n12/11/26, 10.16 - Siti: ya\n12/11/26, 10.17 - Budi: ok\n"


@pytest.mark.parametrize("kind", samples_pictures.MARKED)
def test_pictures_are_known_by_their_content(kind: str) -> None:
    assert sniffed(samples_pictures.MARKED[kind]()) == kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (box(b"isom", b"iso2", b"mp41"), "mp4"),
        (box(b"XXXX", b"isom"), "mp4"),
        (box(b"qt  "), "mov"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "mov"),
        (box(b"3gp5"), "3gp"),
        (box(b"M4A ", b"isom"), "m4a"),
        (box(b"mif1", b"mif1", b"heic"), "heic"),
        (box(b"mif1", b"avif"), "avif"),
        (b"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x84webm", "webm"),
        (b"OggS\x00", "ogg"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"#!AMR\n", "amr"),
        (packed(TYPES, "word/document.xml"), "docx"),
        (packed(TYPES, "xl/workbook.xml"), "xlsx"),
        (packed(TYPES, "ppt/presentation.xml"), "pptx"),
        (packed("content.xml", mimetype=ODT), "odt"),
        (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (b"Kepala dinas hadir, jam 10.", "txt"),
        ("Kepala dinas hadir".encode("utf-16"), "txt"),
        (b"a" * 4_095 + "é".encode(), "txt"),
    ],
)
def test_what_is_accepted(content: bytes, kind: str) -> None:
    assert sniffed(content) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (packed("foto.jpg"), "archive"),
        (packed(*(f"{n}.txt" for n in range(3_000))), "archive"),
        (b"Rar!\x1a\x07", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        (packed("AndroidManifest.xml", "classes.dex"), "program"),
        (b"\x7fELF\x02", "program"),
        (b"MZ\x90\x00", "program"),
        (b"#!/bin/sh\nrm", "program"),
        (packed(TYPES, "word/document.xml", "word/vbaProject.bin"), "macro"),
        (packed(TYPES, "visio/document.xml"), "document_kind"),
        (packed(mimetype="application/vnd.oasis.opendocument.graphics"), "document_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document_kind"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"{\\rtf1 halo}", "document_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "web_page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><x/>", "web_page"),
        (b"<!DOCTYPE html><html></html>", "web_page"),
        (b"#EXTM3U\nfile:///etc/passwd", "playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd", "playlist"),
        (b"BEGIN:VCARD\nFN:Budi", "contact"),
        (b"Return-Path: <a@b.id>\nFrom: a@b.id", "email"),
        (CHAT.encode(), "chat_export"),
        (b"II*\x00\x08\x00\x00\x00", "picture_kind"),
        (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36", "picture_kind"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video_kind"),
        (b"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x88matroska", "video_kind"),
        (box(b"zzzz"), "video_kind"),
        (b"fLaC\x00", "audio_kind"),
        (b"PK\x03\x04" + bytes(100), "unreadable"),
        (bytes(range(256)), "unknown"),
    ],
)
def test_what_is_refused_and_why(content: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        sniffed(content)
    assert refusal.value.reason == reason


@given(st.binary(max_size=300))
def test_any_bytes_get_a_format_or_a_reason(content: bytes) -> None:
    with suppress(Refused):
        assert sniffed(content) in get_args(Format)


def test_every_refusal_has_its_sentence() -> None:
    """The keys are found by name: each reason in the source, none beside them."""
    sentences = Wording.load(CONTENT / "wording").under("evidence.refused")
    source = "".join(path.read_text(encoding="utf-8") for path in EVIDENCE.glob("*.py"))
    assert {reason for reason in sentences if f'"{reason}"' not in source} == set()
    assert set(_named_reasons(source)) <= set(sentences)


def _named_reasons(source: str) -> list[str]:
    return [piece.split('"')[0] for piece in source.split('Refused("')[1:]]
