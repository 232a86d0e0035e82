"""A web channel on SQLite, spoken to by httpx as a browser would."""

import re
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.channels.web import Demo, WebChannel
from bot.chat.messages import Address, Incoming, Outgoing
from bot.chat.text import Text
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.keys.ring import KeyRing
from bot.store.engine import Database

DEMO = Demo("rahasia-sekali", "contoh", 8000)
HOST = "http://127.0.0.1:8000"
_INPUT = re.compile(r'<input (?:form="\w+" )?type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the first form in ``html``."""
    fields: dict[str, str] = {}
    for name, value in _INPUT.findall(html):
        fields.setdefault(name, value)
    return fields


@dataclass
class FakeDispatcher:
    """Answers with what a test puts in ``replies``, and keeps what came in."""

    replies: list[Outgoing] = field(default_factory=lambda: [Outgoing(Text.plain("Jawaban."))])
    error: Exception | None = None
    received: list[tuple[Address, str, Incoming, bool]] = field(default_factory=list)
    sent: list[list[str] | None] = field(default_factory=list)

    async def receive(
        self,
        address: Address,
        event: str,
        incoming: Incoming,
        send: Any,
        *,
        typed: bool = False,
        arrived: bool = False,
    ) -> None:
        self.received.append((address, event, incoming, arrived))
        if self.error:
            raise self.error
        self.sent.append(await send(self.replies, ()))


@dataclass
class Site:
    """The served channel with everything behind it."""

    channel: WebChannel
    app: ASGIApp
    browser: httpx.AsyncClient
    dispatcher: FakeDispatcher
    database: Database
    ring: KeyRing
    clock: SetClock

    async def fields(self, path: str = "/obrolan") -> dict[str, str]:
        return hidden((await self.browser.get(path)).text)

    async def say(self, text: str, **more: str) -> httpx.Response:
        fields = await self.fields()
        return await self.browser.post("/obrolan", data=fields | {"text": text} | more)


class OpenSite(Protocol):
    def __call__(
        self, demo: Demo | None = None, receive: Any = None, store: Any = None
    ) -> Site: ...


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    folder = tmp_path / "wording"
    folder.mkdir()
    texts = Path(__file__).parents[2] / "content" / "wording" / "web.yaml"
    shutil.copy(texts, folder)
    return Wording.load(folder)


@pytest.fixture
async def open_site(
    sqlite_database: Database, ring: KeyRing, wording: Wording, clock: SetClock
) -> AsyncIterator[OpenSite]:
    opened: list[httpx.AsyncClient] = []

    def build(demo: Demo | None = None, receive: Any = None, store: Any = None) -> Site:
        dispatcher = FakeDispatcher()
        channel = WebChannel(
            receive or dispatcher.receive, sqlite_database, ring, wording, demo, store
        )
        routes = channel.routes()
        app = channel.guard(Starlette(routes=routes, exception_handlers=channel.error_pages()))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        browser = httpx.AsyncClient(transport=transport, base_url=HOST)
        opened.append(browser)
        return Site(channel, app, browser, dispatcher, sqlite_database, ring, clock)

    yield build
    for browser in opened:
        await browser.aclose()


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    return open_site()


@pytest.fixture
def demo_site(open_site: OpenSite) -> Site:
    return open_site(DEMO)


@pytest.fixture
def hidden_fields() -> Callable[[str], dict[str, str]]:
    return hidden


@pytest.fixture
def demo() -> Demo:
    return replace(DEMO)
