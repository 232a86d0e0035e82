"""A fake Bot API, a toy conversation, and the channel between them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette
from telegram import Bot

from bot.channels.receive import Receive
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import open_bot
from bot.channels.telegram.limits import ALLOWED_UPDATES
from bot.chat.dispatcher import Send
from bot.chat.messages import Address, Incoming
from bot.chat.wording import Wording
from tests.fakes.bot_api import TOKEN, BotApi

SECRET = "rahasia_webhook-1"
CONTENT = Path(__file__).resolve().parents[2] / "content" / "wording"


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    folder = tmp_path / "wording"
    folder.mkdir()
    shutil.copy(CONTENT / "telegram.yaml", folder)
    return Wording.load(folder)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with open_bot(TOKEN, api.base) as opened:
        yield opened


@dataclass
class Desks:
    """Enrolled desks, and which case each of their messages belongs to."""

    chats: dict[str, str] = field(default_factory=dict)
    cases: dict[tuple[str, str], str] = field(default_factory=dict)
    moves: list[tuple[str, str]] = field(default_factory=list)

    def desk_of(self, chat: str) -> str | None:
        return self.chats.get(chat)

    def all_chats(self) -> list[str]:
        return list(self.chats)

    async def case_of_message(self, desk: str, message: str) -> str | None:
        return self.cases.get((desk, message))

    async def moved(self, old: str, new: str) -> None:
        self.moves.append((old, new))
        if old in self.chats:
            self.chats[new] = self.chats.pop(old)


@pytest.fixture
def desks() -> Desks:
    return Desks()


Answer = Callable[[Incoming, Send], Awaitable[None]]


@dataclass
class Toy:
    """A dispatcher that records what it heard and answers with ``answer``."""

    heard: list[Incoming] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    answer: Answer | None = None

    async def receive(
        self,
        address: Address,
        event: str,
        incoming: Incoming,
        send: Send,
        *,
        typed: bool = False,
        arrived: bool = False,
    ) -> None:
        self.heard.append(incoming)
        self.addresses.append(address)
        self.events.append(event)
        if self.answer:
            await self.answer(incoming, send)


@pytest.fixture
def toy() -> Toy:
    return Toy()


Connect = Callable[[Receive], AbstractAsyncContextManager[TelegramChannel]]


@pytest.fixture
def by_polling(api: BotApi, bot: Bot, desks: Desks, wording: Wording) -> Connect:
    """Connect a dispatcher by polling; leaving stops it cleanly."""

    @asynccontextmanager
    async def connect(receive: Receive) -> AsyncIterator[TelegramChannel]:
        channel = TelegramChannel(bot, receive, desks, wording, SECRET)
        stop = asyncio.Event()
        polling = asyncio.create_task(channel.poll(stop))
        while not api.called("getUpdates"):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        try:
            yield channel
        finally:
            stop.set()
            await polling

    return connect


@pytest.fixture
def by_webhook(api: BotApi, bot: Bot, desks: Desks, wording: Wording) -> Connect:
    @asynccontextmanager
    async def connect(receive: Receive) -> AsyncIterator[TelegramChannel]:
        channel = TelegramChannel(bot, receive, desks, wording, SECRET)
        api.deliver_to = Starlette(routes=channel.routes())
        url = "https://tanya.example/telegram"
        await bot.set_webhook(url, secret_token=SECRET, allowed_updates=ALLOWED_UPDATES)
        yield channel

    return connect


@pytest.fixture(params=["polling", "webhook"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Either way in."""
    chosen: Connect = request.getfixturevalue(f"by_{request.param}")
    return chosen
