"""A fake Twilio, a toy conversation, and the channel between them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.channels.receive import Receive
from bot.channels.whatsapp import channel as channel_module
from bot.channels.whatsapp import setup
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import open_client
from bot.chat.dispatcher import Send
from bot.chat.messages import Address, Incoming
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store.engine import Database
from tests.fakes.twilio import PUBLIC_URL, Twilio
from tests.fakes.twilio_world import ACCOUNT, NUMBER, TOKEN

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.load(CONTENT / "wording")


@pytest.fixture
async def twilio(clock: SetClock) -> AsyncIterator[Twilio]:
    async with Twilio(clock) as running:
        yield running
    assert not running.leaks


def settings_for(base: str, **more: object) -> Settings:
    values: dict[str, object] = {
        "_env_file": None,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_whatsapp_from": NUMBER.removeprefix("whatsapp:"),
        "twilio_api_base": base,
        "twilio_content_base": base,
        "public_url": PUBLIC_URL,
        **more,
    }
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
def settings(twilio: Twilio) -> Settings:
    return settings_for(twilio.base)


Answer = Callable[[Incoming, Send], Awaitable[None]]


@dataclass
class Toy:
    """A dispatcher that records what it heard and answers with ``answer``."""

    heard: list[Incoming] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    typed: list[bool] = field(default_factory=list)
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
        self.typed.append(typed)
        if self.answer:
            await self.answer(incoming, send)


@pytest.fixture
def toy() -> Toy:
    return Toy()


Connect = Callable[..., AbstractAsyncContextManager[WhatsAppChannel]]


@pytest.fixture
def connect(
    twilio: Twilio,
    settings: Settings,
    sqlite_database: Database,
    ring: KeyRing,
    wording: Wording,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Connect:
    """Put a channel behind the fake's webhook; ``interactive`` sets up the templates first."""
    monkeypatch.setattr("bot.channels.whatsapp.calls._WAIT", 0.01)

    @asynccontextmanager
    async def opened(
        receive: Receive, *, interactive: bool = False, database: Database = sqlite_database
    ) -> AsyncIterator[WhatsAppChannel]:
        if interactive:
            client, http = open_client(settings)
            await setup.apply(client, wording, settings)
            await http.close()
        channel = channel_module.WhatsAppChannel(settings, receive, database, ring, wording, clock)
        twilio.deliver_to = Starlette(routes=channel.routes())
        try:
            yield channel
        finally:
            await twilio.quiet()
            await channel.close()

    return opened
