"""Deleting what can be deleted of a chat: both sides, of the last 48 hours."""

from collections.abc import Sequence

from telegram import Bot

from bot.channels.telegram.calls import call
from bot.channels.telegram.limits import CLEAR_RANGE, PATIENCE
from bot.chat.delivery_errors import Refused
from bot.limits import TELEGRAM_DELETE_LOT


async def clear(bot: Bot, chat: int, known: Sequence[str], newest: int | None) -> bool:
    """Delete the ``known`` messages and the ids before the newest of them.

    Ids of other chats are skipped by Telegram. False when some are too old to be deleted, so that
    they stay. Raises the delivery errors.
    """
    ids = {int(id_) for id_ in known if id_.isdecimal()} | ({newest} if newest else set())
    if not ids:
        return True
    last = max(ids)
    ids |= set(range(max(1, last - CLEAR_RANGE + 1), last + 1))
    return await delete(bot, chat, sorted(ids, reverse=True))


async def delete(bot: Bot, chat: int, ids: Sequence[int]) -> bool:
    """Delete in lots, newest first; False when some are too old."""
    for at in range(0, len(ids), TELEGRAM_DELETE_LOT):
        if not await _delete_lot(bot, chat, ids[at : at + TELEGRAM_DELETE_LOT]):
            return False
    return True


async def _delete_lot(bot: Bot, chat: int, lot: Sequence[int]) -> bool:
    """One message that is too old makes Telegram refuse its whole lot.

    Older ids are older messages: where the newer half is not wholly deletable, nothing before it
    is, so halving finds the border in a few calls. True when the whole lot went through.
    """
    try:
        await call(lambda: bot.delete_messages(chat, lot), PATIENCE)
    except Refused:
        if len(lot) == 1:
            return False
        half = (len(lot) + 1) // 2
        return await _delete_lot(bot, chat, lot[:half]) and await _delete_lot(bot, chat, lot[half:])
    return True
