"""What the webhook answers to hostile requests, and how fast, as the table of docs/whatsapp.md.

``python -m benchmarks.whatsapp_doors``: each case five times through the whole channel in this
process (the median counts), then ten thousand generated requests.
"""

import asyncio
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.chat.dispatcher import Send
from bot.chat.messages import Outgoing
from bot.chat.text import Text
from bot.chat.wording import Wording
from bot.clock import SystemClock
from bot.keys.ring import open_ring
from bot.store.engine import open_database
from bot.store.migrate import migrate
from tests.fakes.twilio import Twilio
from tests.whatsapp.conftest import CONTENT, settings_for
from tests.whatsapp.hostile import Knock, generated, knocks

TIMES, GENERATED = 5, 10_000


async def knocked(client: httpx.AsyncClient, knock: Knock) -> tuple[int, float]:
    """The status, and the milliseconds until it came."""
    headers = httpx.Headers(knock.headers, encoding="latin-1")
    began = time.perf_counter()
    answer = await client.post(knock.url, content=knock.content, headers=headers)
    return answer.status_code, 1000 * (time.perf_counter() - began)


async def run(folder: Path) -> None:
    async def receive(_address: Any, _event: str, _said: Any, send: Send, **__: Any) -> None:
        """A conversation that has one answer."""
        await send([Outgoing(Text.plain("Jawaban"))], ())

    clock, database = SystemClock(), open_database(f"sqlite+aiosqlite:///{folder / 'doors.db'}")
    await migrate(database)
    ring, wording = open_ring(str(folder / "keys"), clock), Wording.load(CONTENT / "wording")
    async with Twilio(clock) as twilio:
        settings = settings_for(twilio.base)
        channel = WhatsAppChannel(settings, receive, database, ring, wording, clock)
        app = Starlette(routes=channel.routes())
        twilio.deliver_to = app
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            await knocked(client, next(knocks()))
            await table(client)
            await many(client)
        await twilio.quiet()
        await channel.close()
    await database.close()


async def table(client: httpx.AsyncClient) -> None:
    print("| yang datang | status | ms |\n|---|---|---|")  # noqa: T201
    for knock in knocks():
        found = [await knocked(client, knock) for _ in range(TIMES)]
        statuses = "/".join(sorted({str(status) for status, _ in found}))
        middle = statistics.median(took for _, took in found)
        print(f"| {knock.name} | {statuses} | {middle:.1f} |".replace(".", ","))  # noqa: T201


async def many(client: httpx.AsyncClient) -> None:
    statuses: Counter[int] = Counter()
    slowest = 0.0
    for knock in generated(GENERATED):
        status, took = await knocked(client, knock)
        statuses[status] += 1
        slowest = max(slowest, took)
    counted = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
    print(f"\n{GENERATED} generated requests: {counted}; slowest {slowest:.0f} ms")  # noqa: T201


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name)))
