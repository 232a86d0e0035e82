"""Show that slow work goes on, with the platform's own "typing" sign."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.limits import TYPING_AFTER, TYPING_EVERY
from bot.channels.telegram.receive import Place


@asynccontextmanager
async def typing_sign(bot: Bot, place: Place) -> AsyncIterator[None]:
    """Within it, the sign appears after a moment and stays until the end."""
    loop = asyncio.get_running_loop()
    shown: list[asyncio.Task[None]] = []
    timer = loop.call_later(TYPING_AFTER, lambda: shown.append(loop.create_task(_show(bot, place))))
    try:
        yield
    finally:
        timer.cancel()
        for task in shown:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _show(bot: Bot, place: Place) -> None:
    while True:
        with suppress(TelegramError):
            await bot.send_chat_action(
                place.chat, ChatAction.TYPING, message_thread_id=place.thread
            )
        await asyncio.sleep(TYPING_EVERY)
