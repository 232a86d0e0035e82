"""Whoever asks must not confess: what tells of its own writer is held back, to be put otherwise."""

import asyncio
from functools import cache

from bot.chat.messages import Outgoing
from bot.tips.phrases import Phrases
from handlers.ports import Ports

_HARMLESS = ("self_relation",)  # "atasan saya" names nobody in a question of what is allowed


async def held_back(text: str, ports: Ports) -> Outgoing | None:
    """The offer to rephrase, where a text confesses or shows who wrote it; else None."""
    found = await asyncio.to_thread(ports.exposure.find, text)
    parts = [one.text for one in found if one.kind not in _HARMLESS]
    confessions = _phrases(ports.wording.plain("curator.confessions"))
    parts += [text[begin:end] for begin, end in confessions.spans(text)]
    if not parts:
        return None
    quoted = ", ".join(f"“{part}”" for part in dict.fromkeys(parts))
    return Outgoing(ports.wording.say("curator.held", parts=quoted))


@cache
def _phrases(listed: str) -> Phrases:
    return Phrases(listed)
