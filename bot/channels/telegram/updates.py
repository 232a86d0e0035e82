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
        return Update.de_json(raw, bot)
    except Exception:  # the library raises whatever its constructors happen to meet
        raise Malformed from None
