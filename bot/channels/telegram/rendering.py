"""Text to what Telegram sends: pieces of at most so many UTF-16 units, with their entities.

No parse mode is ever used, so nothing that a person typed can become markup. Entities and buttons
are plain values: building the library's objects for each message costs more than the message.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.limits import COPY_TEXT_MAX, ENTITIES_MAX, SHORT_LABEL
from bot.chat.messages import PRIVATE_LINK, Choice
from bot.chat.text import Text

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…]\s"), re.compile(r"\s"))


Row = list[dict[str, Any]]
"""A row of `InlineKeyboardButton`s as JSON."""


@dataclass(frozen=True, slots=True)
class Entity:
    """`MessageEntity`; offset and length in UTF-16 units."""

    offset: int
    length: int
    type: str = "bold"


@dataclass(frozen=True, slots=True)
class Piece:
    """One message's text."""

    text: str
    entities: tuple[Entity, ...] = ()


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: Text, limit: int) -> list[Piece]:
    """Cut at paragraphs, lines, sentences or words, whichever comes last before the limit.

    Text without anything to see gives no piece.
    """
    whole = str(text)
    bold = list(_bold_ranges(text))
    return [_piece(whole, start, end, bold) for start, end in _cuts(whole, limit)]


def keyboard(
    choices: Sequence[Choice], copy: tuple[str, str] | None = None, our_name: str | None = None
) -> list[Row]:
    """Choices in one column, short ones in two; ``copy`` is (label, text) of a copy button.

    With our bot's name, a choice that leads into the private chat is a link there.
    """
    buttons = [_button(choice, our_name) for choice in choices]
    width = 2 if len(buttons) > 1 and all(len(c.label) <= SHORT_LABEL for c in choices) else 1
    rows: list[Row] = [[*buttons[at : at + width]] for at in range(0, len(buttons), width)]
    if copy:
        label, text = copy
        rows.insert(0, [{"text": label, "copy_text": {"text": text}}])
    return rows


def _button(choice: Choice, our_name: str | None) -> dict[str, Any]:
    if our_name and choice.data.startswith(PRIVATE_LINK):
        return {"text": choice.label, "url": f"https://t.me/{our_name}?start={choice.data}"}
    return {"text": choice.label, "callback_data": choice.data}


def worth_copying(text: Text) -> str | None:
    """What the copy button of a secret holds: its bold part, else all of it, if it fits."""
    bold = " ".join(span.text.strip() for span in text.spans if span.bold)
    copied = bold or str(text).strip()
    return copied if 0 < len(copied) <= COPY_TEXT_MAX else None


def _bold_ranges(text: Text) -> Iterator[tuple[int, int]]:
    at = 0
    for span in text.spans:
        if span.bold and span.text.strip():
            yield at, at + len(span.text)
        at += len(span.text)


def _cuts(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Start and end of each piece, without the white space around it."""
    start = 0
    while start < len(text):
        end = _end(text, start, limit)
        piece = text[start:end]
        if stripped := piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            yield first, first + len(stripped)
        start = end


def _end(text: str, start: int, limit: int) -> int:
    end = _fitting(text, start, limit)
    if end == len(text):
        return end
    middle = start + (end - start) // 2
    for pattern in _BREAKS:
        last = max((m.end() for m in pattern.finditer(text, middle, end)), default=None)
        if last:
            return last
    return end


def _fitting(text: str, start: int, limit: int) -> int:
    """How far a piece may reach; a character outside the BMP takes two units."""
    window = text[start : start + limit]
    excess = units(window) - limit
    while excess > 0:
        window = window[: -max(1, excess // 2)]
        excess = units(window) - limit
    return start + len(window)


def _piece(text: str, start: int, end: int, bold: list[tuple[int, int]]) -> Piece:
    entities = [
        Entity(
            units(text[start : max(first, start)]),
            units(text[max(first, start) : min(last, end)]),
        )
        for first, last in bold
        if max(first, start) < min(last, end)
    ]
    return Piece(text[start:end], tuple(entities[:ENTITIES_MAX]))
