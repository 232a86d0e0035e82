"""Servers under load, one after another: CPU, latency and memory, and how they compare.

One server at a time stands alone on the first core; the measuring program, on the last one, plays
the platform: it brings messages (a fixed number in flight) and answers the server's calls. Servers
take turns for some rounds, and the medians count. CPU is the server's own user and system time.
"""

import argparse
import asyncio
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp
from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """``command``: the words PORT, API and FOLDER in it are filled in."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Per message: CPU in microseconds, latencies in milliseconds; memory in MB."""

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float


class Platform(Protocol):
    """Brings messages to ``path`` of a server and completes ``arrived`` when the reply came."""

    path: str
    arrived: dict[Hashable, asyncio.Future[float]]

    def message(self, url: str, number: int) -> tuple[Hashable, Mapping[str, str], bytes]:
        """Another person's each: who waits in ``arrived``, the headers, the body."""
        ...

    def app(self) -> web.Application: ...


async def load(platform: Platform, url: str, first: int, many: int, width: int) -> list[float]:
    """Bring ``many`` messages, ``width`` at a time; the seconds until each reply arrived."""
    numbers = iter(range(first, first + many))
    took: list[float] = []
    async with aiohttp.ClientSession() as session:

        async def one_after_another() -> None:
            for number in numbers:
                sender, headers, body = platform.message(url, number)
                arrived = asyncio.get_running_loop().create_future()
                platform.arrived[sender] = arrived
                began = time.perf_counter()
                async with session.post(url, data=body, headers=headers) as answer:
                    answer.raise_for_status()
                took.append(await asyncio.wait_for(arrived, 10) - began)

        await asyncio.gather(*(one_after_another() for _ in range(width)))
    return took


def has_arrived(platform: Platform, sender: Hashable) -> None:
    """The reply to a message is here."""
    waiting = platform.arrived.pop(sender, None)
    if waiting and not waiting.done():
        waiting.set_result(time.perf_counter())


@asynccontextmanager
async def running(server: Server, port: int, api: str, folder: Path) -> AsyncIterator[int]:
    """Start a server on the first core; gives its process id."""
    fields = {"PORT": str(port), "API": api, "FOLDER": str(folder)}
    command = [fields.get(word, word) for word in server.command]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: ASYNC220, S603
    try:
        os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        await _listening(process, port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


async def _listening(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("a server ended before it listened")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise SystemExit("a server did not start within a minute")


def cpu_of(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> float:
    """Resident megabytes of a process."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


async def measure(server: Server, platform: Platform, api: str, many: int, width: int) -> Figures:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with running(server, port, api, Path(folder)) as pid:
            url = f"http://127.0.0.1:{port}{platform.path}"
            await load(platform, url, 1, 200, width)
            before, began = cpu_of(pid), time.perf_counter()
            took = await load(platform, url, 1_001, many, width)
            seconds, used = time.perf_counter() - began, cpu_of(pid) - before
            memory = memory_of(pid)
    took.sort()
    return Figures(
        many / seconds,
        1000 * took[len(took) // 2],
        1000 * took[int(0.99 * len(took))],
        1e6 * used / many,
        memory,
    )


async def compare(servers: Sequence[Server], platform: Platform, args: argparse.Namespace) -> None:
    """``args``: rounds, messages, width. Prints a table; the first server is the service."""
    cores, port = sorted(os.sched_getaffinity(0)), free_port()
    runner = web.AppRunner(platform.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    api = f"http://127.0.0.1:{port}"
    rounds: dict[str, list[Figures]] = {server.name: [] for server in servers}
    for _ in range(args.rounds):
        for server in servers:
            os.sched_setaffinity(0, {cores[-1]})
            found = await measure(server, platform, api, args.messages, args.width)
            os.sched_setaffinity(0, set(cores))
            rounds[server.name].append(found)
    await runner.cleanup()
    report(rounds)


def report(rounds: dict[str, list[Figures]]) -> None:
    medians = {
        name: Figures(
            *(
                statistics.median(getattr(each, field) for each in found)
                for field in Figures.__dataclass_fields__
            )
        )
        for name, found in rounds.items()
    }
    head = ("answers/s", "p50 ms", "p99 ms", "CPU µs", "CPU range", "memory MB", "CPU ratio")
    print(f"{'':14}" + "".join(f"{title:>13}" for title in head))  # noqa: T201
    for name, found in medians.items():
        spread = [each.cpu for each in rounds[name]]
        ratio = medians["service"].cpu / found.cpu
        print(  # noqa: T201
            f"{name:14}{found.rate:13.0f}{found.p50:13.1f}{found.p99:13.1f}{found.cpu:13.0f}"
            f"{f'{min(spread):.0f}-{max(spread):.0f}':>13}{found.memory:13.0f}{ratio:13.2f}"
        )
    print("CPU ratio: the service's CPU per answer divided by this row's")  # noqa: T201


def questions() -> list[str]:
    """What topics' curators wrote as example questions, where the matcher answers at once."""
    from bot.content import load_content

    content = load_content(ROOT / "content", ROOT / "data" / "cache")
    found = [topic.question for topic in content.topics.values()]
    return [text for text in found if content.matcher.match(text).outcome == "answer"][:100]


def options(about: str, messages: int, width: int) -> argparse.ArgumentParser:
    """What every comparison can be told on its command line."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--messages", type=int, default=messages, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--width", type=int, default=width, help="messages in flight")
    parser.add_argument("--profile", help="profile the service alone into this file")
    return parser


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
