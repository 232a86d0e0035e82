"""The disk of a PostgreSQL server fills up: whoever is refused may try again, nothing accepted is
lost, and with room all is well. Needs the right to mount a small disk of memory.

``python -m pytest tests/scale/test_full_disk.py -m slow -s`` prints what the server said.
"""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from bot.clock import SystemClock
from bot.keys.ring import KeyRing, open_ring
from bot.store import outbox
from bot.store.engine import Database, open_database
from bot.store.outage import StoreUnavailable
from tests.scale.stoppable import Postgres, stop_all, stoppable_postgres
from tests.store.test_outbox import accept

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
SIZE, LEFT = "160m", 400_000
LONG = {"text": "x" * 20_000}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("may not mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill(ballast: Path) -> None:
    free = os.statvfs(ballast.parent)
    ballast.write_bytes(bytes(free.f_bavail * free.f_bsize - LEFT))


async def _accepted_until_refused(database: Database, ring: KeyRing) -> tuple[int, str]:
    for number in range(1, 1_000):
        try:
            await accept(database, ring, number, content=LONG)
        except StoreUnavailable as error:
            return number - 1, error.reason
    raise AssertionError("the disk is not full")


async def _end_the_log(server: Postgres) -> None:
    """The next piece of the log finds no room either, and without its log no server goes on."""
    for _ in range(3):
        with suppress(asyncpg.PostgresError, OSError):
            await server.say("SELECT txid_current()", "SELECT pg_switch_wal()")


@pytest.mark.parametrize("full", ["tables", "log"])
async def test_a_full_disk_refuses_and_loses_nothing(disk: Path, tmp_path: Path, full: str) -> None:
    with stoppable_postgres(disk) as server:
        await server.prepare()
        database = open_database(server.url)
        ring = open_ring(str(tmp_path / "keys"), SystemClock())
        await accept(database, ring, 7_000)
        _fill(disk / "ballast")
        if full == "log":
            await _end_the_log(server)
        accepted, reason = await _accepted_until_refused(database, ring)
        with pytest.raises(StoreUnavailable):
            await accept(database, ring, 5_000, content=LONG)
        alive = True
        try:
            assert (await outbox.waiting(database))["palu"] == accepted + 1
        except StoreUnavailable:
            alive = False
        print(f"\n{full} full: {accepted} accepted, then {reason}; reading goes on: {alive}")  # noqa: T201
        assert alive is (full == "tables")

        (disk / "ballast").unlink()
        if not alive:
            await asyncio.to_thread(stop_all, disk)
            await asyncio.to_thread(server.start)
        await accept(database, ring, 6_000, content=LONG)
        assert (await outbox.waiting(database))["palu"] == accepted + 2
        await database.close()
