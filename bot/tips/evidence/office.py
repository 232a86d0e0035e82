"""Office documents and text files: only their visible text goes on, as a new text file."""

import codecs
import encodings.cp437
import encodings.utf_8_sig
import encodings.utf_16
from collections.abc import Callable
from typing import BinaryIO

from bot.tips.evidence.kinds import Format, Rebuilt
from bot.tips.evidence.office_open import open_document_text
from bot.tips.evidence.office_package import Package
from bot.tips.evidence.office_sheet import sheet_text
from bot.tips.evidence.office_slides import slides_text
from bot.tips.evidence.office_word import word_text
from bot.tips.evidence.plain_text import write_text

# Python loads these only when a zip or a text asks for them; in the child that would be too late.
_ENCODINGS = (encodings.cp437, encodings.utf_8_sig, encodings.utf_16)
_READERS: dict[Format, Callable[[Package], str]] = {
    "docx": word_text,
    "xlsx": sheet_text,
    "pptx": slides_text,
    "odt": open_document_text,
    "ods": open_document_text,
    "odp": open_document_text,
}


def rebuild_office(source: BinaryIO, target: BinaryIO, kind: Format) -> Rebuilt:
    """Write what a reader of the document sees, in UTF-8 without layout.

    Left out: properties, comments, tracked deletions, notes of slides, hidden text, rows, columns,
    sheets and slides, and pictures, which `detail` counts as "pictures".
    Raises Refused: no_text, too_heavy, unreadable, password.
    """
    source.seek(0)
    if kind == "txt":
        return write_text(_decoded(source.read()), target)
    package = Package(source)
    return write_text(_READERS[kind](package), target, package.pictures)


def _decoded(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")
