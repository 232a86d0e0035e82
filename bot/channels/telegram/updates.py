"""One update as JSON, parsed and checked; what can go wrong with it."""

from typing import Any

from telegram import Bot, Update


class Malformed(Exception):
    """This is no update of the Bot API."""


class TryLater(Exception):
    """The update could not be finished; bring it again after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


def parse(raw: Any, bot: Bot) -> Update:
    """Raises Malformed. Fields that the library does not know are kept aside by it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise Malformed
    try:
        update = Update.de_json(raw, bot)
        chat = update.effective_chat
    except Exception:  # the library raises whatever its constructors happen to meet
        raise Malformed from None
    if chat is not None and not isinstance(chat.id, int):
        raise Malformed
    return update


def chat_key(raw: Any) -> int | None:
    """The chat of an update that was not parsed yet, for keeping its messages in order."""
    for content in raw.values():
        if isinstance(content, dict):
            holder = content if "chat" in content else content.get("message")
            chat = holder.get("chat") if isinstance(holder, dict) else None
            id_ = chat.get("id") if isinstance(chat, dict) else None
            return id_ if isinstance(id_, int) else None
    return None
