"""A process to be killed: accepts tips and delivers them. Run by test_kills.py.

Arguments: run, web or worker; database URL; key folder; file of accepted codes; file of delivered
ones; seconds by which the worker's clock is ahead.
"""

import asyncio
import secrets
import sys
from pathlib import Path

from bot.clock import SystemClock
from bot.keys.ring import open_ring
from bot.store import cases
from bot.store.effects import AcceptTip
from bot.store.engine import open_database
from bot.store.ids import new_id
from bot.tips.sealing import seal_for_desk
from tests.delivery import killed_worker


async def accept_for_ever(url: str, keys: str, accepted: str) -> None:
    """Accept a tip every few milliseconds; its code is written down once it is committed."""
    clock = SystemClock()
    database, ring = open_database(url), open_ring(keys, clock)
    while True:
        case_id, desk = new_id(), secrets.choice(killed_worker.DESKS)
        sealed = seal_for_desk(ring, desk, case_id, 0, "tip", {"text": case_id})
        today = str(clock.today())
        tip = AcceptTip(case_id, case_id, desk, ring.month(), sealed, today, "2099-01-01", due=0)
        async with database.begin() as connection:
            await cases.apply(connection, tip)
        with Path(accepted).open("a", encoding="utf-8") as file:
            file.write(f"{case_id}\n")
        await asyncio.sleep(0.1)


async def main(role: str, url: str, keys: str, accepted: str, sink: str, ahead: str) -> None:
    jobs = []
    if role in ("run", "web"):
        jobs.append(accept_for_ever(url, keys, accepted))
    if role in ("run", "worker"):
        jobs.append(killed_worker.main(url, keys, sink, ahead))
    await asyncio.gather(*jobs)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:7]))
