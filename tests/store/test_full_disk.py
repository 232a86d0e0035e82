"""A full disk on SQLite: refused clearly, nothing half done, and well again with room."""

import asyncio
import resource
import shutil
import signal
import sys
from pathlib import Path

from bot.clock import SetClock
from bot.keys.ring import open_ring
from bot.store import outbox
from bot.store.engine import open_database
from bot.store.outage import StoreUnavailable
from tests.store.test_outbox import accept

ROOM = 300_000  # bytes that a file may grow to


async def fill(folder: Path) -> None:
    """Accept tips until the disk is full; then try to read, and to accept once more."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    database = open_database(f"sqlite+aiosqlite:///{folder / 'tanya.db'}")
    ring = open_ring(str(folder / "keys"), SetClock())
    ring.desk_key("palu", ring.month())
    await outbox.waiting(database)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
    accepted = 0
    for number in range(1, 1_000):
        try:
            await accept(database, ring, number)
        except StoreUnavailable:
            break
        accepted = number
    assert (await outbox.waiting(database))["palu"] == accepted
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await accept(database, ring, 5_000)
    await database.close()
    print(accepted)  # noqa: T201


async def test_a_full_disk_refuses_and_loses_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "tanya.db")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.store.test_full_disk",
        str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    accepted = int(output)
    assert 0 < accepted < 999
    database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}")
    assert (await outbox.waiting(database))["palu"] == accepted + 1
    await database.close()


if __name__ == "__main__":
    asyncio.run(fill(Path(sys.argv[1])))
