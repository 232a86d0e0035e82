"""What a few typed words ask for, in whatever flow: out, never write to me first, and others."""

from bot.chat.messages import Incoming, Outgoing
from handlers.ports import Ports

_DANGERS = ("emergency", "crisis")  # of content/rules.yaml


def wants_out(incoming: Incoming, ports: Ports) -> bool:
    """Whether a typed message is one of the words for ``/batal``."""
    words = ports.wording.plain("commands.batal").split(", ")
    return not incoming.choice and _plain(incoming.text) in words


def wants_no_notices(incoming: Incoming, ports: Ports) -> bool:
    """Whether a message, as a command or in words, asks us never to write first."""
    return means(incoming.text.lstrip(" /"), "stop", ports)


def means(text: str, word: str, ports: Ports, *, beside: str = "") -> bool:
    """Whether a message is one of the words below ``tip.words``: "ya"; with ``beside`` also some
    of them and such others around: "ok lanjut kak"."""
    said, wanted = _plain(text), _listed(word, ports)
    if said in wanted or not beside:
        return said in wanted
    others, words = _listed(beside, ports), set(said.replace(",", " ").split())
    return bool(words & wanted) and words <= wanted | others


def danger(rule: str | None, ports: Ports) -> Outgoing | None:
    """What to do first when somebody is in danger, whatever else a message is about."""
    return Outgoing(ports.wording.say(f"rules.{rule}")) if rule in _DANGERS else None


def _listed(word: str, ports: Ports) -> set[str]:
    return set(ports.wording.plain(f"tip.words.{word}").split(", "))


def _plain(text: str) -> str:
    return " ".join(text.casefold().strip(" .!").split())
