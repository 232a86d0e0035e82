"""Text to what WhatsApp shows, and the choices as letters; cut to the limits in this one place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Span, Text
from bot.chat.typed import letters
from bot.chat.wording import Wording
from bot.limits import WHATSAPP_TEXT

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…]\s"), re.compile(r"\s"))
_OPENERS = re.compile(r"(?<!\w)[_~`](?=\S)")
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_MARKER = 1  # a cut inside bold text closes it with one more character


def units(text: str) -> int:
    """The length in UTF-16 code units, the longest of the usual ways to count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown(text: Text) -> str:
    """WhatsApp's own markup: every ``*`` is ours. What could open italics, strikethrough or
    code is replaced by a look-alike, so nothing that a person typed becomes markup."""
    return "".join(_span(span) for span in text.spans)


def together(replies: Sequence[Outgoing]) -> list[Outgoing]:
    """A short note in front of an answer goes with it, because each message is billed.

    A last message without choices stays alone: chat lists and lock screens show its beginning.
    """
    joined: list[Outgoing] = []
    for reply in replies:
        before = joined[-1] if joined else None
        if before and _joins(before, reply):
            joined[-1] = replace(reply, text=before.text + "\n\n" + reply.text)
        else:
            joined.append(reply)
    return joined


def written(message: Outgoing, wording: Wording) -> list[str]:
    """The message as text alone, its choices as letters to type: one piece where possible."""
    pieces = list(cut(shown(message.text), WHATSAPP_TEXT))
    if not message.choices:
        return pieces
    last = pieces.pop() if pieces else ""
    room = WHATSAPP_TEXT - units(last) - 2
    block = lettered(message.choices, wording, room)
    if units(block) <= room:
        return [*pieces, f"{last}\n\n{block}".strip()]
    return [*pieces, last, *cut(block, WHATSAPP_TEXT)]


def lettered(choices: Sequence[Choice], wording: Wording, room: int) -> str:
    """Six choices with letters; of the others as many as there is room for, to be typed out."""
    first = letters(choices)
    lines = [f"*{letter}.* {_span(Span(choice.label))}" for letter, choice in first]
    block = "\n".join([*lines, "", wording.plain("whatsapp.letters")])
    rest = [f"• {_span(Span(choice.label))}" for choice in choices[len(first) :]]
    return _with_others(block, rest, wording, room) if rest else block


def _with_others(block: str, rest: list[str], wording: Wording, room: int) -> str:
    for fitting in range(len(rest), 0, -1):
        lines = [block, "", wording.plain("whatsapp.others"), *rest[:fitting]]
        if left := len(rest) - fitting:
            lines.append(str(wording.say("whatsapp.others_left", count=str(left))))
        if units(whole := "\n".join(lines)) <= room:
            return whole
    return block


def cut(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most ``limit`` units, cut at paragraphs, lines, sentences or words.

    Bold that is cut through goes on in the next piece. Nothing to see gives no piece.
    """
    text = text.strip()
    while units(text) > limit:
        window = _fitting(text, limit - _MARKER)
        end = _end(window)
        piece, text = window[:end].rstrip(), text[end:].lstrip()
        if piece.count("*") % 2:
            piece, text = f"{piece}*", f"*{text}"
        yield piece
    if text:
        yield text


def _joins(before: Outgoing, after: Outgoing) -> bool:
    plain = not (before.choices or before.files or before.secret or after.secret or after.files)
    size = units(shown(before.text)) + units(shown(after.text)) + 2
    return plain and bool(after.choices) and size <= WHATSAPP_TEXT


def _span(span: Span) -> str:
    text = _OPENERS.sub(
        lambda found: _LOOKALIKES[found[0]], span.text.replace("*", _LOOKALIKES["*"])
    )
    return "\n".join(_bold(line) for line in text.split("\n")) if span.bold else text


def _bold(line: str) -> str:
    """The markers must touch the words."""
    core = line.strip()
    return line.replace(core, f"*{core}*", 1) if core else line


def _fitting(text: str, limit: int) -> str:
    window = text[:limit]
    while (excess := units(window) - limit) > 0:
        window = window[: -max(1, excess // 2)]
    return window


def _end(window: str) -> int:
    for pattern in _BREAKS:
        last = max((m.end() for m in pattern.finditer(window, len(window) // 2)), default=None)
        if last:
            return last
    return len(window)
