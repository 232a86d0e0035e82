"""The bare bots that the service is measured beside: ``telegram_echo.py aiogram|ptb PORT API``.

Each repeats the text of an update, awaited inside the webhook's answer, as the service does. Runs
in an environment of its own for aiogram, so it knows nothing of the service.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TOKEN = "7654321:AAbenchmark-token"  # noqa: S105
Feed = Callable[[Any], Awaitable[None]]


async def aiogram_echo(api: str) -> Feed:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message, Update

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async def feed(raw: Any) -> None:
        await dispatcher.feed_update(bot, Update.model_validate(raw, context={"bot": bot}))

    return feed


async def ptb_echo(api: str) -> Feed:
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    application = Application.builder().token(TOKEN).base_url(f"{api}/bot").updater(None).build()

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            await update.message.reply_text(update.message.text or "")

    application.add_handler(MessageHandler(filters.TEXT, echo))
    await application.initialize()

    async def feed(raw: Any) -> None:
        await application.process_update(Update.de_json(raw, application.bot))

    return feed


async def serve(kind: str, port: int, api: str) -> None:
    feed = await {"aiogram": aiogram_echo, "ptb": ptb_echo}[kind](api)

    async def update(request: Request) -> Response:
        await feed(await request.json())
        return Response()

    app = Starlette(routes=[Route("/telegram", update, methods=["POST"])])
    config = uvicorn.Config(
        app, port=port, http="httptools", loop="asyncio", log_level="error", access_log=False
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
