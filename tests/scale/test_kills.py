"""kill -9 a hundred times in mid-work, on each engine: nothing accepted is lost.

``python -m pytest tests/scale/test_kills.py -m slow -s`` prints the counts. KILLS sets how often.
"""

import asyncio
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import pytest

from bot.limits import LEASE
from bot.store import outbox
from bot.store.engine import Database

KILLS = int(os.environ.get("KILLS", "100"))
_CODE = re.compile(r"\b[0-9a-f]{32}(?= )")  # followed by what the card says
_chance = SystemRandom()
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]


@dataclass
class Victims:
    """The processes of a deployment: one on SQLite, a web and a worker on PostgreSQL."""

    database: Database
    folder: Path

    def __post_init__(self) -> None:
        self.roles = ["run"] if self.database.is_sqlite else ["web", "worker"]
        self.alive: dict[str, asyncio.subprocess.Process] = {}
        self.kills = 0

    @property
    def accepted(self) -> list[str]:
        return _lines(self.folder / "accepted")

    @property
    def delivered(self) -> Counter[str]:
        return Counter(_CODE.findall("\n".join(_lines(self.folder / "delivered"))))

    async def start(self, role: str) -> None:
        url = self.database.engine.url.render_as_string(hide_password=False)
        paths = [str(self.folder / name) for name in ("keys", "accepted", "delivered")]
        ahead = str(self.kills * LEASE / 3)  # the leases of the killed lapse a little faster
        self.alive[role] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.scale.victim", role, url, *paths, ahead
        )

    async def kill(self, role: str) -> None:
        process = self.alive.pop(role)
        process.kill()
        await process.wait()
        self.kills += 1

    def work_of(self, role: str) -> int:
        """Something that grows while this role works."""
        if role == "worker":
            return sum(self.delivered.values())
        return len(self.accepted)

    async def until_working(self, role: str, begun: int) -> None:
        for _ in range(1_500):
            if self.work_of(role) > begun:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{role} stands still")


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


async def test_nothing_accepted_is_lost(database: Database, tmp_path: Path) -> None:
    victims = Victims(database, tmp_path)
    for role in victims.roles:
        await victims.start(role)
    while victims.kills < KILLS:
        role = _chance.choice(victims.roles)
        begun = victims.work_of(role)
        await victims.until_working(role, begun)
        await asyncio.sleep(_chance.uniform(0, 0.8))
        await victims.kill(role)
        await victims.start(role)
    for role in [role for role in victims.roles if role != "worker"]:
        await victims.kill(role)
    if "worker" in victims.alive:
        await victims.kill("worker")
    await _drain(victims)

    accepted, delivered = set(victims.accepted), victims.delivered
    repeats = sum(delivered.values()) - len(delivered)
    print(  # noqa: T201
        f"\n{database.engine.dialect.name}: {KILLS} kills, {len(accepted)} accepted, "
        f"{len(accepted - set(delivered))} lost, {repeats} delivered twice"
    )
    assert accepted <= set(delivered)
    assert repeats <= KILLS


async def _drain(victims: Victims) -> None:
    """Let one last worker deliver all that is left."""
    victims.kills += 12
    await victims.start("worker")
    for _ in range(3_000):
        if not await outbox.waiting(victims.database):
            break
        await asyncio.sleep(0.1)
    await victims.kill("worker")
