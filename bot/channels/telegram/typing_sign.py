"""Show that slow work goes on, with the platform's own "typing" or "sending a file" sign."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.limits import TYPING_AFTER, TYPING_EVERY
from bot.channels.telegram.receive import Place


@dataclass(slots=True)
class Sign:
    """What is shown; may be changed while it is shown."""

    action: ChatAction = ChatAction.TYPING


@asynccontextmanager
async def typing_sign(bot: Bot, place: Place) -> AsyncIterator[Sign]:
    """Within it, the sign appears after a moment and stays until the end."""
    loop = asyncio.get_running_loop()
    sign = Sign()
    shown: list[asyncio.Task[None]] = []

    def begin() -> None:
        shown.append(loop.create_task(_show(bot, place, sign)))

    timer = loop.call_later(TYPING_AFTER, begin)
    try:
        yield sign
    finally:
        timer.cancel()
        for task in shown:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _show(bot: Bot, place: Place, sign: Sign) -> None:
    while True:
        with suppress(TelegramError):
            await bot.send_chat_action(place.chat, sign.action, message_thread_id=place.thread)
        await asyncio.sleep(TYPING_EVERY)
