"""Groups that became supergroups: Telegram says it once, and then to whoever writes to the old id.

Who missed it (a restart, another process) would take the desk's new chat for a stranger's.
"""

from telegram import Bot
from telegram.constants import ChatAction

from bot.channels.telegram.calls import call
from bot.channels.telegram.receive import Place
from bot.chat.delivery_errors import Gone, Moved, Refused

_SUPERGROUPS = -1_000_000_000_000  # their ids, and those of channels, lie below


async def new_chat(bot: Bot, chat: str) -> str | None:
    """The id under which a group goes on; None while it stays where it is.

    Raises the delivery errors where Telegram gave no answer.
    """
    old = Place.parse(chat).chat
    if not _SUPERGROUPS < old < 0:
        return None
    try:
        await call(lambda: bot.send_chat_action(old, ChatAction.TYPING))
    except Moved as moved:
        return moved.chat
    except (Gone, Refused):
        pass
    return None
