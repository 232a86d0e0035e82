"""Unit costs, the nationwide peak, and what grows with what, in one run.

Run ``python -m benchmarks [--seconds 30] [--plot docs/growth.svg]``.

CPU is this process's own; PostgreSQL (from a pip package, on this machine) works beside it. Peers
in the same run: the same rows written by the bare drivers. On a busy machine only ratios count.
"""

import argparse
import asyncio
import resource
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import insert

from benchmarks import costs
from benchmarks.drawing import Curve, draw
from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Address, Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SystemClock
from bot.content import load_content
from bot.keys.ring import KeyRing, open_ring
from bot.knowledge.matcher import Matcher
from bot.store import outbox
from bot.store.engine import Database, open_database
from bot.store.migrate import migrate
from bot.store.outage import StoreUnavailable
from bot.store.schema import conversations, destinations
from bot.store.schema import outbox as jobs
from tests.scale.stoppable import stoppable_postgres

ROOT = Path(__file__).resolve().parent.parent
RATES = (35, 175)  # messages a second: a nation's peak, and five times that
ANSWER = (Outgoing(Text.plain("ya")),)


class Bench:
    """One database under the dispatcher: questions write nothing, a form's answers do."""

    def __init__(self, database: Database, ring: KeyRing, matcher: Matcher) -> None:
        self.database = database
        self.ring = ring
        self._matcher = matcher
        routes: Routes[None] = Routes({}, {}, {}, {}, self._handle, self._handle)
        self._dispatcher = Dispatcher(database, ring, routes, None)
        self._events = 0

    async def _handle(self, state: State, incoming: Incoming, _ports: None) -> Outcome:
        if incoming.text.startswith("formulir"):
            return Outcome(State("form", "ask", {"last": incoming.text}), ANSWER)
        self._matcher.match(incoming.text)
        return Outcome(state, ANSWER)

    async def says(self, chat: str, text: str) -> None:
        async def send(_replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
            return ["1"]

        self._events += 1
        address, event = Address("telegram", chat), f"e{self._events}"
        await self._dispatcher.receive(address, event, Incoming(text), send)


async def cost(work: Callable[[int], Awaitable[object]], times: int) -> tuple[float, float]:
    """Milliseconds of CPU and of the clock for one call, after a few to warm up."""
    for number in range(5):
        await work(-1 - number)
    cpu, begun = time.process_time(), time.perf_counter()
    for number in range(times):
        await work(number)
    return (
        1000 * (time.process_time() - cpu) / times,
        1000 * (time.perf_counter() - begun) / times,
    )


async def unit_costs(bench: Bench, peer: Callable[[int], Awaitable[object]]) -> None:
    name = bench.database.engine.dialect.name
    bare, _ = await cost(peer, 200)
    asked, _ = await cost(lambda n: bench.says(f"a{n}", "bolehkah like postingan calon"), 200)
    told, took = await cost(lambda n: bench.says(f"f{n % 50}", f"formulir {n}"), 200)
    print(f"{name}: bare driver's transaction {bare:.2f} ms CPU")  # noqa: T201
    print(f"{name}: a question, matched {asked:.2f} ms CPU, {asked / bare:.1f}x")  # noqa: T201
    print(  # noqa: T201
        f"{name}: a form's answer {told:.2f} ms CPU, {told / bare:.1f}x; {took:.1f} ms by the clock"
    )


async def peak(bench: Bench, rate: int, seconds: int) -> None:
    """An open loop: messages come at their time, whether or not earlier ones are done."""
    took: list[float] = []
    refused = 0

    async def one(number: int, due: float) -> None:
        nonlocal refused
        text = "formulir x" if number % 3 == 0 else "apakah boleh ikut kampanye"
        try:
            await bench.says(f"p{rate}-{number % 5000}", text)
        except StoreUnavailable:
            refused += 1  # answered 503: the platform brings it again
        else:
            took.append(time.perf_counter() - due)

    cpu, begun = time.process_time(), time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(rate * seconds):
            due = begun + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            tasks.create_task(one(number, due))
    wall, used = time.perf_counter() - begun, time.process_time() - cpu
    took.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"{rate}/s for {seconds} s: {len(took) / wall:.0f}/s done, {refused} refused, "
        f"p50 {1000 * _at(took, 0.5):.0f} ms, p99 {1000 * _at(took, 0.99):.0f} ms, "
        f"{100 * used / wall:.0f} % of a core, {memory:.0f} MB"
    )


