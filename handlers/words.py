"""What a few typed words ask for, in whatever flow: out, never write to me first, and others."""

from bot.chat.messages import Incoming
from handlers.ports import Ports


def wants_out(incoming: Incoming, ports: Ports) -> bool:
    """Whether a typed message is one of the words for ``/batal``."""
    words = ports.wording.plain("commands.batal").split(", ")
    return not incoming.choice and _plain(incoming.text) in words


def wants_no_notices(incoming: Incoming, ports: Ports) -> bool:
    """Whether a message, as a command or in words, asks us never to write first."""
    words = ports.wording.plain("tip.words.stop").split(", ")
    return _plain(incoming.text) in words


def means(text: str, word: str, ports: Ports) -> bool:
    """Whether a message is one of the words below ``tip.words``."""
    return _plain(text) in ports.wording.plain(f"tip.words.{word}").split(", ")


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .!/").split())
