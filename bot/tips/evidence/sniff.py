"""What a file is, by its content alone. A sender's file name or declared type is never asked.

An allow-list of first bytes; the decoder of that one format is the judge of the rest.
"""

import re
import zipfile
from typing import BinaryIO

from bot.limits import EVIDENCE_ZIP_NAMES
from bot.tips.evidence.kinds import Format, Refused

_HEAD = 4_096

_FIRST_BYTES: dict[bytes, Format] = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"%PDF-": "pdf",
    b"OggS": "ogg",
    b"ID3": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xfa": "mp3",
    b"\xff\xf3": "mp3",
    b"\xff\xf2": "mp3",
    b"#!AMR": "amr",
}
_REFUSED_FIRST_BYTES: dict[bytes, str] = {
    b"Rar!": "archive",
    b"7z\xbc\xaf\x27\x1c": "archive",
    b"\x1f\x8b": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ\x00": "archive",
    b"\x28\xb5\x2f\xfd": "archive",
    b"MSCF": "archive",
    b"MZ\x90": "program",
    b"\x7fELF": "program",
    b"\xca\xfe\xba\xbe": "program",
    b"\xcf\xfa\xed\xfe": "program",
    b"dex\n": "program",
    b"#!/": "program",
    b"{\\rtf": "document_kind",
    b"II*\x00": "picture_kind",
    b"MM\x00*": "picture_kind",
    b"8BPS": "picture_kind",
    b"FLV": "video_kind",
    b"\x30\x26\xb2\x75": "video_kind",
    b"\x00\x00\x01\xba": "video_kind",
    b"fLaC": "audio_kind",
    b"\xff\xf1": "audio_kind",
    b"\xff\xf9": "audio_kind",
}
_BRANDS: dict[bytes, Format] = {
    **dict.fromkeys((b"avif", b"avis"), "avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1"), "heic"),
    **dict.fromkeys((b"M4A ", b"M4B "), "m4a"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3ge6", b"3gg6", b"3g2a"), "3gp"),
    b"qt  ": "mov",
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42"), "mp4"),
    **dict.fromkeys((b"avc1", b"M4V ", b"MSNV", b"mmp4", b"dash", b"hvc1"), "mp4"),
}
_OPEN_DOCUMENTS: dict[bytes, Format] = {
    b"text": "odt",
    b"spreadsheet": "ods",
    b"presentation": "odp",
}
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip")

_PATTERNS = (
    (re.compile(rb"\ABM.{4}\x00{4}", re.DOTALL), "picture_kind"),
    (re.compile(rb"<!DOCTYPE|<html|<svg|<\?xml|<script|<body|<head", re.IGNORECASE), "web_page"),
    (re.compile(rb"#EXTM3U|\[playlist\]|^ffconcat|<asx|<smil", re.IGNORECASE), "playlist"),
    (re.compile(rb"BEGIN:VCARD", re.IGNORECASE), "contact"),
    (re.compile(rb"^(Return-Path|Received|Delivered-To|MIME-Version): ", re.MULTILINE), "email"),
)
_CHAT_LINE = re.compile(
    r"^\W?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}[.:]\d{2}.{0,12}?[\]-] ?[^:\n]{1,60}: ",
    re.MULTILINE,
)
_CHAT_LINES = 3  # so many in the first 4,096 bytes are an exported conversation
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def sniff(source: BinaryIO) -> Format:
    """The format of a file that is read from its beginning, and left there.

    Raises `Refused` for everything that is not on the allow-list.
    """
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(0)
    if not head:
        raise Refused("empty")
    return _by_first_bytes(head) or _by_container(head, source) or _by_text(head)


def _by_first_bytes(head: bytes) -> Format | None:
    for start, reason in _REFUSED_FIRST_BYTES.items():
        if head.startswith(start):
            raise Refused(reason)
    return next((f for start, f in _FIRST_BYTES.items() if head.startswith(start)), None)


def _by_container(head: bytes, source: BinaryIO) -> Format | None:
    if head[:4] == b"RIFF":
        return _in_riff(head)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _in_matroska(head)
    if head[:2] == b"PK":
        return _in_zip(source)
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused(_in_old_office(source))
    if head[257:262] == b"ustar":
        raise Refused("archive")
    return _in_boxes(head)


def _in_riff(head: bytes) -> Format:
    match head[8:12]:
        case b"WEBP":
            return "webp"
        case b"WAVE":
            return "wav"
        case b"AVI ":
            raise Refused("video_kind")
    raise Refused("unknown")


def _in_matroska(head: bytes) -> Format:
    if b"webm" in head[:64]:
        return "webm"
    raise Refused("video_kind")


def _in_boxes(head: bytes) -> Format | None:
    """ISO base media (ISO/IEC 14496-12): the first box names its brands."""
    name = head[4:8]
    if name in _OLD_QUICKTIME:
        return "mov"
    if name != b"ftyp":
        return None
    size = min(int.from_bytes(head[:4], "big"), 128)
    major, *compatible = [head[at : at + 4] for at in (8, *range(16, size, 4))]
    if major in (b"mif1", b"msf1"):
        major = next((brand for brand in compatible if brand in (b"avif", b"heic")), major)
    for brand in (major, *compatible):
        if brand in _BRANDS:
            return _BRANDS[brand]
    raise Refused("video_kind")


def _in_zip(source: BinaryIO) -> Format:
    """An office document, or an archive that is refused. Nothing is unpacked."""
    content = source.read()
    if content.count(b"PK\x01\x02") > EVIDENCE_ZIP_NAMES:
        raise Refused("archive")
    try:
        with zipfile.ZipFile(source) as archive:
            return _in_office(archive, {entry.filename for entry in archive.infolist()})
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise Refused("unreadable") from error
    finally:
        source.seek(0)


def _in_office(archive: zipfile.ZipFile, names: set[str]) -> Format:
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise Refused("password")
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        raise Refused("macro")
    if "[Content_Types].xml" in names:
        parts: dict[str, Format] = {
            "word/document.xml": "docx",
            "xl/workbook.xml": "xlsx",
            "ppt/presentation.xml": "pptx",
        }
        for name, found in parts.items():
            if name in names:
                return found
        raise Refused("document_kind")
    if "mimetype" in names:
        return _in_open_document(archive)
    if {"AndroidManifest.xml", "META-INF/MANIFEST.MF"} & names:
        raise Refused("program")
    raise Refused("archive")


def _in_open_document(archive: zipfile.ZipFile) -> Format:
    with archive.open("mimetype") as part:
        kind = part.read(100).strip().removeprefix(b"application/vnd.oasis.opendocument.")
    if kind not in _OPEN_DOCUMENTS:
        raise Refused("document_kind")
    return _OPEN_DOCUMENTS[kind]


def _in_old_office(source: BinaryIO) -> str:
    """A new document under a password hides in the old container."""
    locked = "EncryptedPackage".encode("utf-16-le") in source.read()
    source.seek(0)
    return "password" if locked else "document_kind"


def _by_text(head: bytes) -> Format:
    for pattern, reason in _PATTERNS:
        if pattern.search(head):
            raise Refused(reason)
    text = _text(head)
    if text is None:
        raise Refused("unknown")
    if len(_CHAT_LINE.findall(text)) >= _CHAT_LINES:
        raise Refused("chat_export")
    return "txt"


def _text(head: bytes) -> str | None:
    """The beginning as text, or nothing. A character cut in two at the end is no fault."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError as error:
        if len(head) < _HEAD or error.start < len(head) - 4:
            return None
        text = head[: error.start].decode(encoding)
    return None if _NOT_TEXT.search(text) else text