async def conversations_curve(bench: Bench, sizes: Sequence[int]) -> Curve:
    """A form's answer while so many other chats lie in the table."""
    points, there = [], 0
    for size in sizes:
        rows = [
            {"key": n.to_bytes(16, "big"), "day": "2026-11-22", "version": 1, "body": bytes(1_064)}
            for n in range(there, size)
        ]
        for start in range(0, len(rows), 5_000):
            async with bench.database.begin() as connection:
                await connection.execute(insert(conversations), rows[start : start + 5_000])
        there = size
        found, _ = await cost(lambda n: bench.says(f"g{n % 20}", f"formulir {n}"), 100)
        points.append((size / sizes[0], found))
    return Curve("conversations", points)


async def backlog_curve(database: Database, sizes: Sequence[int]) -> Curve:
    """Claiming a delivery while so many wait, at 500 desks."""
    points, there, now = [], 0, 1_000_000
    for size in sizes:
        rows = [
            {
                "id": f"{n:032x}",
                "desk": f"meja{n % 500}",
                "case_id": f"{n:032x}",
                "sequence": 0,
                "due": n % 1_000,
                "tries": 0,
                "dead": 0,
                "steps": "{}",
            }
            for n in range(there, size)
        ]
        for start in range(0, len(rows), 5_000):
            async with database.begin() as connection:
                await connection.execute(insert(jobs), rows[start : start + 5_000])
        there = size

        async def claim(_number: int) -> None:
            nonlocal now
            now += 4  # every desk may get its next message
            await outbox.claim(database, now)

        _, found = await cost(claim, 30)
        points.append((size / sizes[0], found))
    async with database.begin() as connection:
        await connection.execute(jobs.delete())
        await connection.execute(destinations.delete())
    return Curve("outbox backlog", points)


@asynccontextmanager
async def opened(url: str, keys: Path, matcher: Matcher) -> AsyncIterator[Bench]:
    database = open_database(url)
    await migrate(database)
    yield Bench(database, open_ring(str(keys), SystemClock()), matcher)
    await database.close()


async def run(args: Any, folder: Path) -> None:
    begun = time.process_time()
    matcher = load_content(ROOT / "content", Path("data/cache")).matcher
    print(f"content loaded in {time.process_time() - begun:.1f} s of CPU")  # noqa: T201
    curves = []
    async with opened(f"sqlite+aiosqlite:///{folder}/tanya.db", folder / "k1", matcher) as bench:
        bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
        bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(b)")

        async def sqlite_peer(_number: int) -> None:
            bare.execute("INSERT INTO t VALUES (?)", (bytes(1_064),))

        await unit_costs(bench, sqlite_peer)
        bare.close()
    with stoppable_postgres(folder) as server:
        driver = await asyncpg.connect(server.url.replace("+asyncpg", ""))
        await driver.execute("CREATE TABLE t(b bytea)")

        async def postgresql_peer(_number: int) -> None:
            await driver.execute("INSERT INTO t VALUES ($1)", bytes(1_064))

        async with opened(server.url, folder / "k2", matcher) as bench:
            await unit_costs(bench, postgresql_peer)
            for rate in RATES:
                await peak(bench, rate, args.seconds)
            curves.append(await conversations_curve(bench, (1_000, 10_000, 100_000)))
            curves.append(await backlog_curve(bench.database, (20, 200, 2_000, 20_000)))
            print("and with all those rows:")  # noqa: T201
            for rate in RATES:
                await peak(bench, rate, args.seconds)
        await driver.close()
    curves.append(costs.topics_curve(matcher))
    for curve in curves:
        print(curve.sentence())  # noqa: T201
    args.plot.write_text(draw(curves), encoding="utf-8")
    print(f"drawn in {args.plot}")  # noqa: T201


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--only-growth", action="store_true", help="leave out start-up and desk")
    parser.add_argument("--plot", type=Path, default=ROOT / "docs" / "growth.svg")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not args.only_growth:
            (folder / "service").mkdir()
            costs.start_up(folder / "service")
            asyncio.run(costs.to_desk(folder))
        asyncio.run(run(args, folder))


if __name__ == "__main__":
    main()
