"""Web replicas and the worker replaced one by one while people ask and tell: whoever writes gets
his answer, no request meets a closed door, and every tip arrives once.

``python -m pytest tests/scale/test_rolling.py -m slow -s`` prints the figures.
"""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.channels.telegram import setup
from bot.channels.telegram.client import open_bot
from bot.chat.wording import Wording
from bot.clock import SystemClock
from bot.store import outbox
from bot.store.engine import Database, open_database
from tests.conftest import CONTENT, fresh_postgresql
from tests.end_to_end.browserless import free_port
from tests.fakes.bot_api import TOKEN, BotApi
from tests.telegram.day import Citizen, Desk, code_of, desks_file, until

PEOPLE, DESKS = 10, 2
URL, SECRET = "https://tanya.example", "rahasia_webhook-1"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass
class Balancer:
    """As the one of docs/deploy: sends to replicas whose ``/readyz`` said 200 when last asked."""

    client: httpx.AsyncClient
    ports: list[int]
    ready: set[int] = field(default_factory=set)
    said: dict[int, list[int]] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._turns = cycle(self.ports)

    async def look(self) -> None:
        while True:
            for port in self.ports:
                status = await self._status(port)
                self.said.setdefault(port, []).append(status)
                (self.ready.add if status == 200 else self.ready.discard)(port)
            await asyncio.sleep(0.5)

    async def _status(self, port: int) -> int:
        """0 while nobody listens."""
        try:
            return (await self.client.get(f"http://127.0.0.1:{port}/readyz")).status_code
        except httpx.TransportError:
            return 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        port = next(port for port in self._turns if port in self.ready or not self.ready)
        headers = {name: request.headers[name] for name in request.headers if name != "host"}
        url, body = f"http://127.0.0.1:{port}{request.url.path}", await request.body()
        try:
            status = (await self.client.post(url, content=body, headers=headers)).status_code
        except httpx.TransportError:
            status = 0
        self.answers[status] += 1
        await Response(status_code=status or 502)(scope, receive, send)


@dataclass
class Roles:
    """Processes that share an environment; each web replica keeps its port."""

    folder: Path
    environment: dict[str, str]
    alive: dict[tuple[str, int], Process] = field(default_factory=dict)

    async def start(self, role: str, port: int) -> None:
        self.alive[role, port] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", role,
            cwd=self.folder, env=self.environment | {"PORT": str(port)},
        )  # fmt: skip

    async def stop(self, role: str, port: int) -> float:
        """The seconds it takes until it has ended well."""
        process, begun = self.alive.pop((role, port)), time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        return time.monotonic() - begun


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[Database]:
    opened = open_database(await fresh_postgresql(postgres_server))
    yield opened
    await opened.close()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def balancer(api: BotApi) -> AsyncIterator[Balancer]:
    async with httpx.AsyncClient(timeout=60) as client:
        api.deliver_to = made = Balancer(client, [free_port(), free_port()])
        looking = asyncio.create_task(made.look())
        yield made
        looking.cancel()


@pytest.fixture
async def rooms(api: BotApi, database: Database) -> list[Desk]:
    groups = {f"meja{number}": api.group(f"Meja {number}", privacy=True) for number in range(DESKS)}
    reaching: Any = SimpleNamespace(database=database, clock=SystemClock())
    return [Desk(reaching, api, name, group) for name, group in groups.items()]


@pytest.fixture
async def roles(
    api: BotApi, database: Database, rooms: list[Desk], tmp_path: Path
) -> AsyncIterator[Roles]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE": api.base,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": URL,
        "SERVER_KEY": "kunci-server-untuk-uji",
        "DESKS_FILE": str(desks_file(tmp_path, {room.id: room.group for room in rooms})),
        "DELIVERY_DELAY": "0",
        "OPERATOR_MODE": "independent",
        "OPERATOR_NAME": "Relawan Contoh",
        "OPERATOR_CONTACT": "relawan.example",
    }
    running = Roles(tmp_path, environment)
    yield running
    for process in running.alive.values():
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_nobody_notices_that_everything_is_replaced(
    api: BotApi, balancer: Balancer, rooms: list[Desk], roles: Roles, database: Database
) -> None:
    wording = Wording.load(CONTENT / "wording")
    async with open_bot(TOKEN, api.base) as bot:
        await setup.apply(bot, wording, URL, SECRET)
    for role, port in (*(("web", port) for port in balancer.ports), ("worker", 0)):
        await roles.start(role, port)
    await until(lambda: len(balancer.ready) == len(balancer.ports), 120)
    for room in rooms:
        await room.enrols()
    citizens = [
        Citizen(api, api.person(f"Orang{n}"), n, rooms[n % DESKS].id, wording)
        for n in range(PEOPLE)
    ]
    ended = asyncio.Event()
    living = [asyncio.create_task(_live(citizen, ended)) for citizen in citizens]
    took = await _replace_everything(roles, balancer)
    ended.set()
    await asyncio.gather(*living)
    await _delivered(rooms, citizens, database)

    print(f"\n{balancer.answers} answers, each role stopped in {took} s")  # noqa: T201
    assert set(balancer.answers) == {200}
    assert api.given_up == []
    for said in balancer.said.values():
        going = said.index(503)  # it said that it was going before it was gone
        assert 0 not in said[said.index(200) : going]


async def _live(citizen: Citizen, ended: asyncio.Event) -> None:
    """Tell once, and go on asking."""
    await asyncio.sleep(citizen.number)
    await citizen.tells()
    while not ended.is_set():
        await citizen.asks()
        await asyncio.sleep(0.5)


async def _replace_everything(roles: Roles, balancer: Balancer) -> list[float]:
    took = []
    for port in balancer.ports:
        took.append(await roles.stop("web", port))
        await roles.start("web", port)
        await until(lambda: len(balancer.ready) == len(balancer.ports), 120)
    took.append(await roles.stop("worker", 0))
    await roles.start("worker", 0)
    return [round(seconds, 1) for seconds in took]


async def _delivered(rooms: list[Desk], citizens: list[Citizen], database: Database) -> None:
    """Every tip is at its desk, once."""
    async with asyncio.timeout(120):
        while await outbox.waiting(database):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert await outbox.dead(database) == []
    cards = [card for room in rooms for card in room.cards()]
    for citizen in citizens:
        assert citizen.told
        assert sum(f"{citizen.told.story}\n" in f"{card.text}\n" for card in cards) == 1
    assert len({code_of(card) for card in cards}) == PEOPLE
