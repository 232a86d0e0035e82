"""A conversation against an emulator that others wrote: telemelya, where TELEMELYA_URL names one.

It needs a Redis and an S3 server, so it stays outside: start ``python -m telemelya.server.app``
with ``AUTH_KEYS=k`` in an environment of its own. It posts updates without the secret header, and
knows neither getUpdates nor albums.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from telegram import Bot

from bot.channels.telegram import webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import open_bot
from bot.chat.dispatcher import Send
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import bold
from bot.chat.wording import Wording
from tests.fakes.bot_api import TOKEN, _free_socket, _Server
from tests.telegram.conftest import SECRET, Desks, Toy

EMULATOR = os.environ.get("TELEMELYA_URL", "")
CHAT = 4242

pytestmark = pytest.mark.skipif(not EMULATOR, reason="TELEMELYA_URL names no emulator")


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with open_bot(TOKEN, EMULATOR) as opened:
        yield opened


async def test_asking_and_pressing(
    bot: Bot, toy: Toy, wording: Wording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_knows", lambda *_: True)  # it sends no secret

    async def answer(incoming: Incoming, send: Send) -> None:
        choices = (Choice("Selengkapnya", "more:1"),)
        await send([Outgoing(bold("Boleh."), choices, replaces=bool(incoming.choice))], [])

    toy.answer = answer
    channel = TelegramChannel(bot, toy.receive, Desks(), wording, SECRET)
    listener = _free_socket()
    app = Starlette(routes=channel.routes())
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    await bot.set_webhook(f"http://127.0.0.1:{listener.getsockname()[1]}/telegram")
    async with httpx.AsyncClient(base_url=EMULATOR, headers={"Authorization": "Bearer k"}) as user:
        await _does(user, text="boleh like?")
        await _does(user, callback_data="more:1")
        seen = (await user.get("/api/v1/test/responses", params={"session_id": "default"})).json()
    server.should_exit = True
    await serving
    listener.close()
    assert [(i.text, i.choice) for i in toy.heard] == [("boleh like?", None), ("", "more:1")]
    assert str(seen).count("Boleh.") >= 2


async def _does(user: httpx.AsyncClient, **update: Any) -> None:
    answer = await user.post(
        "/api/v1/test/send_update", params={"bot_token": TOKEN}, json={"chat_id": CHAT, **update}
    )
    assert answer.json()["delivery"]["status_code"] == 200, answer.text
