"""A worker to be killed: delivers to a file, slowly. Run by test_kill.py.

Arguments: database URL, key folder, sink file, seconds by which its clock is ahead.
"""

import asyncio
import sys
import time
from datetime import date, datetime
from pathlib import Path

from bot.chat.messages import Outgoing
from bot.delivery.worker import Worker
from bot.desks.routes import Desk, Desks
from bot.keys.ring import open_ring
from bot.limits import ZONE
from bot.store.engine import open_database
from tests.delivery.plain import NoFiles, PlainView, plain_desk

DESKS = [f"meja{number}" for number in range(24)]


class AheadClock:
    def __init__(self, ahead: float) -> None:
        self._ahead = ahead

    def now(self) -> float:
        return time.time() + self._ahead

    def today(self) -> date:
        return datetime.now(ZONE).date()


async def main(url: str, keys: str, sink: str, ahead: str) -> None:
    clock = AheadClock(float(ahead))
    database = open_database(url)

    async def send(_chat: str, message: Outgoing, /) -> str:
        await asyncio.sleep(0.02)
        with Path(sink).open("a", encoding="utf-8") as file:
            file.write(f"{message.text}\n")
        await asyncio.sleep(0.02)
        return message.text.spans[0].text

    desks = Desks({name: Desk(id=name, name=name, channel="web", chat=name) for name in DESKS})
    ring, senders = open_ring(keys, clock), {"web": plain_desk(send)}
    worker = Worker(database, ring, desks, senders, PlainView(), NoFiles(), clock)
    await worker.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
