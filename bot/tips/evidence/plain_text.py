"""Text without what the eye cannot see, where a mark of its reader or writer could hide."""

import re
import unicodedata
from typing import BinaryIO

from bot.limits import EVIDENCE_TEXT_MAX
from bot.tips.evidence.kinds import Rebuilt, Refused

_SPACES = re.compile(r" {2,}")
_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
# Controls, format and bidi marks, lone surrogates, private use, unassigned.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_BREAKS = {"\r\n": "\n", "\r": "\n", "\v": "\n", "\f": "\n", "\u2028": "\n", "\u2029": "\n"}
_LINE_BREAK = re.compile("|".join(_BREAKS))
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u034f"  # letters that show nothing


def visible(text: str) -> str:
    """The same text in one normal form: one kind of space and line break, nothing unseen."""
    text = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text))
    table = {ord(character): _shown(character) for character in set(text)}
    text = _SPACES.sub(" ", text.translate(table))
    return _EMPTY_LINES.sub("\n\n", _AT_END.sub("", text)).strip("\n")


def write_text(text: str, target: BinaryIO, pictures: int = 0) -> Rebuilt:
    """Write the visible text as UTF-8. `detail` counts the "pictures" that were left out.

    Raises Refused: no_text, too_heavy.
    """
    content = visible(text)
    if not content.strip():
        raise Refused("no_text")
    if len(content) > EVIDENCE_TEXT_MAX:
        raise Refused("too_heavy")
    size = target.write(f"{content}\n".encode())
    return Rebuilt(
        "text", ".txt", "text/plain", size, {"pictures": str(pictures)} if pictures else {}
    )


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    kind = unicodedata.category(character)
    if kind == "Zs":
        return " "
    selects_variant = "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100"
    unseen = kind in _UNSEEN or selects_variant or character in _FILLERS
    return "" if unseen else character
