"""kill -9 in the middle of delivery: nothing is lost, and a repeat carries its code."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

from bot.clock import SystemClock
from bot.keys.ring import KeyRing, open_ring
from bot.limits import LEASE
from bot.store import cases, outbox
from bot.store.effects import AcceptTip
from bot.store.engine import Database
from bot.tips.sealing import seal_for_desk
from tests.delivery.killed_worker import DESKS

KILLS = 2  # a hundred: tests/scale/test_kills.py
SCRIPT = "tests.delivery.killed_worker"


async def _accept_one_for_each_desk(database: Database, ring: KeyRing) -> list[str]:
    codes = []
    for number, desk in enumerate(DESKS):
        case_id, code = f"{number:032x}", f"AAA-{number:03d}"
        content = {"text": "isi"}
        tip = AcceptTip(
            case_id,
            code,
            desk,
            ring.month(),
            seal_for_desk(ring, desk, case_id, 0, "tip", content),
            str(SystemClock().today()),
            "2099-01-01",
            due=0,
        )
        async with database.begin() as connection:
            await cases.apply(connection, tip)
        codes.append(code)
    return codes


async def _worker(url: str, keys: Path, sink: Path, ahead: float) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", SCRIPT, url, str(keys), str(sink), str(ahead)
    )


async def _lines(sink: Path, at_least: int) -> None:
    """Wait until the worker has delivered so many."""
    for _ in range(600):
        if sink.exists() and len(sink.read_text().splitlines()) >= at_least:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the worker stands still")


async def test_a_worker_killed_in_mid_delivery_loses_nothing(
    database: Database, tmp_path: Path
) -> None:
    keys, sink = tmp_path / "keys", tmp_path / "sink"
    codes = await _accept_one_for_each_desk(database, open_ring(str(keys), SystemClock()))
    url = database.engine.url.render_as_string(hide_password=False)

    for kill in range(KILLS):
        process = await _worker(url, keys, sink, kill * (LEASE + 1))
        await _lines(sink, at_least=4 * (kill + 1))
        process.kill()
        await process.wait()
    last = await _worker(url, keys, sink, KILLS * (LEASE + 1))
    for _ in range(600):
        if not await outbox.waiting(database):
            break
        await asyncio.sleep(0.05)
    last.kill()
    await last.wait()

    delivered = Counter(line.split()[0] for line in sink.read_text().splitlines())
    assert set(delivered) == set(codes)
    assert sum(delivered.values()) - len(codes) <= KILLS  # at most one repeat a kill
