"""Start-up, memory, the way of a tip to its desk, and ten times the topics.

``python -m benchmarks`` runs them with the growth curves. The peer in the same run is a bare
Starlette application.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np

from benchmarks.drawing import Curve
from bot.chat.messages import Outgoing
from bot.clock import SystemClock
from bot.delivery.worker import Worker
from bot.desks.routes import Desk, Desks
from bot.keys.ring import open_ring
from bot.knowledge.matcher import Matcher
from bot.knowledge.ridge import LexicalHead, Postings
from bot.store.engine import open_database
from bot.store.migrate import migrate
from tests.delivery.plain import NoFiles, PlainView, plain_desk
from tests.end_to_end.browserless import free_port
from tests.store.test_outbox import accept

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
async def ready(_): return PlainTextResponse("ok")
uvicorn.run(Starlette(routes=[Route("/readyz", ready)]), port=int(sys.argv[1]), log_level="error")
"""


def started(command: list[str], folder: Path, port: int) -> tuple[float, float, float]:
    """Seconds until ``/readyz`` answers, those of a processor in it, and megabytes then."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PORT": str(port)}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.02)
        seconds = time.perf_counter() - begun
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        kilobytes = int(status.split("VmRSS:")[1].split()[0])
        times = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").split()[13:15]
        cpu = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
        return seconds, cpu, kilobytes / 1024
    finally:
        process.terminate()
        process.wait()


def start_up(folder: Path, rounds: int = 3) -> None:
    """The service as it is without configuration, and the peer, in turns; medians."""
    commands = {
        "bare Starlette": [sys.executable, "-c", BARE],
        "the service": [sys.executable, "-m", "bot", "run"],
    }
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            port = free_port()
            arguments = [*command, str(port)] if "-c" in command else command
            found[name].append(started(arguments, folder, port))
    bare, ours = (tuple(map(statistics.median, zip(*found[n], strict=True))) for n in commands)
    print(  # noqa: T201
        f"start-up {ours[0]:.1f} s ({ours[0] / bare[0]:.1f}x a bare Starlette), "
        f"{ours[1]:.1f} s of CPU ({ours[1] / bare[1]:.1f}x), "
        f"{ours[2]:.0f} MB ({ours[2] / bare[2]:.1f}x)"
    )


async def to_desk(folder: Path, tips: int = 20) -> None:
    """From the commit of a tip to its card, with no wait on purpose: SQLite, another desk each."""
    clock = SystemClock()
    database = open_database(f"sqlite+aiosqlite:///{folder / 'desk.db'}")
    ring = open_ring(str(folder / "keys"), clock)
    await migrate(database)
    arrived: asyncio.Queue[float] = asyncio.Queue()

    async def deliver(_chat: str, _message: Outgoing, /) -> str:
        arrived.put_nowait(time.perf_counter())
        return "1"

    names = [f"meja{number}" for number in range(tips)]
    desks = Desks({name: Desk(id=name, name=name, channel="web", chat=name) for name in names})
    senders = {"web": plain_desk(deliver)}
    worker = Worker(database, ring, desks, senders, PlainView(), NoFiles(), clock)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(stop))
    took = []
    for number, name in enumerate(names, 1):
        await accept(database, ring, number, name, due=0)
        committed = time.perf_counter()
        took.append(await arrived.get() - committed)
    stop.set()
    await working
    await database.close()
    took.sort()
    print(  # noqa: T201
        f"tip commit to desk, without the wait on purpose: p50 {1000 * took[tips // 2]:.0f} ms, "
        f"longest {1000 * took[-1]:.0f} ms"
    )


def topics_curve(matcher: Matcher, times: tuple[int, ...] = (1, 3, 10)) -> Curve:
    """Scoring one question when every topic is there so many times."""
    model = matcher._model
    row = model.views.row("bolehkah like postingan calon", "bolehkah suka unggahan calon")
    points = []
    for many in times:
        head = _enlarged(model.head, many)
        head.scores(head.nearness(row))
        begun = time.process_time()
        for _ in range(50):
            head.scores(head.nearness(row))
        points.append((float(many), 1000 * (time.process_time() - begun) / 50))
    return Curve("topics", points)


def _enlarged(head: LexicalHead, many: int) -> LexicalHead:
    """The same examples and classes again and again, as if they were others."""
    old, (examples, classes) = head.postings, head.alpha.shape
    columns = np.repeat(np.arange(len(old.starts) - 1), np.diff(old.starts)).astype(np.int32)
    rows = np.concatenate([old.rows.astype(np.int64) + n * examples for n in range(many)])
    width = len(old.starts) - 1
    postings = Postings.of(
        examples * many, rows, np.tile(columns, many), np.tile(old.values, many), width
    )
    alpha = np.zeros((examples * many, classes * many), dtype=np.float32)
    for n in range(many):
        alpha[n * examples : (n + 1) * examples, n * classes : (n + 1) * classes] = head.alpha
    return LexicalHead(postings, alpha)
