"""The assistant in a terminal: choices are letters to type."""

import asyncio
import mimetypes
import shutil
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import token_hex

from bot.channels.receive import Receive
from bot.chat.files import Stored
from bot.chat.messages import Address, Attachment, Incoming, Outgoing
from bot.chat.typed import letters

Say = Callable[[str], None]
_ATTACH = "/berkas"
_KINDS = {"image": "photo", "video": "video", "audio": "audio"}


def render(message: Outgoing, width: int = 80) -> str:
    """A message as plain text, wrapped, with its choices as lettered lines."""
    lines = [_wrapped(line, width) for line in str(message.text).splitlines()]
    shown = letters(message.choices)
    lines += [""] if shown else []
    lines += [_wrapped(f"{letter}. {choice.label}", width) for letter, choice in shown]
    rest = enumerate(message.choices[len(shown) :], len(shown) + 1)
    lines += [_wrapped(f"{place}. {choice.label}", width) for place, choice in rest]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Attacher:
    """Takes the files of ``/berkas PATH`` in, sealed; ``missing`` is said when there is none."""

    put: Callable[[AsyncIterator[bytes]], Awaitable[Stored]]
    missing: str

    async def attached(self, text: str) -> tuple[Attachment, ...] | None:
        """The file that a line names; nothing for other lines, None when no such file is there."""
        command, _, name = text.partition(" ")
        if command != _ATTACH:
            return ()
        path = await asyncio.to_thread(_existing, name)
        if path is None:
            return None
        stored = await self.put(_blocks(path))
        kind = _KINDS.get((mimetypes.guess_type(path.name)[0] or "").partition("/")[0], "document")
        reference = f"{stored.object}:{stored.key.hex()}"
        return (Attachment(kind, reference, stored.size, stored.object),)


def _existing(name: str) -> Path | None:
    path = Path(name.strip().strip("'\"")).expanduser()
    return path if path.is_file() else None


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while block := await asyncio.to_thread(file.read, 2**20):
            yield block


async def converse(
    receive: Receive, say: Say, attacher: Attacher | None = None, chat: str = "terminal"
) -> None:
    """Read lines until the end of input and answer each."""
    address = Address("terminal", chat)
    width = min(shutil.get_terminal_size().columns, 100)

    async def send(replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
        for reply in replies:
            say("\n" + render(reply, width) + "\n")
        return []

    text = "/mulai"
    session = token_hex(8)  # a later session must not look like a repeat of this one
    for number in count():
        files = await attacher.attached(text) if attacher else ()
        if files is None:
            say(f"\n{attacher.missing if attacher else ''}\n")
        else:
            incoming = Incoming("" if files else text, attachments=files, channel="terminal")
            await receive(address, f"{session}:{number}", incoming, send, typed=True)
        try:
            text = await asyncio.to_thread(input, "> ")
        except EOFError:
            return


def _wrapped(line: str, width: int) -> str:
    indent = "  " if line.startswith("• ") or line[1:3] == ". " else ""
    return textwrap.fill(line, width, subsequent_indent=indent) if line else ""
