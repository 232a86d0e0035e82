"""The roles ``web`` and ``worker`` as processes on PostgreSQL: asked to stop, they finish what they
hold, say that they are going, hand back what they had taken, and a new one takes over unnoticed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.keys.ring import open_ring
from bot.store.engine import Database, open_database
from bot.store.schema import destinations
from tests.conftest import fresh_postgresql
from tests.end_to_end.browserless import free_port
from tests.store.test_outbox import accept

pytestmark = pytest.mark.timeout(300)


@dataclass
class Roles:
    """Processes that share a database, a folder of keys and a port."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, role: str) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PORT": str(self.port),
            "DATABASE_URL": self.database_url,
        }
        command = [sys.executable, "-m", "bot", role]
        process = subprocess.Popen(command, cwd=self.folder, env=environment)
        self.processes.append(process)
        return process

    def ready(self) -> int:
        """The status of ``/readyz``; 0 while nobody listens."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=30).status_code
        except httpx.ConnectError:
            return 0


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[Database]:
    opened = open_database(await fresh_postgresql(postgres_server))
    yield opened
    await opened.close()


@pytest.fixture
def roles(database: Database, tmp_path: Path) -> Iterator[Roles]:
    running = Roles(tmp_path, database.engine.url.render_as_string(hide_password=False))
    yield running
    for process in running.processes:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
async def test_a_new_web_replica_takes_over_without_a_refused_request(roles: Roles) -> None:
    old = roles.start("web")
    wait_until(lambda: roles.ready() == 200)
    new = roles.start("web")
    await asyncio.sleep(2)  # long enough to take the port, or to fail at it
    assert new.poll() is None

    seen = []
    asked_to_stop = 0.0
    end = time.monotonic() + 120
    while new.poll() is None and old.poll() is None and time.monotonic() < end:
        seen.append(roles.ready())
        if not asked_to_stop and len(seen) == 40:
            old.send_signal(signal.SIGTERM)
            asked_to_stop = time.monotonic()
    assert old.wait(30) == 0
    assert asked_to_stop
    assert 503 in seen  # the old one said that it was going, and still answered
    assert 0 not in seen
    assert roles.ready() == 200


async def test_a_worker_that_is_told_to_stop_hands_back_its_leases(
    roles: Roles, database: Database
) -> None:
    ring = open_ring(str(roles.folder / "data" / "keys"), SystemClock())
    await accept(database, ring, 1, desk="demo", due=0)  # no real tip: it is tried, and stays
    worker = roles.start("worker")
    end = time.monotonic() + 90
    while not {"demo", "_watch"} <= (await leases(database)).keys():
        assert time.monotonic() < end
        assert worker.poll() is None
        await asyncio.sleep(0.1)
    held = await leases(database)
    assert held["demo"] > time.time()
    assert held["_watch"] > time.time()

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    held = await leases(database)
    assert held["demo"] <= time.time()
    assert "_watch" not in held


async def leases(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        rows = await connection.execute(select(destinations.c.desk, destinations.c.lease))
        return {row.desk: row.lease for row in rows}
