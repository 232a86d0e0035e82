"""Three replicas on one PostgreSQL, 200 chats writing at once: nothing is lost, each chat's
messages keep their order, and a desk gets no more than its platform allows.

``python -m pytest tests/scale/test_replicas.py -m slow -s`` prints the figures.
"""

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Address
from bot.clock import SystemClock
from bot.keys.ring import open_ring
from bot.limits import GROUP_INTERVAL
from bot.store import outbox
from bot.store.engine import Database, open_database
from tests.conftest import fresh_postgresql
from tests.scale.replica import DESKS, remember
from tests.store.test_outbox import accept

CHATS, MESSAGES, TIPS = 200, 12, 24
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Replica:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, *arguments: str) -> "Replica":
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.scale.replica", *arguments)
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))

    async def handle(self, chat: str, event: str, text: str) -> None:
        assert self._process.stdin
        done = self._waiting[event] = asyncio.get_running_loop().create_future()
        message = {"chat": chat, "event": event, "text": text}
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        await done

    async def stop(self) -> None:
        """It finishes what it holds."""
        assert self._process.stdin
        self._process.stdin.close()
        assert await self._process.wait() == 0
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            self._waiting.pop(line.decode().strip()).set_result(None)


@pytest.fixture
async def shared(postgres_server: str, tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(await fresh_postgresql(postgres_server))
    yield database
    await database.close()


async def test_three_replicas_are_one_service(shared: Database, tmp_path: Path) -> None:
    url = shared.engine.url.render_as_string(hide_password=False)
    keys, sink = str(tmp_path / "keys"), tmp_path / "delivered"
    ring = open_ring(keys, SystemClock())
    for number in range(1, TIPS + 1):
        await accept(shared, ring, number, DESKS[number % len(DESKS)], due=0)
    replicas = [await Replica.start(url, keys, str(sink)) for _ in range(3)]
    took: list[float] = []

    async def chat(name: str) -> None:
        """As a platform does: the next message once the last is done, each by any replica; every
        third one is brought twice at once, which must have one effect."""
        for number in range(MESSAGES):
            twice = number % 3 == 2
            chosen = random.sample(replicas, 2 if twice else 1)
            begun = time.monotonic()
            event = f"{name}-{number}"
            await asyncio.gather(*(one.handle(name, event, str(number)) for one in chosen))
            took.append(time.monotonic() - begun)

    begun = time.monotonic()
    await asyncio.gather(*(chat(f"chat{number}") for number in range(CHATS)))
    seconds = time.monotonic() - begun
    for _ in range(600):
        if not await outbox.waiting(shared):
            break
        await asyncio.sleep(0.2)
    for replica in replicas:
        await replica.stop()

    routes = Routes({}, {}, {}, {}, remember, remember)
    reading = Dispatcher(shared, ring, routes, None)
    wanted = [str(number) for number in range(MESSAGES)]
    lost = 0
    for number in range(CHATS):
        loaded, _ = await reading._load(Address("telegram", f"chat{number}"), "none")
        texts = loaded.state.data.get("texts", [])
        lost += len(set(wanted) - set(texts))
        assert texts == wanted, texts
    took.sort()
    print(  # noqa: T201
        f"\n{CHATS * MESSAGES} messages in {seconds:.1f} s, {lost} lost, "
        f"p50 {1000 * took[len(took) // 2]:.0f} ms, p99 {1000 * took[len(took) * 99 // 100]:.0f} ms"
    )
    _check_pacing(sink)


def _check_pacing(sink: Path) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    codes: list[str] = []
    for line in sink.read_text().splitlines():
        desk, at, code = line.split()
        times[desk].append(float(at))
        codes.append(code)
    assert sorted(codes) == sorted(set(codes))
    assert len(codes) == TIPS
    shortest = min(
        later - earlier for sent in map(sorted, times.values()) for earlier, later in pairwise(sent)
    )
    print(f"two messages at a desk came at least {shortest:.1f} s apart")  # noqa: T201
    assert shortest >= GROUP_INTERVAL  # so no minute has more than Telegram's twenty
