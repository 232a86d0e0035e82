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
_LIST = "digest.title"
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
        self.kills: Counter[str] = Counter()

    @property
    def accepted(self) -> list[str]:
        return _lines(self.folder / "accepted")

    @property
    def messages(self) -> list[list[str]]:
        """The codes of each message that was sent: one of a card, several of a list."""
        found: list[list[str]] = []
        for line in _lines(self.folder / "delivered"):
            if line.startswith(_LIST) or _CODE.match(line):
                found.append([])
            found[-1] += _CODE.findall(line)
        return found

    @property
    def repeated(self) -> list[list[str]]:
        """Messages of which a later one shows a code again: sent, and cut off before that was
        recorded. What a killed worker gathered comes back at other times, in other lists."""
        latest, found = dict[str, int](), set[int]()
        messages = self.messages
        for number, codes in enumerate(messages):
            found |= {latest[code] for code in codes if code in latest}
            latest |= dict.fromkeys(codes, number)
        return [messages[number] for number in found]

    @property
    def delivered(self) -> Counter[str]:
        return Counter(code for codes in self.messages for code in codes)

    async def start(self, role: str) -> None:
        url = self.database.engine.url.render_as_string(hide_password=False)
        paths = [str(self.folder / name) for name in ("keys", "accepted", "delivered")]
        ahead = str(
            self.kills.total() * LEASE / 3
        )  # the leases of the killed lapse a little faster
        self.alive[role] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.scale.victim", role, url, *paths, ahead
        )

    async def kill(self, role: str) -> None:
        process = self.alive.pop(role)
        process.kill()
        await process.wait()
        self.kills[role] += 1

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
    while victims.kills.total() < KILLS:
        role = _chance.choice(victims.roles)
        begun = victims.work_of(role)
        await victims.until_working(role, begun)
        await asyncio.sleep(_chance.uniform(0, 0.8))
        await victims.kill(role)
        await victims.start(role)
    for role in victims.roles:
        await victims.kill(role)
    await _drain(victims)

    accepted, delivered = set(victims.accepted), victims.delivered
    repeats = delivered.total() - len(delivered)
    lists = [codes for codes in victims.repeated if len(codes) > 1]
    worker_kills = victims.kills["worker"] + victims.kills["run"]
    print(  # noqa: T201
        f"\n{database.engine.dialect.name}: {KILLS} kills ({worker_kills} of a worker), "
        f"{len(accepted)} accepted, {len(accepted - set(delivered))} lost; "
        f"{len(victims.repeated)} messages cut off ({len(lists)} of them lists), "
        f"{repeats} codes shown twice"
    )
    assert accepted <= set(delivered)
    assert len(victims.repeated) <= worker_kills


async def _drain(victims: Victims) -> None:
    """Let one last worker deliver all that is left."""
    victims.kills["nobody"] += 12  # enough for every lease to lapse
    await victims.start("worker")
    for _ in range(3_000):
        if not await outbox.waiting(victims.database):
            break
        await asyncio.sleep(0.1)
    await victims.kill("worker")
