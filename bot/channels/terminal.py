"""The assistant in a terminal: choices are letters to type."""

import asyncio
import shutil
import textwrap
from collections.abc import Callable, Sequence
from itertools import count
from secrets import token_hex

from bot.channels.receive import Receive
from bot.chat.messages import Address, Incoming, Outgoing
from bot.chat.typed import letters

Say = Callable[[str], None]


def render(message: Outgoing, width: int = 80) -> str:
    """A message as plain text, wrapped, with its choices as lettered lines."""
    lines = [_wrapped(line, width) for line in str(message.text).splitlines()]
    shown = letters(message.choices)
    lines += [""] if shown else []
    lines += [_wrapped(f"{letter}. {choice.label}", width) for letter, choice in shown]
    rest = enumerate(message.choices[len(shown) :], len(shown) + 1)
    lines += [_wrapped(f"{place}. {choice.label}", width) for place, choice in rest]
    return "\n".join(lines)


async def converse(receive: Receive, say: Say, chat: str = "terminal") -> None:
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
        incoming = Incoming(text, channel="terminal")
        await receive(address, f"{session}:{number}", incoming, send, typed=True)
        try:
            text = await asyncio.to_thread(input, "> ")
        except EOFError:
            return


def _wrapped(line: str, width: int) -> str:
    indent = "  " if line.startswith("• ") or line[1:3] == ". " else ""
    return textwrap.fill(line, width, subsequent_indent=indent) if line else ""
