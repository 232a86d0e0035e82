"""The Bot API client: where it calls, and that it never logs."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot

from bot.channels.proxy import proxy_for as proxy_for
from bot.channels.telegram.request import SessionRequest


@asynccontextmanager
async def open_bot(token: str, api_base: str) -> AsyncIterator[Bot]:
    """A client for the Bot API at ``api_base`` (scheme and host), closed at the end.

    It makes no call by itself, so the process starts while Telegram is away.
    """
    silence_library()
    request = SessionRequest(proxy=proxy_for(api_base))
    bot = Bot(
        token,
        base_url=f"{api_base}/bot",
        base_file_url=f"{api_base}/file/bot",
        request=request,
        get_updates_request=request,
    )
    await request.initialize()
    try:
        yield bot
    finally:
        await request.shutdown()


def silence_library() -> None:
    """Switch the library's loggers off, whatever level is set: they write token, ids and texts."""
    for name in ("telegram", *logging.root.manager.loggerDict):
        if name == "telegram" or name.startswith("telegram."):
            logging.getLogger(name).disabled = True
